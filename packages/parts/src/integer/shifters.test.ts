// Leading-zero counter and barrel shifter against JavaScript's integers.

import { test } from 'vitest';
import { randomNumbers } from '../../test/float-formats.ts';
import { allTuples, sweep } from '../../test/sweep.ts';
import { BarrelShifter, SHIFTS } from './barrel-shifter.ts';
import { LeadingZeroCounter } from './leading-zeros.ts';

test.each([1, 2, 3, 7, 8, 13])('leading zeros of every %d-bit number', async (width) => {
  const ports = { inputs: ['x'], output: 'count' };
  await sweep(LeadingZeroCounter, { width }, ports, allTuples(2 ** width), (x) => Math.clz32(x) - 32 + width);
});

test('leading zeros of 77 bits', async () => {
  const random = randomNumbers(3);
  const wide = () => [random(), random(), random()].reduce((x, r) => (x << 32n) | BigInt(r), 0n);
  const rows = Array.from({ length: 5000 }, (): [bigint] => [
    BigInt.asUintN(77, wide() >> BigInt(random() % 97)),
  ]);
  const ports = { inputs: ['x'], output: 'count' };
  await sweep(
    LeadingZeroCounter,
    { width: 77 },
    ports,
    [[0n], ...rows],
    (x) => 77 - (x ? x.toString(2).length : 0),
  );
});

const mask = (x: bigint, width: number): bigint => BigInt.asUintN(width, x);
const models = {
  left: (x: bigint, by: bigint, w: number) => mask(x << by, w),
  right: (x: bigint, by: bigint) => x >> by,
  right_arithmetic: (x: bigint, by: bigint, w: number) => mask(BigInt.asIntN(w, x) >> by, w),
  rotate_left: (x: bigint, by: bigint, w: number) => mask((x << by) | (x >> (BigInt(w) - by)), w),
  rotate_right: (x: bigint, by: bigint, w: number) => mask((x >> by) | (x << (BigInt(w) - by)), w),
};

test.each(SHIFTS.flatMap((shift) => [5, 8].map((width) => ({ shift, width }))))(
  '$shift of every $width-bit number by every amount',
  async ({ shift, width }) => {
    const ports = { inputs: ['x', 'by'], output: 'y' };
    await sweep(BarrelShifter, { shift, width }, ports, allTuples(2 ** width, width), (x, by) =>
      models[shift](BigInt(x), BigInt(by), width),
    );
  },
);
