// verifyUnit and runWorkload on a small unit, and on the same unit broken in several ways.

import type { VerilogFile } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dot } from '../../test/designs.ts';
import { runWorkload } from './run-workload.ts';
import { defineUnit } from './unit.ts';
import { verifyUnit } from './verify-unit.ts';

const lane = fc.integer({ min: -128, max: 127 });

const dot = defineUnit({
  name: 'dot',
  summary: 'Dot products of int8 vectors.',
  paper: { title: 'None', reference: 'none' },
  module: Dot,
  golden(_, { in: beats }) {
    const out: bigint[] = [];
    let acc = 0;
    for (const { a, b, last } of beats) {
      a.forEach((x, i) => (acc += Number(x) * Number(b[i])));
      if (last) out.push(BigInt(acc));
      if (last) acc = 0;
    }
    return { out };
  },
  stimulus(p) {
    const all = (x: number) => Array.from({ length: p.lanes }, () => x);
    const corners = [-128, -1, 0, 1, 127];
    return {
      directed: [
        { name: 'nothing', inputs: { in: [] } },
        {
          name: 'corners',
          inputs: { in: corners.flatMap((x) => corners.map((y) => ({ a: all(x), b: all(y), last: true }))) },
        },
      ],
      random: fc.record({
        in: fc.array(
          fc.record({
            a: fc.array(lane, { minLength: p.lanes, maxLength: p.lanes }),
            b: fc.array(lane, { minLength: p.lanes, maxLength: p.lanes }),
            last: fc.boolean(),
          }),
          { maxLength: 30 },
        ),
      }),
    };
  },
  performance(p, { in: beats }) {
    // One beat per cycle, and one more until the last sum is out.
    const through = beats.findLastIndex((beat) => beat.last) + 1;
    return { cycles: through === 0 ? 0 : through + 1, macs: beats.length * p.lanes };
  },
  configurations: [{}, { lanes: 1 }, { lanes: 8 }],
  workload(p, { activations, weights, tokens, depth, outputs }) {
    const at = (m: Float32Array, row: number, k: number) => (k < depth ? m[row * depth + k]! : 0);
    const beats = [];
    for (let t = 0; t < tokens; t++)
      for (let o = 0; o < outputs; o++)
        for (let k = 0; k < depth; k += p.lanes) {
          const lanes = Array.from({ length: p.lanes }, (_, i) => k + i);
          beats.push({
            a: lanes.map((i) => at(activations, t, i)),
            b: lanes.map((i) => at(weights, o, i)),
            last: k + p.lanes >= depth,
          });
        }
    return { inputs: { in: beats }, results: ({ out }) => Float32Array.from(out, Number) };
  },
});

/** Replaces text in the printed Verilog, which must be there. */
const replacing =
  (from: string | RegExp, to: string) =>
  (files: VerilogFile[]): VerilogFile[] =>
    files.map((file) => {
      const text = file.text.replace(from, to);
      expect(text).not.toBe(file.text);
      return { ...file, text };
    });

test('a sound unit passes in all its configurations', async () => {
  for (const params of dot.configurations) {
    const report = await verifyUnit(dot, params, { seed: 7 });
    expect(report.scenarios.filter((s) => s.problem)).toEqual([]);
    expect(report).toMatchObject({
      unit: 'dot',
      ok: true,
      mismatchCount: 0,
      backends: process.env.GATEWRIGHT_BACKEND === 'verilator' ? ['verilator'] : ['native', 'verilator'],
      seed: 7,
    });
    expect(report.scenarios.map((s) => s.name).slice(0, 3)).toEqual(['nothing', 'corners', 'random 1']);
    expect(report.scenarios).toHaveLength(22);
    expect(report.checks).toBeGreaterThan(2 * 25);
    expect(report.scenarios[1]).toMatchObject({ checks: 50, cycles: 26, predictedCycles: 26 });
  }
});

test('a wrong operator is found, shrunk and can be replayed', async () => {
  const rewrite = replacing(/\bacc \+/, 'acc -');
  const report = await verifyUnit(dot, { lanes: 1 }, { rewrite, seed: 3 });
  expect(report.ok).toBe(false);
  expect(report.mismatchCount).toBeGreaterThan(0);
  const { counterexample } = report;
  // Nothing smaller shows it: one product, subtracted from zero.
  expect(counterexample?.inputs).toMatchObject({ in: [{ last: true }] });
  const product = counterexample!.inputs.in![0] as { a: [number]; b: [number] };
  const expected = BigInt(product.a[0] * product.b[0]);
  expect(report.mismatches.at(-1)).toMatchObject({
    port: 'out',
    index: 0,
    path: '',
    expected,
    actual: -expected,
  });

  const { seed, path } = counterexample!;
  const replayed = await verifyUnit(dot, { lanes: 1 }, { rewrite, seed, path });
  expect(replayed.counterexample?.inputs).toEqual(counterexample?.inputs);
  expect(replayed.scenarios).toHaveLength(1);
});

test('a wrong cycle count is found', async () => {
  const boastful = defineUnit({
    ...dot,
    performance: (p, inputs) => ({ ...dot.performance(p, inputs), cycles: inputs.in.length }),
  });
  const report = await verifyUnit(boastful, {}, { runs: 0 });
  expect(report.ok).toBe(false);
  expect(report.mismatchCount).toBe(0);
  expect(report.scenarios.map((s) => s.problem)).toEqual([
    undefined,
    'it takes 26 cycles, performance() says 25',
  ]);
});

test('a hang, a surplus value and a faulty golden model are found', async () => {
  const hang = await verifyUnit(
    dot,
    {},
    { runs: 0, timeout: 100, rewrite: replacing(/assign +out_valid += full;/, "assign out_valid = 1'b0;") },
  );
  expect(hang.ok).toBe(false);
  expect(hang.scenarios[1]?.problem).toContain('take on out (0 of 25 taken)');
  expect(hang.mismatches[0]).toMatchObject({ port: 'out', index: 0, expected: 32768n, actual: undefined });

  const surplus = defineUnit({
    ...dot,
    golden: (p, inputs) => ({ out: dot.golden(p, inputs).out.slice(1) }),
  });
  const { scenarios } = await verifyUnit(surplus, {}, { runs: 0 });
  expect(scenarios[1]?.problem).toBe('out offers a value beyond the 24 expected');

  const faulty = defineUnit({ ...dot, golden: () => ({ out: [1n << 40n] }) });
  const { scenarios: found } = await verifyUnit(faulty, {}, { runs: 0 });
  expect(found[0]?.problem).toBe(
    'ValueError: out: 1099511627776 does not fit sint(32) (-2147483648..2147483647)',
  );
});

test('a fault that only back-pressure shows is found by the stalled pass', async () => {
  // The sum is overwritten when nobody takes it in time.
  const rewrite = replacing(/assign +in_ready +=[^;]*;/, "assign in_ready = 1'b1;");
  expect((await verifyUnit(dot, {}, { rewrite, stalls: false })).ok).toBe(true);
  const report = await verifyUnit(dot, {}, { rewrite });
  expect(report.ok).toBe(false);
  const { problem } = report.scenarios.find((s) => s.problem)!;
  expect(problem).toMatch(/^ProtocolError: out: the payload changed before it was accepted/);
});

test('a GEMM through the unit', async () => {
  const gemm = {
    tokens: 3,
    depth: 5,
    outputs: 4,
    activations: Float32Array.from({ length: 15 }, (_, i) => i - 7),
    weights: Float32Array.from({ length: 20 }, (_, i) => 9 - i),
  };
  const calls: [number, number][] = [];
  const report = await runWorkload(dot, { lanes: 4 }, gemm, {
    onTransfers: (done, total) => calls.push([done, total]),
  });
  const reference = Array.from({ length: 12 }, (_, i) => {
    const [t, o] = [Math.floor(i / 4), i % 4];
    return [0, 1, 2, 3, 4].reduce(
      (sum, k) => sum + gemm.activations[t * 5 + k]! * gemm.weights[o * 5 + k]!,
      0,
    );
  });
  expect([...report.results]).toEqual(reference);
  const first: bigint | undefined = report.outputs.out[0];
  expect(first).toBe(BigInt(reference[0]!));
  expect(report).toMatchObject({ checks: 12, mismatchCount: 0, cycles: 25, predictedCycles: 25, macs: 96 });
  expect(report.macPerCycle).toBeCloseTo(96 / 25);
  expect(calls.at(-1)).toEqual([36, 36]);

  const { workload: _, ...without } = dot;
  await expect(runWorkload(without, {}, gemm)).rejects.toThrow('dot does not say how a GEMM maps on it');
});
