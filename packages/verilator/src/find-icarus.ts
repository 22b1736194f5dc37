// Finding Icarus Verilog, the second opinion on our Verilog: PATH, the cache (or Homebrew), then provisioning.
// Invariant: the result's `iverilog` and `vvp` know where their parts are, wherever they were unpacked.
// It does not judge a log: see lint.ts.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from './errors.ts';
import type { FindOptions } from './find-verilator.ts';
import { installHelp } from './install-help.ts';
import { provisionedFolders, provisionFormula, provisionPackage } from './provision.ts';
import { findOnPath, type RunOptions, runTool, type ToolRun } from './run-tool.ts';

/** An Icarus Verilog that runs. */
export interface IcarusInstall {
  /** The `iverilog` program; call it through `run`, which adds what an unpacked one needs. */
  binary: string;
  /** Such as `11.0`. */
  version: string;
  source: 'PATH' | 'cache' | 'brew';
  /** Runs `iverilog`, the compiler. */
  run(args: readonly string[], options?: RunOptions): Promise<ToolRun>;
  /** Runs `vvp`, the simulator, on a file that `run` made. */
  simulate(args: readonly string[], options?: RunOptions): Promise<ToolRun>;
}

/** Finds Icarus Verilog, provisioning it into the user's cache if need be. */
export async function findIcarus(options: FindOptions = {}): Promise<IcarusInstall> {
  const onPath = findOnPath('iverilog');
  if (onPath) return inspect(onPath, 'vvp', undefined, 'PATH');
  for (const folder of provisionedFolders('iverilog')) {
    // A cache shared between machines may hold another processor's binary: try the next one.
    const runs = await unpacked(folder).catch(() => undefined);
    if (runs) return runs;
  }
  const provision = options.provision !== false;
  const formula = await provisionFormula('icarus-verilog', provision, options.onProgress);
  if (formula) return inspect(join(formula, 'bin/iverilog'), join(formula, 'bin/vvp'), undefined, 'brew');
  if (!provision) {
    throw new ToolError('no-icarus', 'no Icarus Verilog found: neither PATH nor the cache has one', help());
  }
  return unpacked(await provisionPackage('iverilog', options.onProgress));
}

/** An unpacked package: its compiled-in `/usr/lib/<triplet>/ivl` has to be told anew. */
function unpacked(folder: string): Promise<IcarusInstall> {
  const libraries = join(folder, 'usr/lib');
  const parts = ['.', ...readdirSync(libraries)].map((name) => join(libraries, name, 'ivl')).find(existsSync);
  return inspect(join(folder, 'usr/bin/iverilog'), join(folder, 'usr/bin/vvp'), parts, 'cache');
}

async function inspect(
  binary: string,
  simulator: string,
  parts: string | undefined,
  source: IcarusInstall['source'],
): Promise<IcarusInstall> {
  const base = parts ? ['-B', parts] : [];
  const modules = parts ? ['-M', parts] : [];
  const run = (args: readonly string[], options?: RunOptions) => runTool(binary, [...base, ...args], options);
  const shown = await run(['-V']);
  const version = /Icarus Verilog version (\S+)/.exec(shown.stdout)?.[1];
  if (!version) throw new ToolError('no-icarus', `${binary} does not run: ${shown.log.trim()}`, help());
  const simulate = (args: readonly string[], options?: RunOptions) =>
    runTool(simulator, [...modules, ...args], options);
  return { binary, version, source, run, simulate };
}

function help(): string {
  return installHelp(process.platform === 'darwin' ? 'icarus-verilog' : 'iverilog');
}
