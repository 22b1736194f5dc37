// Asking apt for one package file as an ordinary user.
// Invariant: writes only into the given folder; the system's package lists are read when they know the package, otherwise
// fresh lists are fetched into a private folder and thrown away. It does not unpack, and never installs.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from './progress.ts';
import { runTool, type ToolRun } from './run-tool.ts';

/** Do not wait for ever for a network that is not there. */
const patience = [
  '-o',
  'Acquire::Retries=1',
  '-o',
  'Acquire::http::Timeout=20',
  '-o',
  'Acquire::https::Timeout=20',
];

/** Puts the package's `.deb` into `folder`. Returns the reason in words when that fails. */
export async function downloadPackage(
  name: string,
  folder: string,
  onProgress: Progress,
): Promise<string | undefined> {
  onProgress(`downloading ${name}${await versionOf(name, [])}`);
  const first = await runTool('apt-get', [...patience, 'download', name], { cwd: folder });
  if (first.code === 0) return undefined;

  const lists = join(folder, 'apt');
  const options = await privateLists(lists);
  onProgress('refreshing package lists (private copy, no root needed)');
  const update = await runTool('apt-get', [...patience, ...options, 'update'], { cwd: folder });
  onProgress(`downloading ${name}${await versionOf(name, options)}`);
  const second = await runTool('apt-get', [...patience, ...options, 'download', name], { cwd: folder });
  await rm(lists, { recursive: true, force: true });
  return second.code === 0 ? undefined : complaints([first, update, second]);
}

/** What apt complained about, each sentence once: the first attempt often knows why the last one failed. */
function complaints(runs: readonly ToolRun[]): string {
  const lines = runs.flatMap((run) => run.log.split('\n')).filter((line) => /^(E:|W: Failed)/.test(line));
  return lines.length > 0 ? `\n${[...new Set(lines)].slice(0, 5).join('\n')}` : 'apt-get failed';
}

/** apt options that move every folder apt writes to below `folder` and drop hooks meant for the system's lists. */
async function privateLists(folder: string): Promise<string[]> {
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  await mkdir(join(folder, 'archives', 'partial'), { recursive: true });
  const config = join(folder, 'apt.conf');
  await writeFile(
    config,
    [
      `Dir::State::lists "${folder}/lists";`,
      `Dir::Cache "${folder}";`,
      `Dir::Cache::archives "${folder}/archives";`,
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
      'Acquire::Languages "none";',
      '#clear APT::Update::Post-Invoke;',
      '#clear APT::Update::Post-Invoke-Success;',
      // As root, apt would download as the user `_apt`, who cannot see a folder inside root's home.
      ...(process.getuid?.() === 0 ? ['APT::Sandbox::User "root";'] : []),
      '',
    ].join('\n'),
  );
  return ['-c', config];
}

/** ` 5.006-3`, for progress messages; empty when apt does not know. */
async function versionOf(name: string, options: readonly string[]): Promise<string> {
  const shown = await runTool('apt-cache', [...options, 'show', '--no-all-versions', name]);
  const version = /^Version: (\S+)/m.exec(shown.stdout)?.[1];
  return version ? ` ${version}` : '';
}
