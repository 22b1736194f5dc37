// Loads a sweep file: JSON, or TypeScript or JavaScript with `export const sweep = defineSweep({ … })`.
// Invariant: returns what the file says, unchecked; readSweep judges it.

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { SweepError } from './sweep-error.ts';

/** The content of a sweep file. Throws SweepError when it cannot be read or holds no sweep. */
export async function loadSweep(file: string): Promise<unknown> {
  if (!/\.[cm]?[jt]s$/.test(file)) return parseJson(file, readText(file));
  readText(file);
  let exported: Record<string, unknown>;
  try {
    exported = await tsImport(pathToFileURL(file).href, import.meta.url);
  } catch (error) {
    throw new SweepError(file, `it cannot be loaded: ${(error as Error).message}`, undefined, {
      cause: error,
    });
  }
  if (exported.sweep === undefined)
    throw new SweepError(file, 'it exports no sweep', 'write export const sweep = defineSweep({ … })');
  return exported.sweep;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new SweepError(file, missing ? 'there is no such file' : (error as Error).message);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const at = /position (\d+)/.exec(message)?.[1];
    const before = text.slice(0, Number(at ?? 0)).split('\n');
    const place = at === undefined ? file : `${file}:${before.length}:${before.at(-1)!.length + 1}`;
    throw new SweepError(place, `this is no JSON: ${message.replace(/ \(line.*\)$/, '')}`);
  }
}
