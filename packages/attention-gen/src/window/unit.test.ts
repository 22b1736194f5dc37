// Window attention against its golden model, its cycle law, its accuracy, and broken units that must be caught.

import { attentionReference, FP16, floatToNumber, numberToFloatRne, windowMask } from '@gatewright/golden';
import type { VerilogFile } from '@gatewright/hdl-core';
import { verifyUnit } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { timing, windowParams } from './params.ts';
import { makeJob } from './stimulus.ts';
import { windowInputs } from './transactions.ts';
import { windowAttention } from './unit.ts';

const slow = 600_000;
const small = windowAttention.configurations.filter((c) => c.window! < 64);

test.each(small)(
  '%j is bit exact and as fast as predicted',
  async (params) => {
    const report = await verifyUnit(windowAttention, params, { runs: 3, backend: 'native' });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks).toBeGreaterThan(1000);
  },
  slow,
);

test('the paper’s row takes 201 cycles in FP16 and 264 in FP32, ours 75', () => {
  const period = (p: object): number => timing(windowParams.parse({ window: 512, ...p })).rowPeriod;
  expect(period({ schedule: 'sequential', maximum: 'none' })).toBe(201);
  expect(period({ schedule: 'sequential', maximum: 'none', dataType: 'fp32' })).toBe(264);
  expect(period({ schedule: 'interleaved' })).toBe(75);
  expect(period(windowAttention.presets!.swat!.params)).toBe(201);
  expect(period(windowAttention.presets!.fast!.params)).toBe(75);
});

describe('a broken unit is caught', () => {
  test.each([
    ['a slot that is never emptied', 'AttentionCore', '& ~(selected & step_drop)', '', {}],
    ['no bypass of the key', 'AttentionCore', 'replace_key ? key_incoming : key_held', 'key_held', {}],
    [
      'a value row replaced a period early',
      'AttentionCore',
      'replace_next <= replace_key',
      'replace_next <= loads',
      {},
    ],
    ['no credit for outputs', 'ArraySequencer', "outstanding != 3'd4", "1'b1", { in: 0, out: 0.97 }],
    ['values that do not wait', 'ArraySequencer', '~scored_load | available_v', "1'b1", { in: 0.97, out: 0 }],
  ] as const)(
    '%s',
    async (_, module, from, to, stalls) => {
      const rewrite = (files: VerilogFile[]): VerilogFile[] => {
        expect(files.some((f) => f.module.startsWith(module) && f.text.includes(from))).toBe(true);
        return files.map((f) => (f.module.startsWith(module) ? { ...f, text: f.text.replace(from, to) } : f));
      };
      const params = { window: 3, headDim: 4, lookAhead: 1, maximum: 'none' as const };
      const report = await verifyUnit(windowAttention, params, {
        rewrite,
        runs: 1,
        backend: 'verilator',
        optimise: 'O1',
        timeout: 2000,
        ...('out' in stalls ? { stalls } : {}),
      });
      expect(report.ok).toBe(false);
    },
    slow,
  );
});

test('outputs are within the tolerance of FP16 sums around attention in binary64', () => {
  const p = windowParams.parse({ window: 64, headDim: 64 });
  const job = makeJob(p, 21, { rows: 160 });
  const { out } = windowAttention.golden(p, windowInputs([job]));
  const numbers = (codes: readonly number[]) => codes.map((c) => floatToNumber(FP16, c));
  const head = { q: numbers(job.q), k: numbers(job.k), v: numbers(job.v), rows: 160, headDim: 64 };
  const right = attentionReference(head, windowMask(63, 0));
  const worst = out.reduce(
    (w, o, n) => Math.max(w, Math.abs(floatToNumber(FP16, Number(o.data)) - right[n]!)),
    0,
  );
  expect(worst).toBeLessThan(1e-2);
  expect(numberToFloatRne(FP16, right[0]!)).toBeGreaterThanOrEqual(0);
});
