// Files that are no part of a request but shape its model: those that sources include by their full path.
// Invariant: what they include in turn counts too. A path that a macro makes, or a flag leads to, is not seen.

import { readFile } from 'node:fs/promises';

const INCLUDE = /[`#][ \t]*include[ \t]+["<](\/[^">\n]+)[">]/g;

/** Path and text of each, in the order in which they are met; of one that cannot be read, no text. */
export async function includedFiles(
  texts: readonly string[],
): Promise<[path: string, text: string | undefined][]> {
  const found = new Map<string, string | undefined>();
  const visit = async (text: string): Promise<void> => {
    for (const [, path = ''] of text.matchAll(INCLUDE)) {
      if (found.has(path)) continue;
      found.set(path, undefined);
      const included = await readFile(path, 'utf8').catch(() => undefined);
      found.set(path, included);
      if (included !== undefined) await visit(included);
    }
  };
  for (const text of texts) await visit(text);
  return [...found];
}
