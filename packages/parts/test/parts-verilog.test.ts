// The Verilog of the parts: chosen configurations as reviewed text, all of them clean in Verilator, Icarus and Yosys.

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lintIcarus, lintVerilator } from '@gatewright/verilator';
import { lintYosys } from '@gatewright/yosys';
import { expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';

test.each(catalogue.filter((e) => e.verilog))(
  '$verilog prints as reviewed',
  async ({ module, params, verilog }) => {
    const file = module.elaborate(params).verilog({ locations: false }).at(-1)!;
    await expect(file.text).toMatchFileSnapshot(`verilog/${verilog}.v`);
  },
);

test.each(catalogue)('$group, $label, is clean in three tools', async ({ module, params }) => {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-parts-'));
  const verilog = module.elaborate(params).verilog();
  const files = await Promise.all(
    verilog.map(async (f) => {
      await writeFile(join(folder, f.name), f.text);
      return join(folder, f.name);
    }),
  );
  const clean = { ok: true, log: '' };
  expect(await lintVerilator(files, { top: module.name })).toEqual(clean);
  expect(await lintIcarus(files, { top: module.name })).toEqual(clean);
  expect(await lintYosys(verilog, module.name)).toEqual(clean);
});
