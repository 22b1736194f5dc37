// The sparse chain after synthesis: its netlists against the golden model, and what they are made of.

import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { SparseChain, sparseDsp } from '../src/index.ts';
import { netlistOf } from './netlist.ts';

test.each([
  { target: 'xcup', params: { implementation: 'dsp48e2', taps: 8, segment: 4 } },
  { target: 'xcup', params: { implementation: 'dsp48e2', taps: 8, segment: 4, overflow: 'split' } },
  { target: 'xc7', params: { taps: 4, segment: 2 } },
  { target: 'xcup', params: { taps: 4, segment: 2 } },
] as const)(
  '$target, $params: the netlist is the design',
  async ({ target, params }) => {
    const circuit = sparseDsp.module.elaborate(params);
    const { files } = await netlistOf(circuit.verilog(), circuit.top.name, target);
    const report = await verifyUnit(sparseDsp, params, {
      rewrite: () => files,
      runs: 3,
      backend: 'verilator',
    });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks).toBeGreaterThan(500);
  },
  600_000,
);

interface Cell {
  readonly type: string;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}

test.each([
  ['segment', { lut: 1128, srl: 351, ff: 813, carry: 12 }],
  ['split', { lut: 1128, srl: 351, ff: 813, carry: 12 }],
] as const)(
  '%s: 16 slices of two rows, 14 and more in cascade',
  async (overflow, most) => {
    const circuit = SparseChain.elaborate({ implementation: 'dsp48e2', overflow });
    const { json } = await netlistOf(circuit.verilog(), circuit.top.name, 'xcup');
    const netlist = JSON.parse(json) as { modules: Record<string, { cells: Record<string, Cell> }> };
    const cells = Object.values(netlist.modules[circuit.top.name]!.cells);
    const count = (pattern: RegExp): number => cells.filter((c) => pattern.test(c.type)).length;
    const slices = cells.filter((c) => c.type === 'DSP48E2');
    const sums = new Set(slices.map((c) => c.connections.PCOUT?.join()));
    const cascaded = slices.filter((c) => sums.has(c.connections.PCIN?.join()));
    const made = { lut: count(/^LUT\d$/), srl: count(/^SRL/), ff: count(/^FD/), carry: count(/^CARRY4$/) };
    expect(slices.length).toBe(16);
    expect(cascaded.length).toBe(14);
    for (const [kind, bound] of Object.entries(most))
      expect(made[kind as keyof typeof made], kind).toBeLessThanOrEqual(bound);
  },
  600_000,
);
