// Finding a Verilator that is new enough: VERILATOR_ROOT, PATH, the cache (or Homebrew), then provisioning.
// Invariant: the result has been run once, and its binary is `verilator_bin` (no Perl) wherever one exists.
// A version that is too old is an error where it was found, not a reason to look on. It builds no models.

import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ToolError } from './errors.ts';
import { installHelp } from './install-help.ts';
import type { Progress } from './progress.ts';
import { provisionedFolders, provisionFormula, provisionPackage } from './provision.ts';
import { findOnPath, isExecutable, runTool } from './run-tool.ts';

/** The oldest Verilator whose output and flags this package knows. */
export const oldestVerilator = '5.006';

/** A Verilator that runs. */
export interface VerilatorInstall {
  /** The program to call, with `VERILATOR_ROOT` set to `root` in its environment. */
  binary: string;
  /** The folder that holds `include/verilated.h`. */
  root: string;
  /** Such as `5.006`. */
  version: string;
  /** The whole first line of `--version`: tells two builds of one version apart. */
  banner: string;
  source: 'VERILATOR_ROOT' | 'PATH' | 'cache' | 'brew';
}

/** How to look for a tool. */
export interface FindOptions {
  onProgress?: Progress | undefined;
  /** Whether to download the tool when it is nowhere to be found; true when absent. */
  provision?: boolean | undefined;
}

/** Finds Verilator, provisioning it into the user's cache if need be. */
export async function findVerilator(options: FindOptions = {}): Promise<VerilatorInstall> {
  const found = (await fromRoot()) ?? (await fromPath()) ?? (await fromCache()) ?? (await fromBrew(false));
  if (found) return found;
  if (options.provision === false) {
    throw new ToolError(
      'no-verilator',
      'no Verilator found: VERILATOR_ROOT is not set, and neither PATH nor the cache has one',
      installHelp('verilator'),
    );
  }
  const provisioned = await fromBrew(true, options.onProgress);
  if (provisioned) return provisioned;
  const folder = await provisionPackage('verilator', options.onProgress);
  return inspect(join(folder, 'usr/bin/verilator_bin'), join(folder, 'usr/share/verilator'), 'cache');
}

async function fromRoot(): Promise<VerilatorInstall | undefined> {
  const root = process.env.VERILATOR_ROOT;
  if (!root) return undefined;
  const inRoot = ['bin/verilator_bin', 'verilator_bin', '../../bin/verilator_bin'].map((path) =>
    join(root, path),
  );
  const binary = inRoot.find(isExecutable) ?? findOnPath('verilator_bin');
  if (!binary) {
    throw new ToolError(
      'no-verilator',
      `VERILATOR_ROOT is ${root}, but there is no verilator_bin in it or on PATH`,
      'point VERILATOR_ROOT at a Verilator installation, or unset it to let Gatewright find or download one',
    );
  }
  return inspect(binary, root, 'VERILATOR_ROOT');
}

const OWN_COMMAND = 'gatewright-verilator.js';

async function fromPath(): Promise<VerilatorInstall | undefined> {
  const found = findOnPath('verilator');
  // A link to our own command looks for Verilator itself: it is not one.
  const wrapper = found && basename(realpathSync(found)) !== OWN_COMMAND ? found : undefined;
  const beside = wrapper ? join(dirname(realpathSync(wrapper)), 'verilator_bin') : '';
  const binary = findOnPath('verilator_bin') ?? (isExecutable(beside) ? beside : wrapper);
  if (!binary) return undefined;
  return inspect(binary, undefined, 'PATH');
}

async function fromCache(): Promise<VerilatorInstall | undefined> {
  for (const folder of provisionedFolders('verilator')) {
    const binary = join(folder, 'usr/bin/verilator_bin');
    // A cache shared between machines may hold another processor's binary: try the next one.
    if ((await runTool(binary, ['--version'])).code !== 0) continue;
    return inspect(binary, join(folder, 'usr/share/verilator'), 'cache');
  }
  return undefined;
}

async function fromBrew(install: boolean, onProgress?: Progress): Promise<VerilatorInstall | undefined> {
  const prefix = await provisionFormula('verilator', install, onProgress);
  if (!prefix) return undefined;
  const binary = join(prefix, 'bin', 'verilator_bin');
  return isExecutable(binary) ? inspect(binary, join(prefix, 'share/verilator'), 'brew') : undefined;
}

/** Runs the binary once: reads its version and, when unknown, its root. */
async function inspect(
  binary: string,
  knownRoot: string | undefined,
  source: VerilatorInstall['source'],
): Promise<VerilatorInstall> {
  const env = knownRoot ? { VERILATOR_ROOT: knownRoot } : undefined;
  const run = await runTool(binary, ['--version'], { env });
  const banner = run.stdout.split('\n')[0]?.trim() ?? '';
  const version = /^Verilator (\d+\.\d+)/.exec(banner)?.[1];
  if (run.code !== 0 || !version) {
    throw new ToolError(
      'no-verilator',
      `${binary} does not run: ${run.log.trim()}`,
      installHelp('verilator'),
    );
  }
  if (!isNewEnough(version)) {
    throw new ToolError(
      'too-old',
      `Verilator ${version} at ${binary} (from ${source}) is too old: ${oldestVerilator} or newer is needed`,
      `install a newer Verilator and put it first on PATH, or set VERILATOR_ROOT to it (https://verilator.org/guide/latest/install.html)`,
    );
  }
  const root = knownRoot ?? (await askRoot(binary));
  if (!existsSync(join(root, 'include', 'verilated.h'))) {
    throw new ToolError(
      'no-verilator',
      `Verilator ${version} at ${binary} has no include/verilated.h in its root ${root}`,
      'set VERILATOR_ROOT to the folder that holds include/verilated.h',
    );
  }
  return { binary, root, version, banner, source };
}

async function askRoot(binary: string): Promise<string> {
  const told = (await runTool(binary, ['--getenv', 'VERILATOR_ROOT'])).stdout.trim();
  const beside = join(dirname(realpathSync(binary)), '..');
  const roots = [told, join(beside, 'share/verilator'), beside].filter((root) => root !== '');
  return roots.find((root) => existsSync(join(root, 'include', 'verilated.h'))) ?? told;
}

/** Verilator counts `5.006`, `5.020`, `5.100`: both parts compare as whole numbers. */
function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = oldestVerilator.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
