// run-lm: one pass of the whole model in the native simulator, a broken unit, and what cannot be run.

import { UNITS as ATTENTION } from '@gatewright/attention-gen';
import { UNITS as PROCESSING } from '@gatewright/pe-gen';
import type { AnyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';

const units: readonly AnyUnit[] = [...PROCESSING, ...ATTENTION];
const runLm = (flags: readonly string[], on: readonly AnyUnit[] = units) =>
  runCommand(['run-lm', '--prompt', 'K', ...flags], { units: on });
const SLOW = 600_000;

test('the whole model on units: every tensor is the golden one, every cycle as predicted', async () => {
  const { code, stdout, stderr } = await runLm(['--backend', 'native', '--json']);
  expect(stderr).toContain('wrote ":"');
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ linear: 'mixpe-w4a8', backends: ['native'], text: ':', passes: 1 });
  expect(report.difference).toBeUndefined();
  // 29 linear layers and 4 attentions, one row each: 4 x (4 x 128 + 2 x 384 + 128 + 128) + 65 elements.
  const sum = (of: (o: { elements: number; macs: number }) => number): number =>
    report.operations.reduce((n: number, o: { elements: number; macs: number }) => n + of(o), 0);
  expect(report.operations).toHaveLength(33);
  expect(sum((o) => o.elements)).toBe(4 * (4 * 128 + 2 * 384 + 128 + 128) + 65);
  // A multiply-accumulate per weight, and two products of 128 for the one key.
  expect(sum((o) => o.macs)).toBe(4 * (4 * 128 * 128 + 3 * 384 * 128) + 65 * 128 + 4 * 2 * 128);
  for (const o of report.operations) expect(o.cycles, o.name).toBe(o.predictedCycles);
}, 600_000);

/** The unit with one weight changed on its way to the hardware, in one layer. */
const withWrongWeight = (name: string): AnyUnit[] =>
  units.map((unit) => {
    if (unit.name !== name) return unit;
    let calls = 0;
    return {
      ...unit,
      workload(params, gemm) {
        if (++calls !== 4) return unit.workload!(params, gemm);
        const weights = gemm.weights.slice();
        weights[5 * gemm.depth + 3]! *= -1;
        return unit.workload!(params, { ...gemm, weights });
      },
    };
  });

test(
  'a wrong weight: exit code 1, the layer and the element are named, and nothing runs after it',
  async () => {
    const { code, stdout, stderr } = await runLm(['--backend', 'native'], withWrongWeight('mixpe-array'));
    expect(code).toBe(1);
    // The fourth linear layer is layers.0.o, and output 5 the only one with that weight.
    expect(stderr).toMatch(
      /error: layers\.0\.o, pass 0: row 0, column 5 is \S+ \(0x[\da-f]{8}\), the golden model says \S+ \(0x[\da-f]{8}\) \(1 difference in this operation\)/,
    );
    expect(stdout).not.toContain('layers.0.gate');
  },
  SLOW,
);

test(
  'golden models alone: text and predicted cycles',
  async () => {
    const { code, stdout } = await runLm(['--backend', 'golden']);
    expect(code).toBe(0);
    expect(stdout).toContain('"K:"');
    expect(stdout).toContain('predicted');
  },
  SLOW,
);

test(
  'what cannot be run: exit code 2 and one error',
  async () => {
    const errorOf = async (...flags: string[]): Promise<string> => {
      const { code, stdout, stderr } = await runLm(flags);
      expect([code, stdout]).toEqual([2, '']);
      return stderr;
    };
    expect(await errorOf('--linear', 'mixpe-w4')).toContain(
      "error: no linear layers 'mixpe-w4'; did you mean mixpe-w4a16 or mixpe-w4a8",
    );
    expect(await errorOf('--attention', 'windw-fast')).toContain('did you mean window-fast');
    expect(await errorOf('--prompt', 'naïve')).toContain('character "ï"');
    expect(await errorOf('--prompt', '')).toContain('--prompt is empty');
    expect(await errorOf('--tokens', '300')).toContain('the model knows 256 positions');
    expect(await errorOf('--linear', 'fp16', '--attention', 'float')).toContain(
      'there is nothing to simulate',
    );
    expect(await errorOf('--temperature', 'hot')).toContain('--temperature: give a number from 0');
  },
  SLOW,
);
