// The emitted Verilog of an example as reviewed text: compared with the files beside the design, and clean in three tools.
// Invariant: no waiver; any word of a tool fails the test.

import { join } from 'node:path';
import type { Circuit } from '@gatewright/hdl-core';
import { complaintsAbout } from '@gatewright/verilator';
import { lintYosys } from '@gatewright/yosys';
import { expect } from 'vitest';

/**
 * Compares every module of the circuit with `<folder>/<Module>.v`, and lints the whole with Verilator (-Wall), Icarus
 * (-g2005 -Wall) and Yosys (hierarchy, proc, check). `vitest -u` rewrites the files, to be reviewed.
 */
export async function expectReviewedVerilog(circuit: Circuit, folder: string): Promise<void> {
  expect(circuit.warnings).toEqual([]);
  const verilog = circuit.verilog();
  for (const file of verilog) await expect(file.text).toMatchFileSnapshot(join(folder, file.name));

  const top = circuit.top.name;
  expect(await complaintsAbout(verilog, top)).toEqual([]);
  expect(await lintYosys(verilog, top)).toEqual({ ok: true, log: '' });
}
