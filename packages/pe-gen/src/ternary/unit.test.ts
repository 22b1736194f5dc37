// The ternary lane simulated against its golden model, and broken ones.

import type { VerilogFile } from '@gatewright/hdl-core';
import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { complaints } from '../../test/clean.ts';
import { TernaryLane } from './lane.ts';
import { ternary } from './unit.ts';

test.each(ternary.configurations)(
  '%j is exact, as fast as predicted, and clean in three tools',
  async (params) => {
    const report = await verifyUnit(ternary, params, { runs: 10 });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(await complaints(TernaryLane.elaborate(params).verilog(), 'TernaryLane')).toEqual([]);
  },
  600_000,
);

test.each([
  ['a carry that is lost', /ones( *)= [^;]*;/, "ones$1= 5'd0;"],
  ['a lane that is never inverted', /\^ \{8\{in_t_3\[1\]\}\}/, "^ {8{1'b0}}"],
  ['a sum that never restarts', /fresh <= in_last/, "fresh <= 1'b0"],
])(
  '%s is caught',
  async (_, from, to) => {
    const rewrite = (files: VerilogFile[]): VerilogFile[] =>
      files.map((f) => {
        expect(f.text).toMatch(from);
        return { ...f, text: f.text.replace(from, to) };
      });
    const report = await verifyUnit(ternary, {}, { rewrite, runs: 2 });
    expect(report.ok).toBe(false);
    expect(report.mismatchCount).toBeGreaterThan(0);
  },
  600_000,
);
