// Asking two independent tools whether Verilog is clean.
// Invariant: no waivers are added, and any warning makes the answer `ok: false`. It does not read the files itself.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findIcarus } from './find-icarus.ts';
import { findVerilator } from './find-verilator.ts';
import { runTool } from './run-tool.ts';

/** What a lint run found. */
export interface LintResult {
  /** True when the tool accepted the files without one warning. */
  ok: boolean;
  /** The tool's own words; empty when it had nothing to say. */
  log: string;
}

/** Which module is the top, when the files do not make it plain. */
export interface LintOptions {
  top?: string | undefined;
  cwd?: string | undefined;
}

/** Runs `verilator --lint-only -Wall` on the files. */
export async function lintVerilator(
  files: readonly string[],
  options: LintOptions = {},
): Promise<LintResult> {
  const verilator = await findVerilator();
  const top = options.top ? ['--top-module', options.top] : [];
  const run = await runTool(verilator.binary, ['--lint-only', '-Wall', ...top, ...files], {
    cwd: options.cwd,
    env: { VERILATOR_ROOT: verilator.root },
  });
  // Complaints go to the error stream; newer versions print statistics to the other one.
  const log = run.stderr.trim();
  return { ok: run.code === 0 && log === '', log };
}

/** Runs `iverilog -Wall` on the files, writing nothing: `-g2005`, or `-g2012` when one of them is SystemVerilog (`.sv`). */
export async function lintIcarus(files: readonly string[], options: LintOptions = {}): Promise<LintResult> {
  const icarus = await findIcarus();
  const top = options.top ? ['-s', options.top] : [];
  const language = files.some((f) => f.endsWith('.sv')) ? '-g2012' : '-g2005';
  const run = await icarus.run([language, '-Wall', '-t', 'null', ...top, ...files], { cwd: options.cwd });
  const log = run.log.trim();
  return { ok: run.code === 0 && log === '', log };
}

/** A file that need not be on disk. */
export interface LintSource {
  readonly name: string;
  readonly text: string;
}

/** What Verilator and Icarus say of a design in memory, tool by tool; empty when both find it clean. */
export async function complaintsAbout(files: readonly LintSource[], top: string): Promise<string[]> {
  const cwd = await mkdtemp(join(tmpdir(), 'gatewright-lint-'));
  try {
    await Promise.all(files.map((f) => writeFile(join(cwd, f.name), f.text)));
    const names = files.map((f) => f.name);
    const results = [await lintVerilator(names, { top, cwd }), await lintIcarus(names, { top, cwd })];
    return results.filter((r) => !r.ok).map((r) => r.log);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
