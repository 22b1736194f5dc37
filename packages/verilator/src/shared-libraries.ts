// Shared libraries that an unpacked program misses on a slim machine, provisioned like the program itself.
// Invariant: a program that already starts is left as it is. Linux with Debian packages only.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from './progress.ts';
import { provisionedFolders, provisionPackage } from './provision.ts';
import { runTool } from './run-tool.ts';

const MISSING = /error while loading shared libraries: (lib[\w+-]+)\.so\.(\d+)/;
const MOST = 8;

/**
 * Starts `program` with `args` until no shared library is missing, fetching the package of each one that is; returns the
 * environment the program needs. Throws a ToolError when a package cannot be had.
 */
export async function libraryEnvironment(
  program: string,
  args: readonly string[],
  onProgress?: Progress,
): Promise<Record<string, string>> {
  const folders: string[] = [];
  const environment = (): Record<string, string> =>
    folders.length
      ? { LD_LIBRARY_PATH: [...folders, process.env.LD_LIBRARY_PATH ?? []].flat().join(':') }
      : {};
  for (let tries = 0; tries < MOST; tries++) {
    const missing = MISSING.exec((await runTool(program, args, { env: environment() })).log);
    if (!missing) break;
    // Debian names the package of `libreadline.so.8` after its library and version: `libreadline8`.
    const name = `${missing[1]}${missing[2]}`.toLowerCase();
    const root = provisionedFolders(name)[0] ?? (await provisionPackage(name, onProgress));
    folders.push(...libraryFolders(root));
  }
  return environment();
}

/** `lib` and `usr/lib` of an unpacked package, with their folder for this architecture. */
const libraryFolders = (root: string): string[] =>
  ['lib', 'usr/lib']
    .map((name) => join(root, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => [
      folder,
      ...readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
        e.isDirectory() ? join(folder, e.name) : [],
      ),
    ]);
