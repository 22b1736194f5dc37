// The figure of the documentation is the one that the cycle laws give, and its lines have the slopes that they should.

import { expect, test } from 'vitest';
import { latencies, latencyFigure } from './latency-figure.ts';

test('docs/units/attention-latency.svg is current', async () => {
  await expect(latencyFigure()).toMatchFileSnapshot('../../../docs/units/attention-latency.svg');
});

test('windows are linear in the length, at 201 and 75 cycles a row', () => {
  const [dense, one, interleaved] = latencies().map(({ cycles }) => cycles);
  const slope = (cycles: readonly number[]): number => (cycles.at(-1)! - cycles[0]!) / (65_536 - 256);
  expect(slope(one!)).toBe(201);
  expect(slope(interleaved!)).toBe(75);
  expect(dense!.at(-1)! / interleaved!.at(-1)!).toBeGreaterThan(800);
});
