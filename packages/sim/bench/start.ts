// From an edit to a result: how long a test of a few cycles takes from the call of `simulate` on, in both back ends.
// Invariant: each figure is the median of fresh processes, imports not counted, so the JavaScript is as cold as in a test.
// Milliseconds of a machine: compare them within one run. `npm run speed:start`; ROUNDS=5 for more rounds.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Circuit, Ports } from '@gatewright/hdl-core';
import { MixPeLane } from '@gatewright/pe-gen';
import { cacheDir, findCompiler, findVerilator } from '@gatewright/verilator';
import { openDut } from '../src/index.ts';
import { Dot } from '../test/designs.ts';
import { Systolic } from './designs.ts';
import { median } from './ways.ts';

const designs = {
  'MAC, 8 lanes': () => Dot.elaborate({ lanes: 8 }),
  'MixPE lane': () => MixPeLane.elaborate({}),
  'systolic array, 16 x 16': () => Systolic.elaborate({}),
} as Record<string, () => Circuit<Ports>>;
const rounds = Number(process.env.ROUNDS ?? 3);

/** Elaborates, opens, resets and runs a cycle; prints how long it took. An edit is a comment that was never there before. */
async function child(name: string, backend: 'native' | 'verilator', edit: string): Promise<void> {
  const begin = performance.now();
  const circuit = designs[name]!();
  const elaborated = performance.now();
  const dut = await openDut(circuit, {
    backend,
    ...(edit !== '' && {
      rewrite: (files) => files.map((file) => ({ ...file, text: `// ${edit}\n${file.text}` })),
    }),
  });
  await dut.run((_, t) => t.step());
  const end = performance.now();
  dut.close();
  console.log(JSON.stringify({ elaborated: elaborated - begin, first: end - begin }));
}

interface Took {
  readonly elaborated: number;
  readonly first: number;
}

function measure(name: string, backend: string, edit: string, cache = cacheDir()): Took {
  const run = spawnSync(
    process.execPath,
    [...process.execArgv, fileURLToPath(import.meta.url), name, backend, edit],
    { encoding: 'utf8', env: { ...process.env, GATEWRIGHT_CACHE: cache } },
  );
  const line = run.stdout?.trim().split('\n').at(-1);
  if (run.status !== 0 || !line)
    throw new Error(
      `${name}, ${backend}: the measuring process ended with ${run.status ?? run.signal}: ${run.error?.message ?? ''}\n${run.stderr}`,
    );
  return JSON.parse(line) as Took;
}

const middle = (tooks: readonly Took[], key: keyof Took): string =>
  `${median(tooks.map((took) => took[key])).toFixed(0)}`;
const times = <T>(make: (round: number) => T): T[] => Array.from({ length: rounds }, (_, i) => make(i));

/** An empty cache with nothing but the tools in it. */
function emptyCache(): string {
  const cache = mkdtempSync(join(tmpdir(), 'gatewright-cache-'));
  symlinkSync(join(cacheDir(), 'tools'), join(cache, 'tools'));
  return cache;
}

/** What Verilator's own build (make, its default flags) takes for the same files and a main that runs one cycle. */
async function plainBuild(circuit: Circuit<Ports>): Promise<number> {
  const [{ binary, root }, compiler] = await Promise.all([findVerilator(), findCompiler()]);
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-plain-'));
  const files = circuit.verilog({ locations: false });
  mkdirSync(join(folder, 'rtl'));
  for (const { name, text } of files) writeFileSync(join(folder, 'rtl', name), text);
  const main = `#include "Vdut.h"
int main() { VerilatedContext c; Vdut m{&c}; m.clk = 0; m.eval(); m.clk = 1; m.eval(); }
`;
  writeFileSync(join(folder, 'main.cpp'), main);
  const begin = performance.now();
  const args = ['--cc', '--exe', '--build', '--prefix', 'Vdut', '--top-module', circuit.top.name, 'main.cpp'];
  const run = spawnSync(binary, [...args, ...files.map(({ name }) => join('rtl', name))], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, VERILATOR_ROOT: root, CXX: compiler.command },
  });
  if (run.status !== 0) throw new Error(`${run.stdout}${run.stderr}`);
  spawnSync(join(folder, 'obj_dir', 'Vdut'));
  return performance.now() - begin;
}

const [chosen, backend, edit = ''] = process.argv.slice(2);
if (chosen !== undefined) await child(chosen, backend as 'native', edit);
else {
  console.log('ms: elaborated | native | Verilator cold, edited, unchanged | verilator --build');
  for (const [name, make] of Object.entries(designs)) {
    const native = times(() => measure(name, 'native', ''));
    const cold = times(() => measure(name, 'verilator', '', emptyCache()));
    measure(name, 'verilator', '');
    const edited = times((i) => measure(name, 'verilator', `${Date.now()} ${i}`));
    const cached = times(() => measure(name, 'verilator', ''));
    const plain: number[] = [];
    for (let i = 0; i < rounds; i++) plain.push(await plainBuild(make()));
    const figures = [cold, edited, cached].map((tooks) => middle(tooks, 'first')).join(', ');
    const row = [middle(native, 'elaborated'), middle(native, 'first'), figures, median(plain).toFixed(0)];
    console.log(`${name.padEnd(26)} ${row.join(' | ')}`);
  }
}
