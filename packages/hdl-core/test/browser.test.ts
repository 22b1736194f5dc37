// hdl-core runs where there is no Node: bundled for a browser, it builds, checks and prints a design in a bare context.

import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { Dot } from './dot.ts';

const entry = `
import { Dot } from './dot.ts';
export const text = Dot.elaborate().verilog({ locations: false }).map((f) => f.text).join('');
`;

test('the bundle needs nothing of Node, and prints the same Verilog', async () => {
  const bundle = await build({
    stdin: { contents: entry, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'result',
    conditions: ['gatewright-source'],
    logLevel: 'silent',
  });
  expect(bundle.warnings).toEqual([]);
  const context = createContext({});
  runInContext(bundle.outputFiles[0]!.text, context);
  const printed = runInContext('result.text', context);
  const here = Dot.elaborate().verilog({ locations: false });
  expect(printed).toBe(here.map((f) => f.text).join(''));
});
