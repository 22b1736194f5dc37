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
import { libraryEnvironment } from './shared-libraries.ts';

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
  if (onPath) return inspect({ binary: onPath, simulator: 'vvp' }, 'PATH');
  for (const folder of provisionedFolders('iverilog')) {
    // A cache shared between machines may hold another processor's binary: try the next one.
    const runs = await unpacked(folder, options.onProgress).catch(() => undefined);
    if (runs) return runs;
  }
  const provision = options.provision !== false;
  const formula = await provisionFormula('icarus-verilog', provision, options.onProgress);
  if (formula)
    return inspect({ binary: join(formula, 'bin/iverilog'), simulator: join(formula, 'bin/vvp') }, 'brew');
  if (!provision) {
    throw new ToolError('no-icarus', 'no Icarus Verilog found: neither PATH nor the cache has one', help());
  }
  return unpacked(await provisionPackage('iverilog', options.onProgress), options.onProgress);
}

interface Programs {
  readonly binary: string;
  readonly simulator: string;
  /** Where an unpacked package has the parts that it looks for in `/usr/lib/<triplet>/ivl`. */
  readonly parts?: string | undefined;
  /** What its simulator needs to start. */
  readonly environment?: Record<string, string>;
}

async function unpacked(folder: string, onProgress: FindOptions['onProgress']): Promise<IcarusInstall> {
  const libraries = join(folder, 'usr/lib');
  const parts = ['.', ...readdirSync(libraries)].map((name) => join(libraries, name, 'ivl')).find(existsSync);
  const simulator = join(folder, 'usr/bin/vvp');
  const environment = await libraryEnvironment(simulator, ['-V'], onProgress);
  return inspect({ binary: join(folder, 'usr/bin/iverilog'), simulator, parts, environment }, 'cache');
}

async function inspect(programs: Programs, source: IcarusInstall['source']): Promise<IcarusInstall> {
  const { binary, simulator, parts, environment } = programs;
  const base = parts ? ['-B', parts] : [];
  const modules = parts ? ['-M', parts] : [];
  const run = (args: readonly string[], options?: RunOptions) => runTool(binary, [...base, ...args], options);
  const shown = await run(['-V']);
  const version = /Icarus Verilog version (\S+)/.exec(shown.stdout)?.[1];
  if (!version) throw new ToolError('no-icarus', `${binary} does not run: ${shown.log.trim()}`, help());
  const simulate = (args: readonly string[], options?: RunOptions) =>
    runTool(simulator, [...modules, ...args], { ...options, env: { ...environment, ...options?.env } });
  return { binary, version, source, run, simulate };
}

function help(): string {
  return installHelp(process.platform === 'darwin' ? 'icarus-verilog' : 'iverilog');
}
