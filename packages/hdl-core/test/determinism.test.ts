// E20 of many languages, here a test: one design gives one text. Verilog, source maps, warnings and faults do not depend on
// the working directory, the locale, the time zone, the order of parameters, or what the process did before.

import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('./printed-designs.ts', import.meta.url));
const tsx = fileURLToPath(import.meta.resolve('tsx'));

/** What printed-designs.ts prints in `cwd` with `env`: where it ran, and the designs as text. */
async function printed(cwd: string, env: Record<string, string>): Promise<{ place: string[]; text: string }> {
  const argv = ['--conditions=gatewright-source', `--import=file://${tsx}`, program];
  const { stdout } = await promisify(execFile)(process.execPath, argv, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    maxBuffer: 1 << 26,
  });
  const { place, designs } = JSON.parse(stdout);
  return { place, text: JSON.stringify(designs, null, 1) };
}

test('equal bytes in another folder, locale and time zone, with the parameters in another order, and twice', async () => {
  const here = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '');
  const there = realpathSync(tmpdir());
  const first = await printed(here, { LC_ALL: 'en_US.UTF-8', TZ: 'UTC' });
  const second = await printed(there, { LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Tokyo', TURNED: '1', TWICE: '1' });
  // The two processes do differ …
  expect(first.place).toEqual([here, 'en-US', 'UTC']);
  expect(second.place).toEqual([there, 'tr-TR', 'Asia/Tokyo']);
  // … and there is something to compare: every kind of result.
  const { files, faults } = JSON.parse(first.text);
  expect(files).toHaveLength(9);
  expect(files[1].map((f: { module: string }) => f.module.split('_')[0])).toEqual(['Leaf', 'Pair']);
  expect(files[0][0].text).toContain('module Dot');
  expect(faults.map((d: { code: string }) => d.code).sort()).toEqual(['E02', 'E03', 'E03', 'E10', 'E10']);
  expect(second.text).toBe(first.text);
});
