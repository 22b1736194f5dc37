// verify, in Verilator: what a pass and a failure look like, and that a failure can be replayed.

import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mixpe } from '@gatewright/pe-gen';
import type { AnyUnit } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay, wrongDelay } from '../../test/units.ts';

/** The text with the times, which differ, made equal. */
const timeless = (text: string): string =>
  text.replace(/\d+\.\d(?=\n)/g, '0.0').replace(/\d+\.\d s/g, '0.0 s');
/** Without what is told of builds, which a cache makes unnecessary. */
const progressOf = (stderr: string): string =>
  timeless(stderr).replace(/^ {2}(translating|compiling) .*\n/gm, '');

test('every configuration of a unit', async () => {
  const { code, stdout, stderr } = await runCommand(['verify', 'delay', '--runs', '4'], { units: [delay] });
  expect(code).toBe(0);
  expect(timeless(stdout)).toMatchInlineSnapshot(`
    "configuration                    scenarios  checks  cycles  predicted  mismatches  seconds
    ──────────────────────────────────────────────────────────────────────────────────────────
    (defaults)                               5      96      29         29           0      0.0
    --width=3 --elements=4 --invert          5     192      29         29           0      0.0

    scenario, at full speed and with stalls  configurations  checks  mismatches
    ───────────────────────────────────────────────────────────────────────────
    zeros                                                 2      12           0
    random lists                                          2     276           0

    288 output values of delay compared bit by bit in 2 configurations: 0 mismatches.

    Simulated by native and verilator, every output port compared in every cycle.

    Seed 1: gatewright verify delay --seed 1 --runs 4 does the same again.
    "
  `);
  expect(progressOf(stderr)).toMatchInlineSnapshot(`
    "[1/2] defaults
      ok, 5 scenarios, 96 checks, 0.0 s
    [2/2] --width 3 --elements 4 --invert
      ok, 5 scenarios, 192 checks, 0.0 s
    "
  `);
});

test('one configuration, as JSON', async () => {
  const argv = ['verify', 'delay', '--width=5', '--runs=3', '--seed=9', '--json'];
  const { code, stdout } = await runCommand(argv, { units: [delay] });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    unit: 'delay',
    ok: true,
    configurations: [
      { given: { width: 5 }, seed: 9, mismatchCount: 0, scenarios: [{ name: 'zeros' }, {}, {}, {}] },
    ],
  });
});

test('a failure: the first mismatches, exit code 1, and a command that shows it again', async () => {
  const { code, stdout, stderr } = await runCommand(['verify', 'wrong-delay'], { units: [wrongDelay] });
  expect(code).toBe(1);
  expect(timeless(stdout)).toMatchInlineSnapshot(`
    "configuration                    scenarios  checks  cycles  predicted  mismatches  seconds
    ──────────────────────────────────────────────────────────────────────────────────────────
    (defaults)                               3      50      16         16           1      0.0
    --width=3 --elements=4 --invert         21     944     139        139           0      0.0

    scenario, at full speed and with stalls  configurations  checks  mismatches
    ───────────────────────────────────────────────────────────────────────────
    zeros                                                 2      12           0
    random lists                                          2     982           1

    Faults with default parameters
    scenario  port    index  expected    actual
    ───────────────────────────────────────────────
    random 2  out[0]      0  199 (0xc7)  200 (0xc8)

    994 output values of wrong-delay compared bit by bit in 2 configurations: 1 mismatch.

    Simulated by native and verilator, every output port compared in every cycle.

    Seed 1: gatewright verify wrong-delay --seed 1 --runs 20 does the same again.
    "
  `);
  const error = stderr.slice(stderr.indexOf('error:'));
  expect(error).toMatchInlineSnapshot(`
    "error: wrong-delay does not do what its golden model says, in 1 of 2 configurations
    help: gatewright verify wrong-delay --width 8 --elements 2 --no-invert --blankLines keep --seed 1 --path 1:0:3:0:1:0:0:1 shows it again
    "
  `);

  const replay = /gatewright (.*) shows/.exec(error)![1]!.split(' ');
  const again = await runCommand(replay, { units: [wrongDelay] });
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('1 scenario,');
  expect(again.stdout).toContain('Faults');
});

test('on a terminal there is a bar, and stdout stays the same', async () => {
  const argv = ['verify', 'delay', '--width', '4', '--runs', '4'];
  const { stdout } = await runCommand(argv, { units: [delay] });
  const seen = await runCommand(argv, { units: [delay], terminal: true });
  expect(seen.stderr).toContain('░ 0/5 scenarios  [1/1] --width 4');
  expect(seen.stderr).toMatch(/\[1\/1\] ok, 5 scenarios, \d+ checks, \d+\.\d s: --width 4\n$/);
  expect(timeless(seen.stdout)).toBe(timeless(stdout));
});

test('interrupted between two configurations', async () => {
  const signal = AbortSignal.abort();
  expect(await runCommand(['verify', 'delay'], { units: [delay], signal })).toEqual({
    code: 130,
    stdout: '',
    stderr: 'interrupted\n',
  });
});

test('mixpe', async () => {
  const { code, stdout } = await runCommand(['verify', 'mixpe', '--runs', '2', '--json']);
  expect(code).toBe(0);
  const { configurations } = JSON.parse(stdout);
  expect(configurations).toHaveLength(mixpe.configurations.length);
  for (const { scenarios, cycles, predictedCycles } of configurations) {
    expect(cycles).toBe(predictedCycles);
    expect(scenarios[0]).toMatchObject({
      name: 'every operand pair (256 x 16)',
      checks: 8192,
      mismatches: 0,
    });
  }
});

test('coverage: a summary, and the annotated source in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-'));
  const file = join(folder, 'delay.html');
  const argv = ['verify', 'delay', '--width', '3', '--runs', '3', '--coverage', file];
  const { code, stdout } = await runCommand(argv, { units: [delay] });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^statements {5}\d+ of \d+ ran \(\d/m);
  expect(await readFile(file, 'utf8')).toContain('<title>Coverage of delay</title>');
  const misused = await runCommand(['verify', 'delay', '--coverage', 'x.pdf'], { units: [delay] });
  expect(misused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('must end in .html, .md or .info'),
  });
});

test('coverage that is too little fails, with what was reached', async () => {
  const lcov = join(await mkdtemp(join(tmpdir(), 'gatewright-')), 'delay.info');
  const argv = [
    'verify',
    'delay',
    '--width',
    '3',
    '--runs',
    '0',
    '--coverage',
    lcov,
    '--coverage-min',
    '100',
  ];
  const full = await runCommand(argv, { units: [delay] });
  expect(full.stdout).toMatch(/^statements {5}(\d+) of \1 ran \(100\.0%\)$/m);
  expect([full.code, full.stderr.includes('coverage-min')]).toEqual([0, false]);
  expect(await readFile(lcov, 'utf8')).toMatch(/^SF:.*units\.ts$(.|\n)*^DA:\d+,[1-9]/m);
  const idle = { ...delay, stimulus: () => ({ directed: [], random: fc.constant({ in: [] }) }) } as AnyUnit;
  const { code, stderr } = await runCommand(argv, { units: [idle] });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error: \d+ of \d+ statements ran: less than 100% \(--coverage-min\)\nhelp: --coverage report\.html/m,
    ),
  ]);
  const uncounted = await runCommand([...argv, '--backend', 'native'], { units: [delay] });
  expect([uncounted.code, uncounted.stderr]).toEqual([
    1,
    expect.stringContaining('error: no statement was counted, so --coverage-min cannot be met\n'),
  ]);
  const both = await runCommand([...argv, '--backend', 'both'], { units: [delay] });
  const line = (stdout: string): string | undefined => /^statements.*$/m.exec(stdout)?.[0];
  expect([both.code, line(both.stdout)]).toEqual([0, line(full.stdout)]);
});

test('behind AXI ports: streams, and commands by registers', async () => {
  for (const registers of [[], ['--axi-registers', 'in']]) {
    const flags = ['--axi', ...registers, '--width', '3', '--elements', '2', '--runs', '4'];
    const { code, stdout } = await runCommand(['verify', 'delay', ...flags], { units: [delay] });
    expect(code).toBe(0);
    expect(stdout).toContain('compared bit by bit in 1 configuration: 0 mismatches.');
    expect(stdout).toContain(`--elements 2 --axi${registers.map((w) => ` ${w}`).join('')} --seed 1`);
  }
  const wrong = await runCommand(['verify', 'delay', '--axi', '--axi-registers', 'command'], {
    units: [delay],
  });
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining(
      "error: --axi-registers: delay has no input stream 'command'\nhelp: it has: in\n",
    ),
  ]);
});

test('a wrong unit behind AXI ports is found out, and the command says how', async () => {
  const { code, stderr } = await runCommand(['verify', 'wrong-delay', '--axi', '--runs', '4'], {
    units: [wrongDelay],
  });
  expect(code).toBe(1);
  expect(stderr).toContain('does not do what its golden model says');
  expect(stderr).toMatch(/help: gatewright verify \S+.* --axi --seed 1/);
});
