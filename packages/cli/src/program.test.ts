// The command line as a whole: help, the version, and what each kind of misuse is answered with.

import { expect, test } from 'vitest';
import { runCommand } from '../test/run-command.ts';
import { delay } from '../test/units.ts';

test('help', async () => {
  const { code, stdout } = await runCommand(['--help']);
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot();
  expect(await runCommand([])).toEqual({ code: 0, stdout, stderr: '' });
});

test('help of a unit: its parameters as flags', async () => {
  const { code, stdout } = await runCommand(['generate', 'delay', '--help'], { units: [delay] });
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot();
});

test('help of a verb', async () => {
  const { stdout } = await runCommand(['verify', '--help'], { units: [delay] });
  expect(stdout).toMatchInlineSnapshot();
});

test('the version', async () => {
  expect(await runCommand(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
});

test.each<[string, string]>([
  ['frob', ''],
  ['--frob', ''],
  ['generat mixpe', ''],
  ['describe', ''],
  ['describe delai', ''],
  ['describe gpu', ''],
  ['generate', ''],
  ['generate dely -o x', ''],
  ['generate --width 4 delay -o x', ''],
  ['generate delay', ''],
  ['generate delay -o', ''],
  ['generate delay -o x surplus', ''],
  ['generate delay -o x --widht 4', ''],
  ['generate delay -o x --clock-mhz fast', ''],
  ['generate delay -o x --width', ''],
  ['generate delay -o x --width 17', ''],
  ['generate delay -o x --width 2.5', ''],
  ['generate delay -o x --width wide', ''],
  ['generate delay -o x --invert=maybe', ''],
  ['generate delay -o x --blank-lines some', ''],
  ['generate delay -o x --width 16 --elements 5', ''],
  ['generate delay -o x --width 0 --elements many', ''],
  ['verify delay --seed -1', ''],
  ['verify delay --backend modelsim', ''],
  ['verify delay --width 99', ''],
  ['demo --lanes 3', ''],
  ['demo --tokens 0', ''],
  ['demo --tokens 3 --text KING', ''],
])('gatewright %s', async (line, expected) => {
  const { code, stdout, stderr } = await runCommand(line.split(' '), { units: [delay] });
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
  expect(stderr).toBe(expected);
});
