// Values for every input stream of a design, as typed arrays: random ones, or what a unit's own stimulus sends.
// Invariant: seeded; every element fits its leaf; the same rows go through the model by `sendColumns` and, as bytes of a
// file, through the plain C++ harness.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Circuit, Ports, Stream } from '@gatewright/hdl-core';
import fc from 'fast-check';
import type { AnyStreams, AnyUnit } from '../src/unit/unit.ts';
import { PayloadCodec } from '../src/value/payload-codec.ts';
import { type BulkColumn, PayloadColumns, ValueSource } from '../src/value/stream-rows.ts';

/** What one stream sends. */
export interface StreamData {
  readonly name: string;
  readonly count: number;
  /** As `sendColumns` takes it. */
  readonly columns: unknown;
  /** The bits of its columns, one after the other. */
  readonly raw: readonly BulkColumn[];
}

function inputsOf({ top }: Circuit<Ports>): { readonly name: string; readonly payload: PayloadColumns }[] {
  return top.groups
    .filter(({ type, direction }) => type.kind === 'stream' && direction === 'in')
    .map(({ name, type }) => {
      const { payload } = type as Stream;
      return { name, payload: new PayloadColumns(payload, new PayloadCodec(payload, name), name) };
    });
}

/** `count` rows per stream, filled by `fill`. */
function filled(
  name: string,
  payload: PayloadColumns,
  count: number,
  fill: (raw: readonly BulkColumn[]) => void,
): StreamData {
  const arrays = payload.makeArrays(count);
  const raw = payload.typed.map((column, i) => column.raw(arrays[i]!));
  fill(raw);
  payload.typed.forEach((column, i) => {
    column.extend(arrays[i]!, 0, count);
  });
  return { name, count, columns: payload.record(arrays), raw };
}

/** Random bits in every leaf, `count` values on every stream. */
export function randomData(circuit: Circuit<Ports>, count: number): StreamData[] {
  let seed = 1;
  const next = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed >>> 8;
  };
  return inputsOf(circuit).map(({ name, payload }) =>
    filled(name, payload, count, (raw) => {
      raw.forEach((column, c) => {
        const { width } = payload.typed[c]!.column.type;
        if (width > 32) throw new RangeError(`${name}: the bench makes values of at most 32 bits`);
        for (let k = 0; k < column.length; k++) column[k] = next() & (width >= 24 ? -1 : 2 ** width - 1);
      });
    }),
  );
}

/** Transactions that the unit's own stimulus draws, one list after the other, until a stream has `count` values. */
export function unitData(circuit: Circuit<Ports>, unit: AnyUnit, count: number): StreamData[] {
  const params = unit.module.params.parse({});
  const lists = fc.sample(unit.stimulus(params).random, { numRuns: 100, seed: 1 }) as AnyStreams[];
  const values = new Map(inputsOf(circuit).map(({ name }) => [name, [] as unknown[]]));
  const isFull = (): boolean => [...values.values()].some((list) => list.length >= count);
  for (let i = 0; !isFull(); i++)
    for (const [name, list] of values) for (const value of lists[i % lists.length]![name]!) list.push(value);
  return inputsOf(circuit).map(({ name, payload }) => {
    const list = values.get(name)!;
    return filled(name, payload, list.length, (raw) => {
      new ValueSource(payload, list).load(0, list.length, raw);
    });
  });
}

/** The rows of all streams in one file: what the harness reads. */
export function dataFile(data: readonly StreamData[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'gatewright-rows-')), 'rows');
  const parts = data.flatMap(({ raw }) => raw.map((c) => Buffer.from(c.buffer, c.byteOffset, c.byteLength)));
  writeFileSync(path, Buffer.concat(parts));
  return path;
}
