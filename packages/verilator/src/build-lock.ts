// One process at a time makes an entry of the cache; the others wait for it.
// Invariant: the lock saves work and nothing more. An entry appears by one rename, so that a lock that is broken by mistake
// costs a second build, never a torn entry. A killed process leaves a lock that the next one takes over.

import { lstat, readlink, symlink, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './process-running.ts';

/** What to do, and what to watch, while another process holds the lock. */
export interface Waiting {
  /** True when there is nothing left to do. */
  readonly done: () => boolean;
  /** Called once, when it turns out that another process is at it. */
  readonly onWait?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How often the lock is looked at, in ms. */
const interval = 50;
/** The age in ms at which a lock whose owner cannot be asked counts for nothing. */
const forgotten = 30 * 60 * 1000;

/** Takes the lock; returns what gives it back. It is not taken when `done` says so first. */
export async function takeLock(
  path: string,
  { done, onWait, signal }: Waiting,
): Promise<() => Promise<void>> {
  // A link is made with its content at once, or not at all.
  const owner = `${hostname()}/${process.pid}`;
  for (let waits = 0; !done(); waits++) {
    try {
      await symlink(owner, path);
      return () => unlink(path).catch(() => {});
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (waits === 0) onWait?.();
    if (await isForgotten(path)) await unlink(path).catch(() => {});
    else await sleep(interval, undefined, { signal });
  }
  return async () => {};
}

async function isForgotten(path: string): Promise<boolean> {
  try {
    const [host, pid] = (await readlink(path)).split('/');
    if (host === hostname() && !isRunning(Number(pid))) return true;
    return Date.now() - (await lstat(path)).mtimeMs > forgotten;
  } catch {
    // It was given back in between.
    return false;
  }
}
