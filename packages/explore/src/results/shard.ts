// Shards: files of result rows that appear complete or not at all.
// Invariant: a shard is written beside its place, synced and renamed into it, so a reader never meets half a line, and what
// a shard holds survives the death of its writer.

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SweepError } from '../sweep/sweep-error.ts';
import { diskError } from './disk-error.ts';
import { type Row, rowSchema, rowText } from './row.ts';

let written = 0;

/** A name that no other writer uses, on this machine or another that shares the folder. */
export const shardName = (prefix: string): string =>
  `${prefix}-${hostname()}-${process.pid}-${Date.now().toString(36)}-${written++}.jsonl`;

/** Writes rows as a new shard. Throws SweepError when the disk does not take them; nothing is left then. */
export function writeShard(folder: string, name: string, rows: readonly Row[]): void {
  writeWhole(join(folder, name), rows.map((row) => `${rowText(row)}\n`).join(''));
}

/** Writes a file so that it is there with all of its text or as it was before. Throws SweepError. */
export function writeWhole(path: string, text: string | Iterable<string>): void {
  const draft = `${path}.draft-${process.pid}`;
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    const file = openSync(draft, 'w');
    try {
      for (const piece of typeof text === 'string' ? [text] : text) writeAll(file, Buffer.from(piece));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw diskError(path, error);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Where a row is in its file. */
export interface RowPlace {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** Reads the rows of a file. Throws SweepError at the line that is no row. */
export function* readRows(path: string): Generator<{ row: Row; place: RowPlace }> {
  const bytes = readFileSync(path);
  let [offset, line] = [0, 0];
  while (offset < bytes.length) {
    line++;
    const end = bytes.indexOf(10, offset);
    const stop = end < 0 ? bytes.length : end;
    const text = bytes.toString('utf8', offset, stop);
    if (text.trim() !== '') {
      const parsed = rowSchema.safeParse(jsonOf(text, `${path}:${line}`));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const at = issue?.path.join('.') || 'it';
        throw new SweepError(
          `${path}:${line}`,
          `this is no row of a sweep's results: ${at}: ${issue?.message}`,
          help,
        );
      }
      yield { row: parsed.data, place: { path, offset, length: stop - offset } };
    }
    offset = stop + 1;
  }
}

const help = 'move the file away, or take the line out: the other rows stay valid';

function jsonOf(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SweepError(place, 'this line is cut off or no JSON', help);
  }
}
