// Any mask through the attention array: windows, global tokens, dilation, blocks that count twice.

import {
  type AttentionMask,
  bigBirdMask,
  causalWindowMask,
  denseMask,
  dilatedMask,
  FP16,
  floatToNumber,
  longformerMask,
  maskSteps,
  numberToFloatRne,
} from '@gatewright/golden';
import { simulate, verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { AttentionArray } from './array.ts';
import { attentionArrayUnit } from './array-unit.ts';

test.each(attentionArrayUnit.configurations)(
  '%j is bit exact and as fast as predicted',
  async (params) => {
    const report = await verifyUnit(attentionArrayUnit, params, { runs: 5, backend: 'native' });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks).toBeGreaterThan(5000);
  },
  600_000,
);

// With keys of zero every weight is 1, and value row j is the unit vector j: an output is how often its query's softmax counts
// a key, of all that it counts.
test('which keys the circuit weighs, by the rules of the masks, for every length to 12', async () => {
  const size = 12;
  const one = numberToFloatRne(FP16, 1);
  const far = (i: number, j: number): number => Math.abs(i - j);
  const twice = [[3], [1], [5], [2]];
  const global = (x: number): boolean => x === 0 || x === 5;
  const rules: [AttentionMask, (i: number, j: number) => number][] = [
    [causalWindowMask(4), (i, j) => (j <= i && j > i - 4 ? 1 : 0)],
    [longformerMask(2, [0, 5]), (i, j) => (far(i, j) <= 2 || global(i) || global(j) ? 1 : 0)],
    [dilatedMask(3, 2), (i, j) => (far(i, j) <= 6 && far(i, j) % 2 === 0 ? 1 : 0)],
    [dilatedMask(3, 3, true), (i, j) => (j <= i && i - j <= 9 && (i - j) % 3 === 0 ? 1 : 0)],
    [denseMask, () => 1],
  ];
  const bigBird = (i: number, j: number): number => {
    const [b, c] = [Math.floor(i / 2), Math.floor(j / 2)];
    if (b === 0 || b === 5) return 1;
    return (far(b, c) <= 1 || c === 0 || c === 5 ? 1 : 0) + (twice[b - 1]![0] === c ? 1 : 0);
  };
  const cases = [
    ...rules.flatMap(([mask, rule]) => Array.from({ length: size }, (_, n) => ({ mask, rule, rows: n + 1 }))),
    { mask: bigBirdMask({ block: 2, random: twice }), rule: bigBird, rows: size },
  ];
  await simulate(AttentionArray, { window: size, headDim: size }, { backend: 'native' }, async (dut) => {
    for (const { mask, rule, rows } of cases) {
      const { steps, keys } = maskSteps(mask, rows, size);
      const zero = new Array(size).fill(0);
      void dut.step.send(...steps.map((s) => ({ ...s, bound: 0 })));
      void dut.q.send(...new Array(rows).fill(zero).flat());
      void dut.k.send(...keys.flatMap(() => zero));
      void dut.v.send(...keys.flatMap((key) => zero.map((_, h) => (h === key ? one : 0))));
      const out = await dut.out.take(rows * size);
      const expected = Array.from({ length: rows }, (_, i) => {
        const times = Array.from({ length: size }, (_, j) => (j < rows ? rule(i, j) : 0));
        const total = times.reduce((a, b) => a + b, 0);
        return times.map((n) => numberToFloatRne(FP16, n / total));
      }).flat();
      expect(out.map((o) => floatToNumber(FP16, Number(o.data)))).toEqual(
        expected.map((c) => floatToNumber(FP16, c)),
      );
    }
  });
}, 600_000);
