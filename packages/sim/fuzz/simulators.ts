// Running a batch in Verilator and in Icarus: lint, compile, simulate, in one folder of its own.
// Invariant: no waivers; a warning about a file of a design belongs to the result, one about the bench does not.

import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrintOptions } from '@gatewright/hdl-core';
import { findCompiler, findIcarus, findVerilator } from '@gatewright/verilator';
import { type Benched, benchVerilog, icarusDriver, stimulusHex, verilatorDriver } from './bench-text.ts';

/** Of the text that the printer makes. */
export type Language = NonNullable<PrintOptions['language']>;
export type Simulator = 'verilator' | 'icarus';

/** What one simulator said about a batch. */
export interface Outcome {
  /** Complaints that name a file of a design. */
  readonly complaints: readonly string[];
  /** Lines that the bench printed, cycle by cycle, design by design; empty when a design was refused. */
  readonly lines: readonly string[];
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
/** A program that takes longer, in milliseconds, goes round in circles. */
const PATIENCE = Number(process.env.GATEWRIGHT_FUZZ_PATIENCE ?? 300_000);
const run = (command: string, args: readonly string[], cwd: string, env = {}): Promise<Run> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, timeout: PATIENCE });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (t: string) => (stdout += t));
    child.stderr.setEncoding('utf8').on('data', (t: string) => (stderr += t));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });

/** A folder with everything that both simulators read. */
export class Workplace {
  readonly folder: string;
  readonly #designs: readonly Benched[];
  readonly #files: readonly string[];
  readonly #cycles: number;

  private constructor(folder: string, designs: readonly Benched[], files: readonly string[]) {
    this.folder = folder;
    this.#designs = designs;
    this.#files = files;
    this.#cycles = designs[0]?.trial.cycles.length ?? 0;
  }

  static async open(designs: readonly Benched[], language: Language = 'verilog'): Promise<Workplace> {
    const folder = await mkdtemp(join(tmpdir(), 'gatewright-fuzz-'));
    const files: string[] = [];
    for (const [k, { circuit, trial }] of designs.entries()) {
      for (const { name, text } of circuit.verilog({ language })) {
        await writeFile(join(folder, name), text);
        files.push(name);
      }
      await writeFile(join(folder, `stimulus${k}.hex`), stimulusHex(trial));
    }
    await writeFile(join(folder, 'bench.v'), benchVerilog(designs));
    return new Workplace(folder, designs, files);
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  async icarus(): Promise<Outcome> {
    const icarus = await findIcarus();
    await writeFile(join(this.folder, 'icarus.v'), icarusDriver(this.#cycles));
    const args = [
      this.#files.some((f) => f.endsWith('.sv')) ? '-g2012' : '-g2005',
      '-Wall',
      '-o',
      'icarus.vvp',
      '-s',
      'icarus',
      ...this.#files,
      'bench.v',
      'icarus.v',
    ];
    const built = await icarus.run(args, { cwd: this.folder });
    const complaints = this.#complaints(built.log);
    if (built.code !== 0) return { complaints: this.#refused('iverilog', complaints, built.log), lines: [] };
    const played = await icarus.simulate(['-n', 'icarus.vvp'], { cwd: this.folder, timeout: PATIENCE });
    if (played.code !== 0) throw new Error(`vvp failed: ${played.log.slice(0, 4000)}`);
    return { complaints, lines: linesOf(played.stdout) };
  }

  async verilator(): Promise<Outcome> {
    const [verilator, compiler] = await Promise.all([findVerilator(), findCompiler()]);
    const env = { VERILATOR_ROOT: verilator.root };
    const flags = [
      '--cc',
      '-Wall',
      '-Wno-fatal',
      '--x-initial',
      'unique',
      '--Mdir',
      'obj',
      '--prefix',
      'Vbench',
    ];
    const files = ['--top-module', 'bench', 'bench.v', ...this.#files];
    const built = await run(verilator.binary, [...flags, ...files], this.folder, env);
    const complaints = this.#complaints(built.stderr);
    if (built.code !== 0)
      return { complaints: this.#refused('verilator', complaints, built.stderr), lines: [] };
    const runtime = await verilatorRuntime(verilator.root, [compiler.command, ...compiler.args]);
    const units = (await readdir(join(this.folder, 'obj'))).filter((f) => f.endsWith('.cpp'));
    const all = units.map((u) => `#include "obj/${u}"\n`).join('');
    await writeFile(join(this.folder, 'all.cpp'), all + verilatorDriver(this.#cycles));
    const link = ['-Iobj', 'all.cpp', ...runtime.objects, '-pthread', '-o', 'model'];
    const compiled = await run(compiler.command, [...compiler.args, ...runtime.flags, ...link], this.folder);
    if (compiled.code !== 0) throw new Error(`C++ failed: ${compiled.stderr.slice(0, 4000)}`);
    const played = await run(join(this.folder, 'model'), [], this.folder);
    if (played.code !== 0) throw new Error(`the model failed: ${played.stderr}`);
    return { complaints, lines: linesOf(played.stdout) };
  }

  /** The parts of a log that name a design's file; a part begins where a line names a file or a severity. */
  #complaints(log: string): string[] {
    const parts: string[] = [];
    for (const l of log.split('\n')) {
      if (/^(%|\S+\.s?v:)/.test(l) || parts.length === 0) parts.push(l);
      else parts[parts.length - 1] += `\n${l}`;
    }
    const names = new Set(this.#files);
    return parts.filter((p) => [...p.matchAll(/([A-Za-z]\w*\.s?v):/g)].some((m) => names.has(m[1]!)));
  }
  #refused(tool: string, complaints: readonly string[], log: string): readonly string[] {
    if (complaints.length === 0) throw new Error(`${tool} refused the bench:\n${log.slice(0, 4000)}`);
    return complaints;
  }

  /** Indices of the designs that a complaint names. */
  namedBy(complaint: string): number[] {
    return this.#designs.flatMap(({ circuit }, k) =>
      circuit.modules.some((m) => new RegExp(`\\b${m.name}\\.s?v:`).test(complaint)) ? [k] : [],
    );
  }
}
const linesOf = (text: string): string[] => text.split('\n').filter((l) => l !== '' && !l.startsWith('- '));

let runtime: Promise<{ objects: string[]; flags: string[] }> | undefined;
/** Verilator's own run-time code, compiled once per process. */
function verilatorRuntime(root: string, [command = 'c++', ...args]: readonly string[]) {
  runtime ??= (async () => {
    const folder = join(tmpdir(), `gatewright-fuzz-runtime-${process.pid}`);
    await mkdir(folder, { recursive: true });
    const include = join(root, 'include');
    const flags = ['-std=gnu++17', '-O0', '-w', '-pthread', `-I${include}`, `-I${join(include, 'vltstd')}`];
    flags.push('-DVM_COVERAGE=0', '-DVM_SC=0', '-DVM_TRACE=0', '-DVM_TRACE_FST=0', '-DVM_TRACE_VCD=0');
    const names = ['verilated', 'verilated_threads'];
    const objects = names.map((n) => join(folder, `${n}.o`));
    for (const [i, n] of names.entries()) {
      const done = await run(
        command,
        [...args, ...flags, '-c', join(include, `${n}.cpp`), '-o', objects[i]!],
        folder,
      );
      if (done.code !== 0) throw new Error(`Verilator's run-time code does not compile: ${done.stderr}`);
    }
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return { objects, flags };
  })();
  return runtime;
}
