// The identity of the code that makes results: a result of other code is never taken for one of this.
// Invariant: depends on the bytes of the files below the given folders and their relative names, not on where they are.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Hash of the code (.js, .ts and .json, tests and declarations left out) below the folders. */
export function codeFingerprint(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((n) => /\.(js|ts)$/.test(n) && !/\.d\.ts$|\.test\.|\.bench\.|node_modules/.test(n))
      .map((n) => n.replaceAll('\\', '/'))
      .sort();
    for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
