// The Verilog of the parts: chosen configurations as reviewed text, all of them clean in Verilator, Icarus and Yosys.

import { complaintsAbout } from '@gatewright/verilator';
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
  const verilog = module.elaborate(params).verilog();
  expect(await complaintsAbout(verilog, module.name)).toEqual([]);
  expect(await lintYosys(verilog, module.name)).toEqual({ ok: true, log: '' });
});
