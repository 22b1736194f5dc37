// Several Yosys at once: one process per core, each with the scripts that it is handed.
// Invariant: a script that fails, or a process that dies, rejects its own promise and no other. Processes start when they are
// first needed, and `close` ends them.

import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type ScriptRunner, type SourceFile, YosysError, type YosysRun } from './run-yosys.ts';

/** What a process says of a script. */
export type PoolAnswer =
  | { readonly run: YosysRun }
  /** The log of a Yosys that gave up. */
  | { readonly refused: string }
  | { readonly failed: string };

interface Job {
  readonly script: string;
  readonly files: readonly SourceFile[];
  readonly settle: (answer: PoolAnswer) => void;
}

// Run from TypeScript sources, its processes must be so too.
const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`./yosys-process.${ending}`, import.meta.url));

/** Runs scripts in up to `size` processes (one per core by default). */
export class YosysPool {
  readonly #size: number;
  readonly #signal: AbortSignal | undefined;
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();
  readonly #waiting: Job[] = [];

  constructor(size: number = availableParallelism(), signal?: AbortSignal) {
    this.#size = Math.max(1, size);
    this.#signal = signal;
  }

  /** Like `runScript`, in another process. */
  readonly run: ScriptRunner = async (script, files) => {
    const answer = await new Promise<PoolAnswer>((settle) => {
      this.#waiting.push({ script, files, settle });
      this.#next();
    });
    this.#signal?.throwIfAborted();
    if ('run' in answer) return answer.run;
    if ('refused' in answer) throw new YosysError(answer.refused);
    throw new Error(`yosys: ${answer.failed}`);
  };

  /** Ends the processes; scripts that still wait are never run. */
  close(): void {
    this.#waiting.length = 0;
    for (const child of this.#all) child.kill();
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const child = this.#idle.pop() ?? (this.#all.size < this.#size ? this.#start() : undefined);
    if (!child) return;
    const { script, files, settle } = this.#waiting.shift()!;
    const end = (answer: PoolAnswer, alive: boolean): void => {
      child.off('message', answered).off('error', failed).off('exit', exited);
      if (alive) this.#idle.push(child);
      else this.#all.delete(child);
      settle(answer);
      this.#next();
    };
    const answered = (answer: PoolAnswer): void => end(answer, true);
    const failed = (error: Error): void => end({ failed: error.message }, false);
    const exited = (code: number | null, signal: string | null): void =>
      end({ failed: `its process ended (${signal ?? code})` }, false);
    child.once('message', answered).once('error', failed).once('exit', exited);
    child.send({ script, files });
  }

  #start(): ChildProcess {
    const child = fork(program, [], {
      execArgv: ending === 'ts' ? ['--import', import.meta.resolve('tsx')] : [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      ...(this.#signal && { signal: this.#signal }),
    });
    // An idle one that is ended by the signal has nobody else to tell.
    child.on('error', () => {});
    this.#all.add(child);
    return child;
  }
}
