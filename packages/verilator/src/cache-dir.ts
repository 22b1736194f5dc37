// Where this package keeps what it downloads and builds, and how a folder gets in there.
// Invariant: a folder of the cache is either absent or complete, because it appears by one rename; the first
// process to rename wins and later ones use its result. Nothing here is ever updated in place or deleted.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ToolError } from './errors.ts';

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
  let temporary: string;
  try {
    temporary = await mkdtemp(join(parent, `.${process.pid}-`));
  } catch (error) {
    throw unwritable(parent, error);
  }
  try {
    const target = join(parent, await fill(temporary));
    try {
      await rename(temporary, target);
    } catch (error) {
      if (!existsSync(target)) throw unwritable(dirname(target), error);
    }
    return target;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function unwritable(folder: string, error: unknown): ToolError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ToolError(
    'cache-unwritable',
    `cannot write the cache folder ${folder}: ${reason}`,
    'set GATEWRIGHT_CACHE to a folder you can write',
  );
}
