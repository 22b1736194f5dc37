// The local executor: worker processes, one job after the other in each.
// Invariant: a process that dies or takes too long costs the job that it was working on, which ends with an error row, and
// no other; a process whose memory grew beyond the limit is replaced between two jobs.
//
// Processes, not threads: a fault in a native simulator or an exhausted heap must not end the sweep, and the limit must see
// WebAssembly memory, which only the resident size of a process tells.

import { type ChildProcess, fork } from 'node:child_process';
import type { Job } from '../measure/measure-point.ts';
import type { Row } from '../results/row.ts';
import { SweepError } from '../sweep/sweep-error.ts';
import type { Execution, Executor, WorkerEntry } from './executor.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

export interface PoolOptions {
  readonly entry: WorkerEntry;
  readonly workers: number;
  /** Bytes of a process above which it is replaced. */
  readonly memoryLimit: number;
  /** Of one point. */
  readonly timeoutSeconds: number;
}

/** Work that is sent ahead, so that short jobs do not wait for messages: about this long. */
const AHEAD_MS = 20;
const MOST_AHEAD = 16;

interface Slot {
  readonly child: ChildProcess;
  readonly sent: Job[];
  /** When the first of `sent` began. */
  since: number;
  ready: boolean;
  retiring: boolean;
  verdict: string | undefined;
  stderr: string;
}

export const localPool = (options: PoolOptions): Executor => ({
  name: 'local',
  run: (execution) => new Pool(options, execution).run(),
});

class Pool {
  readonly #options: PoolOptions;
  readonly #execution: Execution;
  readonly #jobs: Iterator<Job>;
  readonly #slots = new Set<Slot>();
  readonly #again: Job[] = [];
  /** Per job, smoothed. */
  #milliseconds = AHEAD_MS;
  #exhausted = false;
  #startFailures = 0;
  #finish!: (error?: unknown) => void;
  #over = false;

  constructor(options: PoolOptions, execution: Execution) {
    this.#options = options;
    this.#execution = execution;
    this.#jobs = execution.jobs[Symbol.iterator]();
  }

  async run(): Promise<void> {
    const { signal } = this.#execution;
    const stop = (): void => this.#finish();
    const watch = setInterval(() => this.#endSlow(), 500);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#finish = (error) => {
          if (this.#over) return;
          this.#over = true;
          if (error === undefined) resolve();
          else reject(error);
        };
        if (signal.aborted) return stop();
        signal.addEventListener('abort', stop, { once: true });
        for (let i = 0; i < this.#options.workers; i++) this.#startIfNeeded();
        this.#endIfIdle();
      });
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', stop);
      for (const { child } of this.#slots) endProcess(child);
      // An interrupted generator of jobs is closed too.
      this.#jobs.return?.();
    }
  }

  #next(): Job | undefined {
    const job = this.#again.pop();
    if (job || this.#exhausted) return job;
    const next = this.#jobs.next();
    if (next.done) this.#exhausted = true;
    return next.done ? undefined : next.value;
  }

  #startIfNeeded(): void {
    const first = this.#next();
    if (first) this.#start(first);
  }

  #start(first: Job): void {
    const { module, execArgv, env } = this.#options.entry;
    // A group of its own: a Ctrl-C in the terminal is for the parent alone, and what a worker started can be ended with it.
    const child = fork(module, [], {
      ...{ execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true },
      ...(env && { env }),
    });
    const slot: Slot = {
      ...{ child, sent: [], since: performance.now(), ready: false, retiring: false },
      ...{ verdict: undefined, stderr: '' },
    };
    this.#slots.add(slot);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      slot.stderr = (slot.stderr + text).slice(-2000);
    });
    child.on('message', (message: FromWorker) => this.#hear(slot, message));
    child.on('error', () => {});
    child.on('close', (code, by) => this.#buried(slot, by ? `signal ${by}` : `exit code ${code}`));
    this.#tell(slot, { kind: 'plan', plan: this.#execution.plan });
    this.#send(slot, first);
  }

  #tell({ child }: Slot, message: ToWorker): void {
    if (child.connected) child.send(message, () => {});
  }

  #send(slot: Slot, job: Job): void {
    if (slot.sent.length === 0) slot.since = performance.now();
    slot.sent.push(job);
    this.#tell(slot, { kind: 'job', job });
  }

  #hear(slot: Slot, message: FromWorker): void {
    if (this.#over) return;
    if (message.kind === 'ready') {
      slot.ready = true;
      slot.since = performance.now();
      this.#startFailures = 0;
      return;
    }
    const now = performance.now();
    this.#milliseconds += 0.1 * (now - slot.since - this.#milliseconds);
    slot.sent.shift();
    slot.since = now;
    this.#take(JSON.parse(message.line) as Row);
    if (message.memory > this.#options.memoryLimit) slot.retiring = true;
    this.#feed(slot);
    this.#endIfIdle();
  }

  #take(row: Row): void {
    try {
      this.#execution.onRow(row);
    } catch (error) {
      // A full disk, say: nothing that follows could be kept.
      this.#finish(error);
    }
  }

  #feed(slot: Slot): void {
    if (this.#over) return;
    const depth = Math.min(MOST_AHEAD, Math.max(1, Math.round(AHEAD_MS / this.#milliseconds)));
    while (!slot.retiring && slot.sent.length < depth) {
      const job = this.#draw();
      if (!job) break;
      this.#send(slot, job);
    }
    if (slot.sent.length === 0) {
      slot.child.disconnect();
      this.#slots.delete(slot);
      if (slot.retiring) this.#startIfNeeded();
    }
  }

  #draw(): Job | undefined {
    try {
      return this.#next();
    } catch (error) {
      this.#finish(error);
      return undefined;
    }
  }

  /** A process has ended: the job it was at ends with it, those behind are for another. */
  #buried(slot: Slot, how: string): void {
    if (!this.#slots.delete(slot) || this.#over) return;
    const [culprit, ...others] = slot.sent;
    if (!slot.ready) {
      this.#again.push(...slot.sent);
      if (++this.#startFailures >= 3) {
        const why = slot.stderr.trim() || how;
        this.#finish(new SweepError('', `the worker processes do not start: ${why}`));
        return;
      }
    } else {
      this.#again.push(...others);
      if (culprit) {
        const message =
          slot.verdict ?? `its process ended (${how})${slot.stderr && `: ${slot.stderr.trim()}`}`;
        this.#take({
          ...{ key: culprit.key, unit: culprit.unit, params: { ...culprit.params }, measured: {} },
          error: { metric: 'process', message },
          seconds: Number(((performance.now() - slot.since) / 1000).toFixed(3)),
        });
      }
    }
    this.#startIfNeeded();
    this.#endIfIdle();
  }

  #endSlow(): void {
    const { timeoutSeconds } = this.#options;
    for (const slot of this.#slots) {
      if (!slot.ready || performance.now() - slot.since < timeoutSeconds * 1000) continue;
      slot.verdict = `it took longer than ${timeoutSeconds} s`;
      endProcess(slot.child);
    }
  }

  #endIfIdle(): void {
    if (this.#slots.size === 0 && this.#again.length === 0 && this.#exhausted) this.#finish();
  }
}

function endProcess(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
