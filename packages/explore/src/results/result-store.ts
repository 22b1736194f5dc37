// The finished points of a folder, by key: the cache that a repeated or resumed sweep is answered from.
// Invariant: memory holds a key and a place per row, not the rows; of two rows with one key the first counts; what was
// flushed is never lost or changed.

import { closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SweepError } from '../sweep/sweep-error.ts';
import { lockFolder } from './folder-lock.ts';
import { type Row, rowSchema } from './row.ts';
import { type RowPlace, readRows, shardName, writeShard, writeWhole } from './shard.ts';

/** Files from which on they are made one when the store is closed. */
const MANY = 16;
/** How long a finished point may wait for company before it is written. */
const FLUSH_MS = 100;

export class ResultStore {
  /** The folder of the shards: batch tasks write theirs here. */
  readonly rows: string;
  readonly #places = new Map<string, RowPlace & { readonly failed: boolean }>();
  readonly #files = new Set<string>();
  readonly #unlock: () => void;
  #waiting: Row[] = [];
  #flushed = performance.now();

  /** Opens, and makes, the store in a sweep's folder. Throws SweepError for foreign or broken rows, or when it is in use. */
  constructor(folder: string) {
    this.rows = join(folder, 'rows');
    try {
      mkdirSync(this.rows, { recursive: true });
    } catch (error) {
      throw new SweepError(folder, `it cannot be made: ${(error as Error).message}`, 'choose another folder');
    }
    this.#unlock = lockFolder(join(folder, 'lock'));
    try {
      for (const name of readdirSync(this.rows))
        if (name.includes('.draft-')) rmSync(join(this.rows, name), { force: true });
      this.collect();
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  /** Takes in the shards that other processes wrote since the last look; returns their new rows. */
  collect(): { readonly key: string; readonly failed: boolean }[] {
    const found: { key: string; failed: boolean }[] = [];
    for (const name of readdirSync(this.rows).sort()) {
      if (!name.endsWith('.jsonl') || this.#files.has(name)) continue;
      this.#files.add(name);
      for (const { row, place } of readRows(join(this.rows, name))) {
        if (this.#places.has(row.key)) continue;
        const failed = row.error !== undefined;
        this.#places.set(row.key, { ...place, failed });
        found.push({ key: row.key, failed });
      }
    }
    return found;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  failed(key: string): boolean {
    return this.#places.get(key)?.failed ?? false;
  }

  /** Takes failed rows out, so that their points are run again. */
  forgetFailed(): void {
    this.flush();
    const kept = [...this.#places].filter(([, { failed }]) => !failed).map(([key]) => key);
    this.#rewrite(kept);
  }

  /** Keeps a row; it is on the disk at the latest `FLUSH_MS` later, given that rows or `flush` come. */
  append(row: Row): void {
    this.#waiting.push(row);
    if (performance.now() - this.#flushed >= FLUSH_MS) this.flush();
  }

  /** Writes what waits. */
  flush(): void {
    this.#flushed = performance.now();
    if (this.#waiting.length === 0) return;
    const rows = this.#waiting;
    writeShard(this.rows, shardName('local'), rows);
    this.#waiting = [];
    this.collect();
  }

  /** The row of a key; undefined when its point has not ended. */
  read(key: string): Row | undefined {
    const place = this.#places.get(key);
    if (!place) return undefined;
    const bytes = Buffer.alloc(place.length);
    const file = this.#open(place.path);
    readSync(file, bytes, 0, place.length, place.offset);
    return rowSchema.parse(JSON.parse(bytes.toString('utf8')));
  }

  #opened: { readonly path: string; readonly file: number } | undefined;

  #open(path: string): number {
    if (this.#opened?.path === path) return this.#opened.file;
    if (this.#opened) closeSync(this.#opened.file);
    this.#opened = { path, file: openSync(path, 'r') };
    return this.#opened.file;
  }

  /** Writes what waits, makes many shards one, and gives the folder free. */
  close(): void {
    try {
      this.flush();
      if (this.#files.size >= MANY) this.#rewrite([...this.#places.keys()]);
    } finally {
      if (this.#opened) closeSync(this.#opened.file);
      this.#opened = undefined;
      this.#unlock();
    }
  }

  /** One new shard with the rows of these keys in the place of all others. A crash between leaves rows twice, which is harmless. */
  #rewrite(keys: readonly string[]): void {
    const old = [...this.#files];
    const name = shardName('all');
    const lines = function* (store: ResultStore): Generator<string> {
      for (const key of keys) yield `${store.#line(key)}\n`;
    };
    writeWhole(join(this.rows, name), lines(this));
    if (this.#opened) closeSync(this.#opened.file);
    this.#opened = undefined;
    for (const file of old) rmSync(join(this.rows, file), { force: true });
    this.#files.clear();
    this.#places.clear();
    this.collect();
  }

  #line(key: string): string {
    const { path, offset, length } = this.#places.get(key)!;
    const bytes = Buffer.alloc(length);
    readSync(this.#open(path), bytes, 0, length, offset);
    return bytes.toString('utf8');
  }
}
