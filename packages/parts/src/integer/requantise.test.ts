// Requantise against golden: every small operand triple, extremes and random ones of the usual widths.

import { requantise } from '@gatewright/golden';
import { test } from 'vitest';
import { randomNumbers } from '../../test/float-formats.ts';
import { sweep } from '../../test/sweep.ts';
import { Requantise, ROUNDINGS } from './requantise.ts';

const ports = { inputs: ['x', 'scale'], output: 'y' };
const signedRange = (bits: number) => Array.from({ length: 2 ** bits }, (_, i) => i - 2 ** (bits - 1));

test.each(ROUNDINGS)('%s', async (rounding) => {
  const small = { xBits: 6, scaleBits: 4, shift: 3, yBits: 5, rounding };
  const pairs = signedRange(6).flatMap((x) => signedRange(4).map((s): [number, number] => [x, s]));
  await sweep(Requantise, small, ports, pairs, (x, s) =>
    requantise(BigInt(x), BigInt(s), 3, { bits: 5, signed: true }, rounding),
  );

  const random = randomNumbers(2);
  const rows: [number, number][] = [-(2 ** 31), 2 ** 31 - 1, 0].flatMap((x) =>
    [-32768, 32767, 1].map((s): [number, number] => [x, s]),
  );
  for (let i = 0; i < 2000; i++) rows.push([(random() | 0) >> (random() % 24), (random() << 16) >> 16]);
  await sweep(Requantise, { rounding }, ports, rows, (x, s) =>
    requantise(BigInt(x), BigInt(s), 16, { bits: 8, signed: true }, rounding),
  );
});
