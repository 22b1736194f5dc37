// verify and demo on real simulations: what they report, and how they fail.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mixpe, UNITS } from '@gatewright/pe-gen';
import type { AnyUnit } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { command, folder } from './command.ts';

describe('verify', () => {
  test('reports checks, cycles and mismatches for every configuration', async () => {
    const { code, stdout } = await command(['verify', 'mixpe', '--runs', '2', '--json']);
    expect(code).toBe(0);
    const text = stdout;
    expect(text).toContain('"every operand pair (256 x 16)"');
    expect(text.match(/"every operand pair \(256 x 16\)"/g)).toHaveLength(mixpe.configurations.length);
    expect((await command(['verify', 'mixpe', '--lanes', '4', '--runs', '1'])).stdout).toMatch(
      /0 mismatches/,
    );
  });

  test('fails with exit code 1 and the first mismatches when unit and golden model disagree', async () => {
    const golden: AnyUnit['golden'] = (params, inputs) => {
      const right = (UNITS[0] as AnyUnit).golden(params, inputs);
      return { out: (right.out as bigint[]).map((code, i) => (i === 5 ? code ^ 1n : code)) };
    };
    const wrong: AnyUnit = { ...(UNITS[0] as AnyUnit), golden };
    const { code, stdout, stderr } = await command(
      ['verify', 'mixpe', '--lanes', '2', '--runs', '1'],
      folder(),
      [wrong],
    );
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/every operand pair/);
    expect(stdout + stderr).toMatch(/expected/);
  });
});

describe('demo', () => {
  test('runs a real layer bit for bit and leaves its Verilog', async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await command(['demo', '--tokens', '4'], cwd);
    expect(code).toBe(0);
    expect(stdout).toMatch(/mismatches +0\n/);
    expect(stdout).toMatch(/outputs compared +512 /);
    expect(stdout).toMatch(/cycles +8,196, as predicted/);
    expect(stderr).toContain('simulating');
    expect(readFileSync(join(cwd, 'out/demo/MixPeLane.v'), 'utf8')).toContain('module MixPeLane');
  });

  const data = fileURLToPath(new URL('../../../examples/tiny-lm/data/', import.meta.url));
  /** A copy of the model with `change` made to its safetensors file. */
  const modelWith = (cwd: string, change: (bytes: Buffer) => Buffer): void => {
    cpSync(data, join(cwd, 'model'), { recursive: true });
    const file = join(cwd, 'model/model.safetensors');
    writeFileSync(file, change(readFileSync(file)));
  };
  test.each([
    ['a truncated file', (b: Buffer) => b.subarray(0, 10_000)],
    [
      'a missing tensor',
      (b: Buffer) =>
        Buffer.from(b.toString('latin1').replace('layers.0.q.weight', 'layers.9.q.weight'), 'latin1'),
    ],
    [
      'a wrong shape',
      // In place, so that the header keeps its length.
      (b: Buffer) =>
        Buffer.from(
          b
            .toString('latin1')
            .replace(/("layers\.0\.q\.weight": \{[^}]*"shape": )\[128, 128\]/, '$1[256,  64]'),
          'latin1',
        ),
    ],
    [
      'a NaN weight',
      (b: Buffer) => {
        const header = JSON.parse(b.subarray(8, 8 + Number(b.readBigUInt64LE(0))).toString()) as Record<
          string,
          { data_offsets: [number, number] }
        >;
        const copy = Buffer.from(b);
        copy.writeUInt16LE(
          0x7e00,
          8 + Number(b.readBigUInt64LE(0)) + header['layers.0.q.weight']!.data_offsets[0],
        );
        return copy;
      },
    ],
  ])('%s is one clear error', async (_, change) => {
    const cwd = folder();
    modelWith(cwd, change);
    const { code, stderr } = await command(['demo', '--model', 'model'], cwd);
    expect(code).toBe(2);
    expect(stderr.slice(stderr.indexOf('error:'))).toMatchSnapshot();
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });
});

test('the installed command is a program: version, exit codes, errors on stderr', () => {
  const bin = fileURLToPath(new URL('../bin/gatewright.js', import.meta.url));
  const gatewright = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  expect(gatewright('--version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' });
  expect(gatewright('verify', 'mixpf')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: "error: there is no unit 'mixpf'\nhelp: did you mean mixpe?\n",
  });
});
