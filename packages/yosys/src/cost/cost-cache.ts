// Figures that were measured before, by the content of what was measured.
// Invariant: a file appears by one rename, so it is whole or absent; one that cannot be read counts as absent.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Measures, or gives what an equal measurement gave. Without a folder everything is measured. */
export async function cached<T>(
  folder: string | undefined,
  key: unknown,
  measure: () => Promise<T>,
): Promise<T> {
  if (folder === undefined) return measure();
  const path = join(folder, `${createHash('sha256').update(JSON.stringify(key)).digest('hex')}.json`);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    const value = await measure();
    const temporary = `${path}.${randomUUID()}`;
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, JSON.stringify(value));
    await rename(temporary, path);
    return value;
  }
}
