import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findVerilator } from './find-verilator.ts';
import { runTool } from './run-tool.ts';

const room = fileURLToPath(new URL('..', import.meta.url));
const bin = join(room, 'bin/gatewright-verilator.js');
let cwd: string;

/** The real command, which runs the built output. */
const command = (args: string[], env?: Record<string, string>) =>
  runTool(process.execPath, [bin, ...args], { cwd, env });

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'gatewright-main-'));
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
    'package.json',
    'bin/tsc',
  );
  const built = await runTool(process.execPath, [tsc, '-b', room]);
  expect(built.log).toBe('');
});

afterAll(() => rm(cwd, { recursive: true }));

it('tells where Verilator is, for people and for programs', async () => {
  const { binary, root, version, source } = await findVerilator();
  const spoken = await command(['--where']);
  expect(spoken.stdout).toBe(
    `binary   ${binary}\nroot     ${root}\nversion  ${version}\nsource   ${source}\n`,
  );
  expect(JSON.parse((await command(['--where', '--json'])).stdout)).toEqual({
    binary,
    root,
    version,
    source,
  });
});

it('explains itself', async () => {
  const help = await command(['--help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('gatewright-verilator --lint-only -Wall counter.v');
});

it('passes arguments, output and exit code on', async () => {
  expect((await command(['--version'])).stdout).toMatch(/^Verilator \d/);
  await writeFile(join(cwd, 'bad.v'), 'module bad (output wire y);\n  assign y = nowhere;\nendmodule\n');
  const direct = await findVerilator();
  const expected = await runTool(direct.binary, ['--lint-only', 'bad.v'], {
    cwd,
    env: { VERILATOR_ROOT: direct.root },
  });
  expect(expected.code).not.toBe(0);
  expect(await command(['--lint-only', 'bad.v'])).toEqual(expected);
});

it('ends with one error and one help', async () => {
  const run = await command(['--version'], { VERILATOR_ROOT: cwd, PATH: cwd });
  expect(run.code).toBe(1);
  expect(run.stdout).toBe('');
  expect(run.stderr).toBe(
    `error: VERILATOR_ROOT is ${cwd}, but there is no verilator_bin in it or on PATH\n` +
      'help: point VERILATOR_ROOT at a Verilator installation, or unset it to let Gatewright find or download one\n',
  );
});
