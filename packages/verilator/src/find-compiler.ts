// Finding a C++ compiler that really compiles.
// Invariant: the result compiled a small C++17 file once on this machine (remembered in the cache per path and
// version). Compilers are never provisioned: too big, and every platform has one command for it.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir, ensureCacheFolder } from './cache-dir.ts';
import { ToolError } from './errors.ts';
import { findOnPath, runTool } from './run-tool.ts';

/** A C++ compiler that works. */
export interface CompilerInstall {
  command: string;
  /** Arguments that belong to the command, when `$CXX` has some (`ccache g++`). */
  args: readonly string[];
  /** The first line of `--version`. */
  version: string;
  family: 'gcc' | 'clang';
}

/** Finds a working C++ compiler: `$CXX`, else c++, g++, clang++. */
export async function findCompiler(): Promise<CompilerInstall> {
  const chosen = process.env.CXX?.trim();
  const reasons: string[] = [];
  for (const candidate of chosen ? [chosen] : ['c++', 'g++', 'clang++']) {
    const [name = '', ...args] = candidate.split(/\s+/);
    const command = findOnPath(name);
    const found = command ? await tryCompiler(command, args) : `${name}: not found`;
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  const place = chosen ? `CXX=${chosen} does not work` : 'tried c++, g++ and clang++ on PATH';
  throw new ToolError(
    'no-compiler',
    `no C++ compiler found (${place})\n${reasons.join('\n')}`,
    compilerHelp(),
  );
}

/** The compiler, or the reason why this one does not do. */
async function tryCompiler(command: string, args: readonly string[]): Promise<CompilerInstall | string> {
  const asked = await runTool(command, [...args, '--version']);
  const version = asked.stdout.split('\n')[0]?.trim() ?? '';
  if (asked.code !== 0 || version === '') return `${command}: ${asked.log.trim()}`;
  const failure = await failureToCompile(command, args, version);
  if (failure !== undefined) return `${command}: ${failure}`;
  return { command, args, version, family: asked.stdout.includes('clang') ? 'clang' : 'gcc' };
}

async function failureToCompile(
  command: string,
  args: readonly string[],
  version: string,
): Promise<string | undefined> {
  const key = createHash('sha256')
    .update(JSON.stringify([command, args, version]))
    .digest('hex')
    .slice(0, 16);
  const proven = join(cacheDir(), 'compilers', key);
  if (existsSync(proven)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-cxx-'));
  try {
    const source =
      '#include <string>\nextern "C" int answer() { return int(std::string("c++17").size()); }\n';
    await writeFile(join(folder, 'probe.cpp'), source);
    const build = ['-std=gnu++17', '-shared', '-fPIC', 'probe.cpp', '-o', 'probe.out'];
    const run = await runTool(command, [...args, ...build], { cwd: folder });
    if (run.code !== 0) return run.log.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  try {
    await ensureCacheFolder(join(cacheDir(), 'compilers'));
    await writeFile(proven, `${command}\n${version}\n`);
  } catch {
    // The compiler is tried again next time. Whoever must write to the cache will say that it takes nothing.
  }
  return undefined;
}

function compilerHelp(): string {
  if (process.platform === 'darwin') return 'install one: xcode-select --install';
  if (process.platform === 'win32') return 'use WSL, and there: sudo apt-get install g++';
  return 'install one: sudo apt-get install g++ (Fedora: sudo dnf install gcc-c++; Arch: sudo pacman -S gcc), or set CXX';
}
