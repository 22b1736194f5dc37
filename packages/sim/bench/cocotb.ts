// The same test bench in cocotb and here, on the same Verilog in the same Verilator: two tasks, one that pokes and one that
// peeks, both waiting for every rising edge. Not part of `npm run speed`, since it needs a Python with cocotb 1.8.
//
//   python3 -m venv venv && venv/bin/pip install cocotb==1.8.1
//   COCOTB_PYTHON=venv/bin/python npx tsx --conditions=gatewright-source packages/sim/bench/cocotb.ts

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Circuit, Ports } from '@gatewright/hdl-core';
import { findVerilator } from '@gatewright/verilator';
import { openDut } from '../src/index.ts';
import { Systolic, TinyMac } from './designs.ts';
import { measure, median, pokes } from './ways.ts';

const python = resolve(process.env.COCOTB_PYTHON ?? 'python3');
const rounds = Number(process.env.ROUNDS ?? 5);
const cycles = 10_000;
const bench = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), 'gatewright-cocotb-'));
const { binary, root, banner } = await findVerilator();

// cocotb calls the Perl script of Verilator, which looks for the program in its root.
const program = join(folder, 'verilator');
mkdirSync(program);
for (const name of ['include', 'bin']) symlinkSync(join(root, name), join(program, name));
symlinkSync(binary, join(program, 'verilator_bin'));

/** Nanoseconds per cycle in cocotb. */
function cocotb(circuit: Circuit<Ports>, poke: string, peek: string): number {
  const top = circuit.top.name;
  const sources = circuit.verilog({ locations: false }).map(({ name, text }) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const result = join(folder, `${top}.seconds`);
  const env = {
    ...process.env,
    PATH: [dirname(python), dirname(binary), process.env.PATH].join(delimiter),
    PYTHONPATH: bench,
    VERILATOR_ROOT: program,
    COCOTB_LOG_LEVEL: 'WARNING',
    ...{ CYCLES: String(cycles), POKE: poke, PEEK: peek, RESULT: result, ROUNDS: '1' },
  };
  const run = spawnSync(python, [join(bench, 'two_tasks.py'), top, join(folder, top), ...sources], {
    env,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`cocotb did not run:\n${run.stdout}\n${run.stderr}`);
  return Number(readFileSync(result, 'utf8')) * 1e9;
}

console.log(`${banner}; two tasks that wait for every edge; cycles per second, and how often cocotb's`);
const designs = [
  { circuit: TinyMac.elaborate({}) as unknown as Circuit<Ports>, poke: 'clear', peek: 'sum' },
  { circuit: Systolic.elaborate({}) as unknown as Circuit<Ports>, poke: 'clear', peek: 'corner' },
];
for (const { circuit, poke, peek } of designs) {
  const way = pokes(poke, peek).find(({ name }) => name.startsWith('two tasks'))!;
  const [slow, fast] = [[] as number[], [] as number[]];
  const dut = await openDut(circuit, { backend: 'verilator', optimise: 'O3' });
  await measure(dut, way, 20 * cycles);
  for (let round = 0; round < rounds; round++) {
    slow.push(cocotb(circuit, poke, peek));
    fast.push(await measure(dut, way, 20 * cycles));
  }
  dut.close();
  const ratio = median(slow.map((ns, i) => ns / fast[i]!));
  const rate = (ns: readonly number[]) => Math.round(1e9 / median(ns)).toString();
  console.log(`${circuit.top.name}: cocotb ${rate(slow)}, here ${rate(fast)}: ${ratio.toFixed(0)} x`);
}
