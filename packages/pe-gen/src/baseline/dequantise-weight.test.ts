// Dequantised weights against their definition: every code with scales from all over FP16, both signs, subnormals and the ends.

import { dequantisedWeight } from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { DequantiseWeight } from './dequantise-weight.ts';

const INFINITY = 0x7c00;

test.each([
  { weightSigned: true, zeroPoint: 'none' },
  { zeroPoint: 'group' },
  { weightSigned: true, zeroPoint: 'group', weightBits: 3 },
  { zeroPoint: 'constant', zeroPointValue: 8 },
] as const)('%j', async (params) => {
  const p = DequantiseWeight.params.parse(params);
  const min = p.weightSigned ? -(2 ** (p.weightBits - 1)) : 0;
  const codes = Array.from({ length: 2 ** p.weightBits }, (_, i) => min + i);
  const zeros = p.zeroPoint === 'group' ? codes : [p.zeroPoint === 'constant' ? p.zeroPointValue : 0];
  const wrong: string[] = [];
  let checks = 0;
  await simulate(DequantiseWeight, params, { backend: 'native' }, async (dut, t) => {
    const port = dut as unknown as Record<'q' | 'zero' | 'scale', { poke(value: number): void }>;
    for (const q of codes)
      for (const zero of zeros) {
        port.q.poke(q);
        if (p.zeroPoint === 'group') port.zero.poke(zero);
        // A stride that shares no factor with the format meets every mantissa.
        const start = (q - min + zero - min) % 61;
        for (let magnitude = start; magnitude < INFINITY + 61; magnitude += 61) {
          const scale = Math.min(magnitude, INFINITY - 1) + (checks % 2 ? 0x8000 : 0);
          port.scale.poke(scale);
          await t.step();
          checks++;
          const expected = dequantisedWeight(q, zero, scale);
          if (Number(dut.weight.peek()) !== expected && wrong.length < 5)
            wrong.push(`(${q} - ${zero}) * ${scale}: ${dut.weight.peek()}, expected ${expected}`);
        }
      }
  });
  expect(wrong).toEqual([]);
  expect(checks).toBeGreaterThan(500 * codes.length);
});
