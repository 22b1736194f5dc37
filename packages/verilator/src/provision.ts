// Getting a tool onto the machine without root: Debian and Ubuntu packages unpacked into the user's cache, or Homebrew.
// Invariant: nothing outside the cache is written (Homebrew excepted, which is the user's own); a tool folder
// `tools/<package>-<version>-<arch>` is complete once it exists. It does not check that the tool runs: the finders do.

import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadPackage } from './apt.ts';
import { cacheDir, publishFolder } from './cache-dir.ts';
import { ToolError } from './errors.ts';
import { installHelp } from './install-help.ts';
import type { Progress } from './progress.ts';
import { findOnPath, runTool } from './run-tool.ts';

/** The unpacked versions of a package in the cache, newest name first. */
export function provisionedFolders(name: string): string[] {
  const tools = join(cacheDir(), 'tools');
  if (!existsSync(tools)) return [];
  return readdirSync(tools)
    .filter((entry) => entry.startsWith(`${name}-`))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((entry) => join(tools, entry));
}

/**
 * Downloads a Debian/Ubuntu package and unpacks it into the cache; returns the folder that now plays the part of `/`.
 * Throws a ToolError which says what to install by hand when this machine cannot do that.
 */
export async function provisionPackage(name: string, onProgress: Progress = () => {}): Promise<string> {
  if (!findOnPath('apt-get') || !findOnPath('dpkg-deb')) {
    throw cannotProvision(name, 'this machine has no apt-get and dpkg-deb to fetch it with');
  }
  return publishFolder(join(cacheDir(), 'tools'), async (temporary) => {
    const download = join(temporary, '.download');
    await mkdir(download);
    const failure = await downloadPackage(name, download, onProgress);
    const archive = (await readdir(download)).find((file) => file.endsWith('.deb'));
    if (!archive) throw cannotProvision(name, failure ?? 'apt-get downloaded nothing');
    onProgress(`unpacking ${archive}`);
    const unpacked = await runTool('dpkg-deb', ['-x', join(download, archive), temporary]);
    if (unpacked.code !== 0) throw cannotProvision(name, unpacked.log.trim());
    await rm(download, { recursive: true });
    return folderName(archive);
  });
}

/** The folder of a Homebrew formula, installing it first if it is missing; undefined where there is no Homebrew. */
export async function provisionFormula(name: string, install: boolean, onProgress: Progress = () => {}) {
  const brew = findOnPath('brew');
  if (process.platform !== 'darwin' || !brew) return undefined;
  const prefix = async () => (await runTool(brew, ['--prefix', name])).stdout.trim();
  const before = await prefix();
  if (before && existsSync(before)) return before;
  if (!install) return undefined;
  onProgress(`installing ${name} with Homebrew`);
  const installed = await runTool(brew, ['install', name]);
  if (installed.code !== 0) throw cannotProvision(name, installed.log.trim());
  return prefix();
}

/** `verilator_5.006-3_amd64.deb` becomes `verilator-5.006-3-amd64`. */
function folderName(archive: string): string {
  return archive
    .replace(/\.deb$/, '')
    .replace(/%[0-9a-fA-F]{2}/g, '.')
    .replaceAll('_', '-');
}

function cannotProvision(name: string, reason: string): ToolError {
  return new ToolError('provision-failed', `cannot provision ${name}: ${reason}`, installHelp(name));
}
