// Random legal designs: emitted, linted, run in Verilator and Icarus, and compared each cycle with the evaluator of the IR.
// `GATEWRIGHT_FUZZ_SEED` chooses the first design; a finding names its seed, which `deep.ts --designs 1 --seed n` replays.

import { expect, test } from 'vitest';
import { runBatch } from './batch.ts';

const first = Number(process.env.GATEWRIGHT_FUZZ_SEED ?? 9000);
const DESIGNS = 50;
const IN_SYSTEMVERILOG = 6;
const IN_BOTH = 4;

test(`designs ${first} to ${first + DESIGNS - 1} do in both simulators what their IR means`, async () => {
  const seeds = Array.from({ length: DESIGNS }, (_, i) => first + i);
  const report = await runBatch(seeds, { cycles: 48, simulators: ['verilator', 'icarus'] });
  // Where a tool itself aborts, the other simulator has still judged the design; more than a few would hide something.
  const aborts = report.findings.filter((f) => f.kind === 'abort');
  expect(report.findings.filter((f) => f.kind !== 'abort')).toEqual([]);
  expect(new Set(aborts.map((f) => f.simulator)).size).toBeLessThanOrEqual(1);
  expect(aborts.length).toBeLessThanOrEqual(DESIGNS / 50);
  expect(report.designs).toBe(DESIGNS);
  expect(report.twoClocks).toBeGreaterThan(0);
  expect(report.outputsCompared).toBeGreaterThan(10_000);
  expect(report.operators.size).toBeGreaterThanOrEqual(20);
});

test('some do in both back ends alike from their first evaluation on, whatever they power up with', async () => {
  const seeds = Array.from({ length: IN_BOTH }, (_, i) => first + i);
  const report = await runBatch(seeds, { cycles: 32, simulators: ['power-up'] });
  expect(report.findings).toEqual([]);
  expect(report.outputsCompared).toBeGreaterThan(1000);
});

test('the next ones do in Verilator, as SystemVerilog, and are read by Yosys', async () => {
  const seeds = Array.from({ length: IN_SYSTEMVERILOG }, (_, i) => first + DESIGNS + i);
  const report = await runBatch(seeds, {
    cycles: 48,
    simulators: ['verilator'],
    language: 'systemverilog',
    yosysEvery: 3,
  });
  expect(report.findings).toEqual([]);
  expect(report.designs).toBe(IN_SYSTEMVERILOG);
  expect(report.readByYosys).toBe(2);
});
