import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyUnit } from '@gatewright/sim';
import { beforeEach, expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay, presetDelay } from '../../test/units.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'gatewright-'));
});
const generate = (flags: string, unit: AnyUnit = delay) =>
  runCommand(['generate', 'delay', ...flags.split(' ').filter(Boolean)], { units: [unit], cwd });
const parameters = async (folder: string) =>
  JSON.parse(await readFile(join(cwd, folder, 'Delay.json'), 'utf8')).parameters;

test('the summary', async () => {
  const { code, stdout, stderr } = await generate('-o out');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatchInlineSnapshot(`
    "file              lines  what it is
    ────────────────────────────────────────────────────────────────────────
    Delay.v              53  Verilog-2005, one module                written
    Delay.v.map           1  source map (v3) to TypeScript lines     written
    Delay.f               1  file list, children first               written
    Delay.sdc             2  clock constraint (SDC)                  written
    Delay.xdc             2  clock constraint (Vivado)               written
    Delay.core           28  FuseSoC core description                written
    Delay.ys              6  synthesis by Yosys                      written
    Delay_vivado.tcl      9  synthesis by Vivado, out of context     written
    README.md            81  ports, handshake, how to use it         written
    Delay.json          167  manifest: parameters, ports, checksums  written

    Delay: 10 files in out, 0 warnings
    "
  `);
  expect((await generate('-o out --width 4')).stdout).toMatchInlineSnapshot(`
    "file              lines  what it is
    ──────────────────────────────────────────────────────────────────────────
    Delay.v              53  Verilog-2005, one module                written
    Delay.v.map           1  source map (v3) to TypeScript lines     unchanged
    Delay.f               1  file list, children first               unchanged
    Delay.sdc             2  clock constraint (SDC)                  unchanged
    Delay.xdc             2  clock constraint (Vivado)               unchanged
    Delay.core           28  FuseSoC core description                unchanged
    Delay.ys              6  synthesis by Yosys                      unchanged
    Delay_vivado.tcl      9  synthesis by Vivado, out of context     unchanged
    README.md            81  ports, handshake, how to use it         written
    Delay.json          167  manifest: parameters, ports, checksums  written

    Delay: 10 files in out, 0 warnings
    "
  `);
});

test.each([
  ['--blankLines drop', { blankLines: 'drop' }],
  ['--blank-lines=drop', { blankLines: 'drop' }],
  ['--width=4 --elements 3', { width: 4, elements: 3 }],
  ['--invert', { invert: true }],
  ['--invert true', { invert: true }],
  ['--invert=false', { invert: false }],
  ['--no-invert', { invert: false }],
  ['--invert --no-invert', { invert: false }],
])('%s', async (flags, expected) => {
  expect(await generate(`${flags} -o out`)).toMatchObject({ code: 0 });
  const defaults = { width: 8, elements: 2, invert: false, blankLines: 'keep' };
  expect(await parameters('out')).toEqual({ ...defaults, ...expected });
});

test('as JSON', async () => {
  const { stdout } = await generate('-o out --json --clock-mhz 100');
  expect(JSON.parse(stdout)).toMatchObject({
    unit: 'delay',
    top: 'Delay',
    folder: join(cwd, 'out'),
    written: (await readdir(join(cwd, 'out'))).sort((a, b) => order(stdout, a) - order(stdout, b)),
    removed: [],
    warnings: [],
  });
  expect(await readFile(join(cwd, 'out', 'Delay.sdc'), 'utf8')).toContain('-period 10.000');
});
const order = (text: string, name: string): number => text.indexOf(`"${name}"`);

test('other parameters replace our files and leave the rest alone', async () => {
  const mixpe = (...flags: string[]) => runCommand(['generate', 'mixpe', '-o', 'out', ...flags], { cwd });
  await mixpe();
  await writeFile(join(cwd, 'out', 'notes.txt'), 'mine');
  expect((await mixpe('--lanes', '4')).stdout).toMatch(/^MixPe\.v +of an earlier generation +removed$/m);
  const names = await readdir(join(cwd, 'out'));
  expect(names).toEqual(expect.arrayContaining(['MixPe_lanes_4.v', 'MixPeLane.v', 'notes.txt']));
  expect(names).not.toContain('MixPe.v');
});

test('a folder that cannot be written: one error, exit code 1', async () => {
  await writeFile(join(cwd, 'file'), '');
  const { code, stdout, stderr } = await generate('-o file/out');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `error: cannot write ${join(cwd, 'file/out')}: not a directory\nhelp: choose a folder that you can write\n`,
  );
  await writeFile(join(cwd, 'README.md'), 'mine');
  expect((await generate('-o .')).stderr).toBe(
    `error: ${cwd} already holds README.md, not generated for this unit\nhelp: nothing was written: choose an empty folder, or move the file away\n`,
  );
  expect((await readdir(cwd)).sort()).toEqual(['README.md', 'file']);
});

test('without a folder it goes to out/<unit>', async () => {
  expect(await generate('')).toMatchObject({ code: 0 });
  expect(await parameters('out/delay')).toMatchObject({ width: 8, elements: 2 });
});

test('SystemVerilog on request, and source maps unless locations are left out', async () => {
  expect(await generate('-o out --sv')).toMatchObject({ code: 0 });
  const names = await readdir(join(cwd, 'out'));
  expect(names).toEqual(expect.arrayContaining(['Delay.sv', 'Delay.sv.map']));
  expect(names).not.toContain('Delay.v');
  expect(await readFile(join(cwd, 'out', 'Delay.f'), 'utf8')).toBe('Delay.sv\n');
  expect(await readFile(join(cwd, 'out', 'Delay.core'), 'utf8')).toContain('systemVerilogSource');
  expect(JSON.parse(await readFile(join(cwd, 'out', 'Delay.sv.map'), 'utf8'))).toMatchObject({
    version: 3,
    file: 'Delay.sv',
    sources: ['units.ts'],
  });
  await generate('-o bare --no-locations');
  expect(await readdir(join(cwd, 'bare'))).not.toContain('Delay.v.map');
});

test('a rule for warnings that is none: one error, exit code 2', async () => {
  const { code, stderr } = await generate('-o out --warn E18:maybe');
  expect(code).toBe(2);
  expect(stderr).toContain('write code:off, code:warning or code:error, then @module');
});

test('a preset names parameters, and those beside it go first', async () => {
  expect((await generate('-o bit --preset bit', presetDelay)).code).toBe(0);
  expect(await parameters('bit')).toEqual({ width: 1, elements: 1, invert: true, blankLines: 'keep' });
  expect((await generate('-o wide --preset wide --width 4', presetDelay)).code).toBe(0);
  expect(await parameters('wide')).toEqual({ width: 4, elements: 8, invert: false, blankLines: 'keep' });
  const { code, stderr } = await generate('-o none --preset broad', presetDelay);
  expect([code, stderr]).toMatchInlineSnapshot(`
    [
      2,
      "error: --preset broad: there are wide, bit
    help: \`gatewright generate delay --help\` shows what it takes
    ",
    ]
  `);
});
