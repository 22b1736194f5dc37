// The Verilog of the MixPE lane as reviewed text, clean in Verilator, Icarus and Yosys for every configuration and width.

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lintIcarus, lintVerilator } from '@gatewright/verilator';
import { runYosys } from '@yowasp/yosys';
import { expect, test } from 'vitest';
import { MixPeLane, mixpe } from '../src/index.ts';

test.each(['MixPeLane', 'MixPe_lanes_2', 'Dequantise', 'FloatAdd_fullRange_false'])(
  '%s prints as reviewed',
  async (name) => {
    const file = MixPeLane.elaborate({ lanes: 2 })
      .verilog()
      .find((f) => f.module === name)!;
    await expect(file.text).toMatchFileSnapshot(`verilog/${file.name}`);
  },
);

const configurations = [
  ...mixpe.configurations,
  { groupSize: 64 },
  {
    weightBits: 2,
    weightSigned: true,
    multiplier: 'booth4' as const,
    zeroPoint: 'none' as const,
    lanes: 1,
    groupSize: 1,
  },
  { weightBits: 3, multiplier: 'booth4' as const, lanes: 3, groupSize: 96 },
  { weightBits: 8, weightSigned: true, multiplier: 'sign_mag' as const, groupSize: 4096, lanes: 16 },
  {
    weightBits: 5,
    multiplier: 'operator' as const,
    zeroPoint: 'constant' as const,
    zeroPointValue: 31,
    lanes: 4,
  },
  { weightSigned: true, zeroPoint: 'constant' as const, zeroPointValue: -8 },
];
test.each(configurations)('%j is clean in three tools', async (params) => {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-mixpe-'));
  const verilog = MixPeLane.elaborate(params).verilog();
  const files = await Promise.all(
    verilog.map(async (f) => {
      await writeFile(join(folder, f.name), f.text);
      return join(folder, f.name);
    }),
  );
  expect(await lintVerilator(files, { top: 'MixPeLane' })).toEqual({ ok: true, log: '' });
  expect(await lintIcarus(files, { top: 'MixPeLane' })).toEqual({ ok: true, log: '' });

  let log = '';
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes) log += new TextDecoder().decode(bytes);
  };
  const script = `read_verilog ${verilog.map((f) => f.name).join(' ')}; hierarchy -check -top MixPeLane; proc; check -assert`;
  await runYosys(['-p', script], Object.fromEntries(verilog.map((f) => [f.name, f.text])), {
    stdout: collect,
    stderr: collect,
  });
  expect(log).toContain('Found and reported 0 problems');
  expect(log.split('\n').filter((l) => /warning/i.test(l))).toEqual([]);
});
