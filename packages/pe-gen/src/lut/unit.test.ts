// The LUT Tensor Core tile simulated against its golden model, and broken ones.

import type { VerilogFile } from '@gatewright/hdl-core';
import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { complaints } from '../../test/clean.ts';
import { LutTile } from './tile.ts';
import { lutTensorCore } from './unit.ts';

test.each(lutTensorCore.configurations)(
  '%j is exact, as fast as predicted, and clean in three tools',
  async (params) => {
    const report = await verifyUnit(lutTensorCore, params, { runs: 10 });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(await complaints(LutTile.elaborate(params).verilog(), 'LutTile')).toEqual([]);
  },
  600_000,
);

test.each([
  ['a negation without its carry', /\+ \{\d+'d0, negate_1\}/, ''],
  [
    'a plane that is not shifted',
    /shifted_0_1( *)= [^;]*;/,
    'shifted_0_1$1= {{13{found_0_1[10]}}, found_0_1};',
  ],
  ['a result that is not waited for', /step( *)= [^;]*;/, 'step$1= busy;'],
])(
  '%s is caught',
  async (_, from, to) => {
    const rewrite = (files: VerilogFile[]): VerilogFile[] =>
      files.map((f) => {
        expect(f.text).toMatch(from);
        return { ...f, text: f.text.replace(from, to) };
      });
    const report = await verifyUnit(lutTensorCore, { outputs: 2, maxDepth: 4096 }, { rewrite, runs: 3 });
    expect(report.ok).toBe(false);
  },
  600_000,
);
