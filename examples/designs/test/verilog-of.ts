// The emitted Verilog of an example as reviewed text: compared with the files beside the design, and clean in three tools.
// Invariant: no waiver; any word of a tool fails the test.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Circuit } from '@gatewright/hdl-core';
import { lintIcarus, lintVerilator } from '@gatewright/verilator';
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
  const cwd = await mkdtemp(join(tmpdir(), 'gatewright-designs-'));
  const names = verilog.map((f) => f.name);
  for (const file of verilog) await writeFile(join(cwd, file.name), file.text);
  expect(await lintVerilator(names, { top, cwd })).toEqual({ ok: true, log: '' });
  expect(await lintIcarus(names, { top, cwd })).toEqual({ ok: true, log: '' });
  await rm(cwd, { recursive: true });
  expect(await lintYosys(verilog, top)).toEqual({ ok: true, log: '' });
}
