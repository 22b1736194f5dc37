// Asking two independent tools whether Verilog is clean.
// Invariant: no waivers are added, and any warning makes the answer `ok: false`. It does not read the files itself.

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

/** Runs `iverilog -g2005 -Wall` on the files, writing nothing. */
export async function lintIcarus(files: readonly string[], options: LintOptions = {}): Promise<LintResult> {
  const icarus = await findIcarus();
  const top = options.top ? ['-s', options.top] : [];
  const run = await icarus.run(['-g2005', '-Wall', '-t', 'null', ...top, ...files], { cwd: options.cwd });
  const log = run.log.trim();
  return { ok: run.code === 0 && log === '', log };
}
