// A queue that is a command of the user's: `bsub -o {log} {command}`, `qsub -b y {command}`.
// Invariant: the command is run once per task; whether a task lives is told by its sign of life in the batch's folder,
// since nothing is known of the queue.

import { exec } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SweepError } from '../sweep/sweep-error.ts';
import type { Queue } from './batch.ts';
import { type BatchFolder, shellWord } from './batch-folder.ts';

/** Without a sign of life for so long, a task that had begun is over. */
const SILENCE_MS = 60_000;

/** `{command}` stands for what is to be run, `{log}` for a file for its output, `{task}` for its number. */
export function submitCommand(template: string): Queue {
  if (!template.includes('{command}'))
    throw new SweepError(
      '',
      `--submit '${template}' lacks {command}`,
      "such as --submit 'bsub -o {log} {command}'",
    );
  return {
    name: 'submit',
    async submit(batch, tasks) {
      for (let task = 0; task < tasks; task++) {
        const words = {
          command: `${shellWord(batch.script)} ${task}`,
          log: logOf(batch, task),
          task: String(task),
        };
        const line = template.replace(
          /\{(command|log|task)\}/g,
          (_, name: keyof typeof words) => words[name],
        );
        try {
          await promisify(exec)(line, { cwd: batch.path });
        } catch (error) {
          const { stderr, message } = error as { stderr?: string; message: string };
          throw new SweepError('', `the submit command failed: ${line}\n${stderr?.trim() || message}`);
        }
      }
      return `${tasks} tasks`;
    },
    async alive(batch, tasks) {
      const known = Number.isFinite(tasks) ? tasks : Number.parseInt(batch.handle ?? '0', 10);
      for (let task = 0; task < known; task++) if (lives(batch.beatPath(task))) return true;
      return false;
    },
    // Nothing is known that could be cancelled; the tasks end by themselves, and their rows are kept.
    async cancel() {},
  };
}

const logOf = (batch: BatchFolder, task: number): string => shellWord(join(batch.path, 'log', `${task}.txt`));

function lives(beat: string): boolean {
  try {
    if (readFileSync(beat, 'utf8') === 'ended') return false;
    return Date.now() - statSync(beat).mtimeMs < SILENCE_MS;
  } catch {
    // It has not begun: it waits in the queue.
    return true;
  }
}
