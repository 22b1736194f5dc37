// Where this package keeps what it downloads and builds, and how a folder gets in there.
// Invariant: a folder of the cache is either absent or complete, because it appears by one rename; the first
// process to rename wins and later ones use its result. Nothing here is ever updated in place, and only what a killed
// process left unfinished is deleted.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { ToolError } from './errors.ts';
import { isRunning } from './process-running.ts';

/** The user's cache folder: `$GATEWRIGHT_CACHE`, else the platform's place for caches. It may not exist yet. */
export function cacheDir(): string {
  const { GATEWRIGHT_CACHE, XDG_CACHE_HOME } = process.env;
  if (GATEWRIGHT_CACHE) return GATEWRIGHT_CACHE;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'gatewright');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'gatewright');
  return join(homedir(), '.cache', 'gatewright');
}

/** Makes a folder of the cache (and its parents), or says that the cache cannot be written. */
export async function ensureCacheFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/**
 * Fills a temporary folder inside `parent` and gives it away for good under the name that `fill` returns.
 * Resolves to the path of the finished folder, ours or the one of a process that was faster.
 */
export async function publishFolder(
  parent: string,
  fill: (temporary: string) => Promise<string>,
): Promise<string> {
  await ensureCacheFolder(parent);
  await removeLeftovers(parent);
  let temporary: string;
  try {
    temporary = await mkdtemp(join(parent, `.${hostname()}-${process.pid}-`));
  } catch (error) {
    throw unwritable(parent, error);
  }
  try {
    const target = join(parent, await filled(fill, temporary));
    try {
      await rename(temporary, target);
    } catch (error) {
      if (!existsSync(target)) throw unwritable(dirname(target), error);
    }
    return target;
  } finally {
    // A tool that was ended may still be writing.
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

const noRoom = /No space left on device|Disk quota exceeded|ENOSPC|EDQUOT|EROFS/;

/** The name that `fill` returns. What fails for want of room says so, whichever tool it was. */
async function filled(fill: (temporary: string) => Promise<string>, temporary: string): Promise<string> {
  try {
    return await fill(temporary);
  } catch (error) {
    const [reason] = noRoom.exec(String(error)) ?? [];
    throw reason ? unwritable(dirname(temporary), reason) : error;
  }
}

/** A folder of another machine that shares the cache is left alone for so long, in ms. */
const day = 24 * 3600 * 1000;

/** Removes what killed processes left unfinished: folders named after a process that no longer runs. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, host, pid] = /^\.(?:(.+)-)?(\d+)-\w+$/.exec(name) ?? [];
    if (pid === undefined) continue;
    const folder = join(parent, name);
    const old = await stat(folder).then(
      ({ mtimeMs }) => Date.now() - mtimeMs > day,
      () => false,
    );
    if (old || (host === hostname() && !isRunning(Number(pid))))
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** The error of a cache that takes no more files. */
export function unwritable(folder: string, error: unknown): ToolError {
  const reason = error instanceof Error ? error.message : error;
  return new ToolError(
    'cache-unwritable',
    `cannot write the cache folder ${folder}: ${reason}`,
    'set GATEWRIGHT_CACHE to a folder you can write',
  );
}
