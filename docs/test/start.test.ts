// The project of start.md does what the page says: its bench passes, and its script writes the Verilog that the page quotes.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { counts } from '../start/counter.bench.ts';

test('the bench passes', () => counts.run());

test('the script writes the Verilog', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'gatewright-start-'));
  const script = fileURLToPath(new URL('../start/verilog.ts', import.meta.url));
  const tsx = import.meta.resolve('tsx');
  const node = spawnSync(process.execPath, ['--conditions=gatewright-source', '--import', tsx, script], {
    cwd,
  });
  expect(String(node.stderr)).toBe('');
  expect(readdirSync(cwd)).toEqual(['Counter.v']);
  await expect(readFileSync(join(cwd, 'Counter.v'), 'utf8')).toMatchFileSnapshot('../start/Counter.v');
});
