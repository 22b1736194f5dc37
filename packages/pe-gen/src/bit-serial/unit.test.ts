// The bit-serial tile against its golden model, and broken tiles that must be caught.

import { bitmodMantissaBits } from '@gatewright/golden';
import type { VerilogFile } from '@gatewright/hdl-core';
import { verifyUnit } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { mantissaBits, tileParams } from './params.ts';
import { bitSerial, goldenConfig } from './unit.ts';

test.each(bitSerial.configurations)('%j is bit exact and as fast as predicted', async (params) => {
  const report = await verifyUnit(bitSerial, params, { runs: params.rows === 8 ? 2 : 10 });
  expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.checks).toBeGreaterThan(1000);
});

test('two-term weights of 128 in a group sustain 4 / 2 products per cycle and PE', () => {
  const p = tileParams.parse({ rows: 1, columns: 1 });
  const set = { activations: [[0n, 0n, 0n, 0n]], codes: [[0n, 0n, 0n, 0n]], last: false };
  const digit = { negative: false, one: false, two: false, four: false };
  const group = { datatype: 'fp4' as const, special: [{ high: digit, low: digit }], scale: [1n] };
  const cycles = (groups: number): number =>
    bitSerial.performance(p, {
      in: Array.from({ length: 32 * groups }, (_, i) => ({ ...set, last: i === 32 * groups - 1 })),
      group: new Array(groups).fill(group),
    }).cycles;
  expect(cycles(101) - cycles(1)).toBe(100 * 64);
});

test('group sums are as wide as the golden model says', () => {
  for (const activation of ['fp16', 'bf16', 'int8'] as const) {
    for (const weightBits of [4, 5, 6, 7, 8]) {
      for (const groupSize of [4, 64, 128, 1024]) {
        const p = tileParams.parse({ activation, weightBits, groupSize });
        const largest = Math.max(20, 2 ** (weightBits - 1));
        expect(mantissaBits(p)).toBe(bitmodMantissaBits(goldenConfig(p), groupSize, largest));
      }
    }
  }
});

describe('a broken tile is caught', () => {
  test.each([
    ['a product without its carry', 'BitSerialPe', "+ {22'd0, negative_0}", "+ 23'd0"],
    ['terms of radix 2', 'BitSerialPe', "{set_before[20:0], 2'd0}", "{set_before[21:0], 1'd0}"],
    ['a logical shift of the group sum', 'BitSerialPe', 'total >>> distance', 'total >> distance'],
    ['a group that never restarts', 'BitSerialPe', '~restart ?', "1'b1 ?"],
    ['subnormals with a hidden one', 'RowAligner', '{{exponent_0_any,', "{{1'b1,"],
    ['subnormals at exponent 0', 'RowAligner', 'activations_0[10] | ~exponent_0_any', 'activations_0[10]'],
    ['a maximum that forgets', 'RowAligner', '~restart & (maximum > largest)', "1'b0"],
    [
      'a maximum that outlives its group',
      'RowAligner',
      '~restart & (maximum > largest)',
      'maximum > largest',
    ],
    ['a flipped Booth sign', 'TermEncoder', 'window_0[2]', '~window_0[2]'],
    ['a scale one bit short', 'SerialScaler', 'scale_rest[0]', '(scale_rest[0] & ~finish)'],
    ['FP4 in whole units', 'BitSerialTile', '== GROUP_DATATYPE_FP4)', '== GROUP_DATATYPE_FP3)'],
  ])('%s', async (_, module, from, to) => {
    const rewrite = (files: VerilogFile[]): VerilogFile[] =>
      files.map((f) => {
        if (!f.module.startsWith(module)) return f;
        expect(f.text).toContain(from);
        return { ...f, text: f.text.replace(from, to) };
      });
    const report = await verifyUnit(
      bitSerial,
      { rows: 1, columns: 1 },
      { rewrite, runs: 1, backend: 'verilator' },
    );
    expect(report.ok).toBe(false);
    expect(
      report.mismatchCount + report.scenarios.filter((s) => s.problem !== undefined).length,
    ).toBeGreaterThan(0);
  });
});
