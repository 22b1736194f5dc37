// The module of the bulk path in every way it is made: as usual, in many functions that leave values in memory for each other, and
// in one function where the memory has no room for these.

import { expect, test } from 'vitest';
import { Dot } from '../../../test/designs.ts';
import { bulkModule } from './bulk-module.ts';
import { type CompiledDesign, compileDesign } from './compile.ts';
import { compileGraph } from './compile-graph.ts';
import { nativeModel } from './native.ts';
import { TUNED } from './tuning.ts';

const LANES = 8;
const ROWS = 6;
const { top } = Dot.elaborate({ lanes: LANES });
const pieces = { ...TUNED, functionBytes: 40 };

/** Without a page to spare for what functions would leave. */
function withoutRoom(): CompiledDesign {
  const design = compileDesign(top, { tuning: pieces });
  const { layout, base } = design.bulk!;
  const parts = { design: compileGraph(top), layout, base, ring: design.ring, pages: 0, tuning: pieces };
  return { ...design, bulk: { layout, base, bytes: () => bulkModule(parts) } };
}

/** Functions of a module: the first number of its code section. */
function functionsIn(bytes: Uint8Array): number {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  for (;;) {
    const id = bytes[at++];
    const length = number();
    if (id === 10) return number();
    at += length;
  }
}

const ways = {
  usual: () => compileDesign(top),
  'in pieces': () => compileDesign(top, { tuning: pieces }),
  'without room': withoutRoom,
};

test('the ways differ', () => {
  const [usual, inPieces, alone] = Object.values(ways).map((make) => functionsIn(make().bulk!.bytes()));
  expect(inPieces).toBeGreaterThan(usual!);
  expect(alone).toBe(2);
});

test.each(Object.entries(ways))('%s: sums of products, row by row', async (_, make) => {
  const model = await nativeModel(make());
  const instance = model.start();
  instance.setReset(true);
  instance.rise(2);
  instance.setReset(false);
  const bulk = instance.bulk!;
  const [input, output] = bulk.streams;
  const view = new DataView(bulk.memory);
  const operand = (row: number, lane: number, which: number): number =>
    ((row * 37 + lane * 11 + which * 59) % 256) - 128;
  const sums: number[] = [];
  for (let row = 0; row < ROWS; row++) {
    let sum = 0;
    for (let lane = 0; lane < LANES; lane++) {
      const [a, b] = [operand(row, lane, 0), operand(row, lane, 1)];
      view.setInt8(input!.columns[0]! + row * LANES + lane, a);
      view.setInt8(input!.columns[1]! + row * LANES + lane, b);
      sum += a * b;
    }
    // Each row is a sum of its own.
    view.setUint8(input!.columns[2]! + row, 1);
    sums.push(sum);
  }
  view.setUint32(input!.counters + 4, ROWS, true);
  view.setUint32(output!.counters + 4, ROWS, true);
  let cycles = 0;
  while (view.getUint32(output!.counters, true) < ROWS) cycles += bulk.run(100);
  const seen = Array.from({ length: ROWS }, (_, row) => view.getInt32(output!.columns[0]! + 4 * row, true));
  instance.close();
  expect(seen).toEqual(sums);
  expect(cycles).toBeGreaterThanOrEqual(ROWS);
});
