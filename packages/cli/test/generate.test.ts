// generate: the same bytes twice, clean in three tools, all or nothing in the folder.

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintIcarus, lintVerilator } from '@gatewright/verilator';
import { runYosys } from '@yowasp/yosys';
import { expect, test } from 'vitest';
import { command, folder } from './command.ts';

const read = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map((name) => [name, readFileSync(join(dir, name), 'utf8')]),
  );

test('twice gives the same bytes, wherever the folder is', async () => {
  const cwd = folder();
  for (const out of ['one', 'deep/two']) {
    expect((await command(['generate', 'mixpe', '--groupSize', '64', '-o', out], cwd)).code).toBe(0);
  }
  const files = read(join(cwd, 'one'));
  expect(read(join(cwd, 'deep/two'))).toEqual(files);
  expect(Object.keys(files)).toEqual([
    'Dequantise_valueBits_18.v',
    'FloatAdd_fullRange_false.v',
    'MixPeLane.core',
    'MixPeLane.f',
    'MixPeLane.json',
    'MixPeLane.sdc',
    'MixPeLane.v',
    'MixPeLane.xdc',
    'MixPe_groupSize_64.v',
    'README.md',
  ]);
});

test('Verilator, Icarus and Yosys read it without a warning', async () => {
  const cwd = folder();
  await command(['generate', 'mixpe', '--group-size', '64', '-o', 'out'], cwd);
  const files = readFileSync(join(cwd, 'out/MixPeLane.f'), 'utf8').trim().split('\n');
  const paths = files.map((f) => join(cwd, 'out', f));
  expect(await lintVerilator(paths, { top: 'MixPeLane' })).toEqual({ ok: true, log: '' });
  expect(await lintIcarus(paths, { top: 'MixPeLane' })).toEqual({ ok: true, log: '' });
  let log = '';
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes) log += new TextDecoder().decode(bytes);
  };
  const texts = Object.fromEntries(files.map((f) => [f, readFileSync(join(cwd, 'out', f), 'utf8')]));
  await runYosys(
    ['-p', `read_verilog ${files.join(' ')}; hierarchy -check -top MixPeLane; proc; check -assert`],
    texts,
    {
      stdout: collect,
      stderr: collect,
    },
  );
  expect(log).toContain('Found and reported 0 problems');
  expect(log).not.toMatch(/warning/i);
});

test('other parameters replace our files and leave the rest alone', async () => {
  const cwd = folder();
  await command(['generate', 'mixpe', '-o', 'out'], cwd);
  writeFileSync(join(cwd, 'out/notes.txt'), 'mine');
  await command(['generate', 'mixpe', '--lanes', '4', '-o', 'out'], cwd);
  const names = readdirSync(join(cwd, 'out'));
  expect(names).toContain('MixPe_lanes_4.v');
  expect(names).not.toContain('MixPe.v');
  expect(names).toContain('notes.txt');
});

test('a folder that cannot be written is one clear error and stays as it is', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'file'), '');
  const { code, stderr } = await command(['generate', 'mixpe', '-o', 'file/out'], cwd);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .*file/);
  expect(stderr).toContain('help:');
  expect(readdirSync(cwd)).toEqual(['file']);

  if (process.getuid?.() === 0) return; // root may write anywhere
  mkdirSync(join(cwd, 'locked'));
  chmodSync(join(cwd, 'locked'), 0o555);
  expect((await command(['generate', 'mixpe', '-o', 'locked/out'], cwd)).code).toBe(1);
  expect(existsSync(join(cwd, 'locked/out'))).toBe(false);
});

test('--no-locations leaves the TypeScript lines out', async () => {
  const cwd = folder();
  await command(['generate', 'mixpe', '--no-locations', '-o', 'out'], cwd);
  expect(readFileSync(join(cwd, 'out/MixPeLane.v'), 'utf8')).not.toContain('.ts:');
});
