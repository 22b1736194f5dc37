// gatewright sim run: what a user sees of benches that hold, fail, crash or are not there.

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';

const cwd = fileURLToPath(new URL('../../test/benches', import.meta.url));
const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
const sim = (line: string) => runCommand(['sim', 'run', ...line.split(' ')], { cwd, env });
/** The column of milliseconds is as wide as the slowest bench needs. */
const withoutTimes = (text: string): string =>
  text
    .replace(/ +\d+ {2}(ok|FAILED)/g, '  # $1')
    .replace(/ +ms {2}result/, '  ms  result')
    .replace(/^─+$/m, '─');

test('a table, and each failure with its wave', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-'));
  const { code, stdout, stderr } = await sim(
    `counter.bench-file.ts --seed 5 --vcd ${join(folder, 'out.vcd')}`,
  );
  for (const name of ['counts', 'counts-down'])
    expect(existsSync(join(folder, `out-${name}.vcd`))).toBe(true);
  expect(code).toBe(1);
  expect(withoutTimes(stdout)).toMatchInlineSnapshot(`
    "bench                          design   simulator  cycles  ms  result
    ─
    counts                         Counter  native         20  # ok
    holds while it is not enabled  Counter  native        100  # ok
    counts down                    Counter  native          3  # FAILED

    counts down failed at counter.bench-file.ts:33:41:
      expected 13, got 3

      at cycle 3, seed 5 (GATEWRIGHT_SEED=5 runs it again):
        cycle   0   1   2   3
               ────┬───┬───┬───
        count   0  │1  │2  │3
        unchanged in cycles 0..3: en = 1
    "
  `);
  expect(stderr).toMatchInlineSnapshot(`
    "counted
    error: 1 of 3 benches in counter.bench-file.ts failed
    help: gatewright sim run counter.bench-file.ts --seed 5 runs them again; --vcd writes their waves
    "
  `);
});

test('benches that hold: exit code 0, JSON, waves', async () => {
  const vcd = join(mkdtempSync(join(tmpdir(), 'gatewright-')), 'out.vcd');
  const { code, stdout } = await sim(`counter.bench-file.ts --json --vcd ${vcd} --only enabled`);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    seed: 1,
    benches: [
      { name: 'holds while it is not enabled', designs: ['Counter'], simulators: ['native'], cycles: 100 },
    ],
  });
  expect(existsSync(vcd)).toBe(true);
});

test('coverage of all benches: a summary, a report, and how much is enough', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'gatewright-')), 'counter.info');
  const { code, stdout } = await sim(`counter.bench-file.ts --only enabled --coverage ${file}`);
  expect(code).toBe(0);
  expect(stdout).toContain(' verilator ');
  // It is never enabled: its register is made, but never counts.
  const statements = /^statements +(\d+) of (\d+) ran/m.exec(stdout);
  expect(Number(statements?.[1])).toBeLessThan(Number(statements?.[2]));
  expect(stdout).toMatch(/^never ran:\n {2}counter\.bench-file\.ts:13/m);
  expect(readFileSync(file, 'utf8')).toMatch(/^SF:.*counter\.bench-file\.ts\n(.*\n)*DA:13,0$/m);

  const tooLittle = await sim('counter.bench-file.ts --only enabled --coverage-min 100 --json');
  expect(tooLittle.code).toBe(1);
  expect(JSON.parse(tooLittle.stdout)).toMatchObject({ ok: true, coverage: { totals: {} } });
  expect(tooLittle.stderr).toMatch(/^error: \d+ of \d+ statements ran: less than 100% \(--coverage-min\)$/m);
  // The second bench enables it, and the counts of both add up.
  const enough = await sim('counter.bench-file.ts --only count --coverage-min 100');
  expect(enough.stdout).not.toContain('never ran');
  expect(enough.stderr).not.toContain('coverage-min');
}, 120_000);

test('a file that simulates by itself', async () => {
  const { code, stdout } = await sim('plain-file.ts --json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).benches).toMatchObject([
    { name: 'plain-file.ts', designs: ['Inverter'], cycles: 2 },
  ]);
  const covered = await sim('plain-file.ts --coverage');
  expect(covered.code).toBe(2);
  expect(covered.stderr).toContain('plain-file.ts simulates by itself, so nobody gathers what it reaches');
});

test('a bench that takes its process down is a failure of that bench', async () => {
  const { code, stdout } = await sim('crash-file.ts');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fine .* ok$/m);
  expect(stdout).toContain('fatal failed:\n  the process ended while this was running (signal SIGKILL)');
});

test('a bench that never gives the thread back is ended', async () => {
  const { code, stdout } = await sim('endless-file.ts --timeout 3');
  expect(code).toBe(1);
  // On a slow machine the file is still being loaded.
  expect(stdout).toMatch(
    /^endless\S* failed:\n {2}this was not over after 3 s \(--timeout\), and its process was ended/m,
  );
}, 60_000);

test('a bench that does not end by itself ends with who waits, and the next one runs', async () => {
  const { code, stdout } = await sim('stuck-file.ts --timeout 5');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fine .* ok$/m);
  expect(stdout).toMatch(
    /^steps for ever failed at stuck-file.ts:19:\d+:\n {2}the run was aborted \(not over after 5 s \(--timeout\)\); waiting at cycle \d+:\n {4}step until cycle/m,
  );
  expect(stdout).toMatch(
    /^awaits nothing failed.*:\n {2}the run was aborted \(it awaits something that never comes\); waiting at cycle 0/m,
  );
}, 60_000);

test('misuse and files that are no benches', async () => {
  const empty = join(mkdtempSync(join(tmpdir(), 'gatewright-')), 'empty.mjs');
  writeFileSync(empty, 'export const x = 1;');
  let transcript = '';
  for (const line of [
    'nothing.ts',
    empty,
    'counter.bench-file.ts --only zzz',
    'plain-file.ts --backend icarus',
    '',
  ]) {
    const { code, stdout, stderr } = await runCommand(['sim', 'run', ...line.split(' ').filter(Boolean)], {
      cwd,
      env,
    });
    expect([line, code, stdout]).toEqual([line, 2, '']);
    transcript += stderr;
  }
  expect(transcript).toMatchInlineSnapshot(`
    "error: there is no file nothing.ts
    error: empty.mjs exports no bench and simulates nothing
    help: export const name = bench('name', Module, params, async (dut, t) => { … }), or await simulate(…)
    error: no bench is called zzz
    help: there are: counts, holds while it is not enabled, counts down
    error: --backend icarus: there are native, verilator, both
    help: \`gatewright sim run --help\` shows what it takes
    error: missing required argument 'file'
    help: \`gatewright sim run --help\` shows what it takes
    "
  `);
  expect(await runCommand(['sim'], {})).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      'error: gatewright sim: a verb is missing; there is `gatewright sim run`',
    ),
  });
});
