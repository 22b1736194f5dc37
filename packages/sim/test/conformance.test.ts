// The conformance suite: every test of the testbench once more, in Verilator. By themselves they run in the native back
// end, so each feature is held to the same expectations in both. The language is held to the same by fuzz/.

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backendOf } from '../src/backend/backends.ts';

const folder = new URL('../src/testbench/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));

process.env.GATEWRIGHT_BACKEND = 'verilator';

test('the back end is the one that is meant', () => {
  expect(backendOf().name).toBe('verilator');
  expect(files).toContain('streams.test.ts');
});

for (const name of files)
  describe(name, async () => {
    await import(/* @vite-ignore */ new URL(name, folder).href);
  });
