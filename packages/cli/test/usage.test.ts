// What a person sees who mistypes, or asks for help: one error with a way out, the right exit code, nothing written.

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { command, folder } from './command.ts';

test.each([
  [['generat', 'mixpe']],
  [['generate', 'mixpee', '-o', 'out']],
  [['generate', 'mixpe', '--groupsize', '64', '-o', 'out']],
  [['generate', 'mixpe', '--lanes', '7', '-o', 'out']],
  [['generate', 'mixpe', '--lanes', 'abc', '-o', 'out']],
  [['generate', 'mixpe', '--weightBits', '9', '-o', 'out']],
  [['generate', 'mixpe', '--multiplier', 'sign_mag', '-o', 'out']],
  [['generate', 'mixpe']],
  [['verify', 'mixpe', '--zeroPoint', 'constant', '--zeroPointValue', '99']],
  [['verify']],
  [['demo', '--tokens', '0']],
  [['demo', '--lanes', '7']],
  [['demo', '--layer', 'layers.0.qq']],
  [['demo', '--text', 'hé']],
])('%j is a usage error', async (args) => {
  const cwd = folder();
  const { code, stdout, stderr } = await command(args, cwd);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  // What the program was doing may come first; the error is one paragraph at the end.
  const error = stderr.slice(stderr.indexOf('error:'));
  expect(error.match(/^error:/gm)).toHaveLength(1);
  expect(error).toMatchSnapshot();
  expect(readdirSync(cwd)).toEqual([]);
});

test('list names every unit with its paper and parameters', async () => {
  const { code, stdout } = await command(['list', '--json']);
  expect(code).toBe(0);
  const [unit] = JSON.parse(stdout) as { name: string; paper: { reference: string } }[];
  expect([unit?.name, unit?.paper.reference]).toEqual(['mixpe', 'arXiv 2411.16158']);
  expect((await command(['list'])).stdout).toContain('mixpe');
});

test('describe shows parameters and ports, and a JSON schema', async () => {
  expect((await command(['describe', 'mixpe'])).stdout).toMatchSnapshot();
  const { stdout } = await command(['describe', 'mixpe', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ name: 'mixpe' });
  expect(stdout).toContain('"$schema"');
});

test.each([
  [['--help']],
  [['generate', '--help']],
  [['generate', 'mixpe', '--help']],
  [['verify', '--help']],
  [['demo', '--help']],
])('%j helps, with examples', async (args) => {
  const { code, stdout } = await command(args);
  expect(code).toBe(0);
  expect(stdout).toContain('Usage: gatewright');
  expect(stdout).toContain('Examples:');
});
