// What Yosys makes of the forms of memory on three families of FPGA: RAM blocks, and the logic around them.
// Some rows of the table in docs/rationale-state.md; logic is bounded with a little room for other versions of Yosys.

import { runScript, writtenFile } from '@gatewright/yosys';
import { expect, test } from 'vitest';
import { ByteLanes, RegisterFile, Rom, SimpleDual, SinglePort, TrueDual } from './constructs/memories.ts';

const SYNTHESIS = {
  xc7: 'synth_xilinx -family xc7 -noiopad -noclkbuf',
  ice40: 'synth_ice40',
  ecp5: 'synth_ecp5',
} as const;

const undefinedCollision = { collision: 'undefined' } as const;
const rows = [
  ['xc7', 'two ports of two clocks', TrueDual.elaborate({ clocks: 2 }), { RAMB36E1: 1 }, 2, 0],
  ['ice40', 'a write and a read port', SimpleDual.elaborate(undefinedCollision), { SB_RAM40_4K: 8 }, 0, 0],
  ['ecp5', 'byte lanes', ByteLanes.elaborate(undefinedCollision), { DP16KD: 2 }, 6, 0],
  ['ecp5', 'a write and a read port', SimpleDual.elaborate(undefinedCollision), { DP16KD: 2 }, 0, 0],
  ['ecp5', 'a bypass', SimpleDual.elaborate({ collision: 'new' }), { DP16KD: 2 }, 60, 33],
  ['ecp5', 'one port', SinglePort.elaborate(), { DP16KD: 2 }, 1, 0],
  ['ecp5', 'two ports of one clock', TrueDual.elaborate({ clocks: 1 }), { DP16KD: 2 }, 4, 0],
  ['ecp5', 'a register file', RegisterFile.elaborate(), { TRELLIS_DPR16X4: 8 }, 16, 0],
  ['ecp5', 'a table', Rom.elaborate(), { DP16KD: 1 }, 0, 0],
] as const;

test.each(rows)('%s: %s', async (family, _, circuit, ram, luts, flipFlops) => {
  const files = circuit.verilog();
  const { name } = circuit.top;
  const read = `read_verilog ${files.map((f) => f.name).join(' ')}`;
  const run = await runScript(
    `${read}; ${SYNTHESIS[family]} -top ${name}; tee -q -o stat.json stat -json -top ${name}`,
    files,
  );
  const stat = JSON.parse(writtenFile(run, 'stat.json')) as {
    design: { num_cells_by_type: Record<string, number> };
  };
  const cells = Object.entries(stat.design.num_cells_by_type);
  const sum = (pattern: RegExp): number =>
    cells.reduce((n, [t, count]) => n + (pattern.test(t) ? count : 0), 0);
  const blocks = cells.filter(([t]) => /^(RAM|SB_RAM|DP16|TRELLIS_DPR)/.test(t));
  expect(Object.fromEntries(blocks)).toEqual(ram);
  expect(sum(/LUT/)).toBeLessThanOrEqual(luts);
  expect(sum(/^(FD|SB_DFF|TRELLIS_FF)/)).toBeLessThanOrEqual(flipFlops);
});
