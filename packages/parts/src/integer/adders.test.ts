// Compressors, adder trees and the general multiplier against JavaScript's integers.

import { describe, test } from 'vitest';
import { randomNumbers } from '../../test/float-formats.ts';
import { allTuples, sweep } from '../../test/sweep.ts';
import { AdderTree } from './adder-tree.ts';
import { ADDER_TREES } from './compressor.ts';
import { Multiplier, PARTIAL_PRODUCTS } from './multiplier.ts';

const value = (code: number, bits: number, signed: boolean): bigint =>
  signed ? BigInt.asIntN(bits, BigInt(code)) : BigInt(code);

const ports = { inputs: ['x'], output: 'sum' };

describe.each(ADDER_TREES)('%s tree', (style) => {
  test.each([
    { terms: 4, width: 3, signed: true },
    { terms: 5, width: 2, signed: false },
  ])('every sum of $terms x $width bits, signed $signed', async ({ terms, width, signed }) => {
    const codes = Array.from({ length: terms }, () => 2 ** width);
    const rows = [...allTuples(...codes)].map((x): [number[]] => [x]);
    await sweep(AdderTree, { terms, width, signed, style }, ports, rows, (x) => sum(x, width, signed));
  });

  test.each([1, 2, 3, 6, 7, 13, 27])('%d terms: extremes and random ones', async (terms) => {
    const random = randomNumbers(terms);
    const terms8 = (code: () => number): [number[]] => [Array.from({ length: terms }, code)];
    const rows = [0, 0xff, 0x80, 0x7f].map((x) => terms8(() => x));
    for (let i = 0; i < 500; i++) rows.push(terms8(() => random() & 0xff));
    await sweep(AdderTree, { terms, width: 8, signed: true, style }, ports, rows, (x) => sum(x, 8, true));
  });
});

/** The bits of the exact sum. */
function sum(codes: readonly number[], width: number, signed: boolean): bigint {
  const total = codes.reduce((t, code) => t + value(code, width, signed), 0n);
  return BigInt.asUintN(width + Math.ceil(Math.log2(codes.length)), total);
}

describe.each(PARTIAL_PRODUCTS)('multiplier, %s', (rows) => {
  test.each([
    { xBits: 5, yBits: 5, signed: true, tree: 'dadda' },
    { xBits: 5, yBits: 4, signed: false, tree: 'wallace' },
    { xBits: 3, yBits: 8, signed: true, tree: 'compressor42' },
    { xBits: 7, yBits: 1, signed: false, tree: 'binary' },
    { xBits: 1, yBits: 1, signed: true, tree: 'dadda' },
  ] as const)('every product of $xBits x $yBits bits, signed $signed, $tree', async (p) => {
    await sweep(
      Multiplier,
      { ...p, rows },
      { inputs: ['x', 'y'], output: 'product' },
      allTuples(2 ** p.xBits, 2 ** p.yBits),
      (x, y) => BigInt.asUintN(p.xBits + p.yBits, value(x, p.xBits, p.signed) * value(y, p.yBits, p.signed)),
    );
  });

  test.each([true, false])('24 x 24 bits, signed %s: extremes and random', async (signed) => {
    const random = randomNumbers(5);
    const ends = [0, 1, 2 ** 24 - 1, 2 ** 23, 2 ** 23 - 1];
    const pairs = ends.flatMap((x) => ends.map((y): [number, number] => [x, y]));
    for (let i = 0; i < 5000; i++) pairs.push([random() >>> 8, random() >>> 8]);
    await sweep(
      Multiplier,
      { xBits: 24, yBits: 24, signed, rows },
      { inputs: ['x', 'y'], output: 'product' },
      pairs,
      (x, y) => BigInt.asUintN(48, value(x, 24, signed) * value(y, 24, signed)),
    );
  });
});
