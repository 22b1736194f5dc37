// Writing a generation into a folder: all of its files or none.
// Invariant: files are staged beside their place and renamed into it; a failure puts back what was there. A file that no
// earlier generation wrote is never overwritten or removed.

import type { Stats } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FolderError, reasonOf } from '../errors.ts';
import { parseManifest, sha256 } from './manifest.ts';
import type { GeneratedFile } from './render-unit-files.ts';

/** What happened to each file, by name. */
export interface WriteReport {
  readonly written: readonly string[];
  /** There already, with the same bytes. */
  readonly unchanged: readonly string[];
  /** Of an earlier generation, not part of this one. */
  readonly removed: readonly string[];
  /** The same, but edited since: left alone. */
  readonly kept: readonly string[];
}

/**
 * Writes `files` into `folder`, which is made if need be. `manifest` is the one among them that lists the others; a
 * manifest of that name in the folder tells which files there are ours. Throws FolderError when the folder cannot be
 * written or holds a foreign file of the same name; the folder is then as it was.
 */
export async function writeFiles(
  folder: string,
  files: readonly GeneratedFile[],
  manifest: string,
): Promise<WriteReport> {
  try {
    const there = await statOf(folder);
    if (!there) return await makeFolder(folder, files);
    if (!there.isDirectory()) throw new FolderError(`${folder} is not a folder`, 'choose another one');
    return await updateFolder(folder, files, manifest);
  } catch (error) {
    if (error instanceof FolderError) throw error;
    const message = `cannot write ${folder}: ${reasonOf(error)}`;
    throw new FolderError(message, 'choose a folder that you can write', { cause: error });
  }
}

/** A folder that did not exist appears by one rename, complete. */
async function makeFolder(folder: string, files: readonly GeneratedFile[]): Promise<WriteReport> {
  const parent = dirname(folder);
  const made: string[] = [];
  let stage: string | undefined;
  try {
    await makeFolders(parent, made);
    stage = await mkdtemp(join(parent, `.${basename(folder)}-`));
    // mkdtemp makes folders that only their owner may enter.
    const complete = join(stage, 'complete');
    await mkdir(complete);
    for (const { name, text } of files) await writeFile(join(complete, name), text);
    await rename(complete, folder);
  } catch (error) {
    if (stage !== undefined) await rm(stage, { recursive: true, force: true });
    for (const empty of made.reverse()) await rmdir(empty).catch(() => {});
    throw error;
  }
  await rm(stage, { recursive: true, force: true });
  return { written: files.map((f) => f.name), unchanged: [], removed: [], kept: [] };
}

/** Makes a folder and those above it that are missing; `made` tells which. (Node's own way loops for ever under /proc.) */
async function makeFolders(folder: string, made: string[]): Promise<void> {
  if (await statOf(folder)) return;
  await makeFolders(dirname(folder), made);
  await mkdir(folder);
  made.push(folder);
}

async function updateFolder(
  folder: string,
  files: readonly GeneratedFile[],
  manifest: string,
): Promise<WriteReport> {
  const earlier = await earlierFiles(folder, manifest);
  const present = new Map<string, string>();
  for (const { name } of files) {
    const there = await statOf(join(folder, name));
    if (there) present.set(name, there.isFile() ? sha256(await readFile(join(folder, name))) : 'not a file');
  }
  const unchanged = files.filter((f) => present.get(f.name) === sha256(f.text)).map((f) => f.name);
  const changed = files.filter((f) => !unchanged.includes(f.name));
  const foreign = changed.filter(
    ({ name }) => present.get(name) === 'not a file' || (present.has(name) && !earlier.has(name)),
  );
  if (foreign.length > 0) {
    throw new FolderError(
      `${folder} already holds ${foreign.map((f) => f.name).join(', ')}, not generated for this unit`,
      'nothing was written: choose an empty folder, or move the file away',
    );
  }
  const { removed, kept } = await staleFiles(folder, files, earlier);
  await replace(folder, changed, removed);
  return { written: changed.map((f) => f.name), unchanged, removed, kept };
}

/** Name and checksum of what an earlier generation wrote, its manifest included. */
async function earlierFiles(folder: string, manifest: string): Promise<ReadonlyMap<string, string>> {
  const there = await statOf(join(folder, manifest));
  if (!there?.isFile()) return new Map();
  const text = await readFile(join(folder, manifest), 'utf8');
  const parsed = parseManifest(text);
  if (!parsed) return new Map();
  return new Map([...parsed.files.map((f) => [f.name, f.sha256] as const), [manifest, sha256(text)]]);
}

async function staleFiles(
  folder: string,
  files: readonly GeneratedFile[],
  earlier: ReadonlyMap<string, string>,
): Promise<{ removed: string[]; kept: string[] }> {
  const now = new Set(files.map((f) => f.name));
  const removed: string[] = [];
  const kept: string[] = [];
  for (const [name, checksum] of earlier) {
    if (now.has(name) || !(await statOf(join(folder, name)))?.isFile()) continue;
    const same = sha256(await readFile(join(folder, name))) === checksum;
    (same ? removed : kept).push(name);
  }
  return { removed, kept };
}

/** Renames new files in and old ones out; a failure undoes every step. */
async function replace(
  folder: string,
  changed: readonly GeneratedFile[],
  removed: readonly string[],
): Promise<void> {
  if (changed.length === 0 && removed.length === 0) return;
  // Inside the folder: a rename must not leave its file system.
  const stage = await mkdtemp(join(folder, '.gatewright-'));
  const undo: (() => Promise<void>)[] = [];
  const move = async (from: string, to: string): Promise<void> => {
    await rename(from, to);
    undo.push(() => rename(to, from));
  };
  try {
    await mkdir(join(stage, 'new'));
    await mkdir(join(stage, 'old'));
    for (const { name, text } of changed) await writeFile(join(stage, 'new', name), text);
    for (const name of [...removed, ...changed.map((f) => f.name)])
      if (await statOf(join(folder, name))) await move(join(folder, name), join(stage, 'old', name));
    for (const { name } of changed) await move(join(stage, 'new', name), join(folder, name));
  } catch (error) {
    for (const back of undo.reverse()) await back();
    throw error;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
