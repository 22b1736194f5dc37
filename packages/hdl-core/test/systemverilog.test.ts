// The SystemVerilog dialect: the same designs, lint-clean in three tools, and reviewed text of those that differ most.

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lintIcarus, lintVerilator } from '@gatewright/verilator';
import { lintYosys } from '@gatewright/yosys';
import { describe, expect, test } from 'vitest';
import { Checks } from './constructs/checks.ts';
import { ByteLanes, RegisterFile, Rom, TrueDual } from './constructs/memories.ts';
import { Choice, Rounding } from './constructs/operators.ts';
import { Decode, Handshake } from './constructs/state-machines.ts';
import { Arithmetic, Bits, Control, Hierarchy } from './constructs.ts';
import { Dot } from './dot.ts';

const designs = [
  Dot,
  Arithmetic,
  Bits,
  Checks,
  Choice,
  Rounding,
  Handshake,
  Decode,
  Control,
  Hierarchy,
  ByteLanes,
  RegisterFile,
  Rom,
  TrueDual,
] as const;
const printed = (design: (typeof designs)[number]) =>
  design.elaborate().verilog({ language: 'systemverilog' });

test.each([Control, Handshake, Checks].map((d) => [d.name, d] as const))(
  '%s prints as reviewed',
  async (name, design) => {
    const file = printed(design).at(-1)!;
    expect(file.name).toBe(`${name}.sv`);
    await expect(file.text).toMatchFileSnapshot(`verilog/${name}.sv`);
  },
);

describe.each(designs.map((d) => [d.name, d] as const))('%s', (name, design) => {
  const files = printed(design);

  test('is clean in Verilator, Icarus and Yosys', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatewright-lint-'));
    for (const f of files) await writeFile(join(folder, f.name), f.text);
    const paths = files.map((f) => join(folder, f.name));
    expect(await lintVerilator(paths, { top: name })).toEqual({ ok: true, log: '' });
    // Icarus 11 does not know the names of assertions.
    if (design !== Checks) expect(await lintIcarus(paths, { top: name })).toEqual({ ok: true, log: '' });
    expect(await lintYosys(files, name)).toEqual({ ok: true, log: '' });
  });

  test('has nothing of Verilog-2005 in it', () => {
    for (const { text } of files) expect(text).not.toMatch(/\breg\b|always @\*|localparam|`default_nettype/);
  });
});
