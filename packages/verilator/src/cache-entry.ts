// An entry of the cache whose name is the hash of all that shapes it: made once, however many ask for it at the same time, in
// this process or in others.
// Invariant: who asks without being aborted gets the entry or the error of making it, never another's abort.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './build-lock.ts';
import { ensureCacheFolder, publishFolder, unwritable } from './cache-dir.ts';

/** How an entry is made. */
export interface EntryMaker {
  /** Fills an empty folder. */
  readonly fill: (folder: string) => Promise<void>;
  /** Called when another process is at it already. */
  readonly onWait?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What this process makes, by its path. */
const underWay = new Map<
  string,
  { readonly made: Promise<void>; readonly signal: AbortSignal | undefined }
>();

/** Sees to it that `parent/name` is there. True when it was there already. */
export async function ensureEntry(parent: string, name: string, maker: EntryMaker): Promise<boolean> {
  const folder = join(parent, name);
  if (existsSync(folder)) return true;
  while (!existsSync(folder)) {
    const other = underWay.get(folder);
    if (!other) {
      const made = make(parent, name, maker).finally(() => underWay.delete(folder));
      underWay.set(folder, { made, signal: maker.signal });
      await made;
      break;
    }
    try {
      await unlessAborted(other.made, maker.signal);
    } catch (error) {
      if (maker.signal?.aborted || !other.signal?.aborted) throw error;
    }
  }
  return false;
}

async function make(parent: string, name: string, { fill, onWait, signal }: EntryMaker): Promise<void> {
  await ensureCacheFolder(parent);
  const done = () => existsSync(join(parent, name));
  const release = await takeLock(join(parent, `.${name}.lock`), { done, onWait, signal }).catch((error) => {
    signal?.throwIfAborted();
    throw unwritable(parent, error);
  });
  try {
    if (done()) return;
    await publishFolder(parent, async (folder) => {
      await fill(folder);
      return name;
    });
  } finally {
    await release();
  }
}

/** Rejects with the signal's reason as soon as it is aborted. */
async function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise;
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
