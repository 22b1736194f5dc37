import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { delay } from '../../test/units.ts';
import { renderUnitFiles } from './render-unit-files.ts';
import { writeFiles } from './write-files.ts';

const generation = renderUnitFiles(delay, {});
const names = generation.files.map((f) => f.name).sort();

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'gatewright-'));
});
const put = (name: string, text: string) => writeFile(join(base, name), text);
const write = (rendered = generation, folder = base) => writeFiles(folder, rendered.files, rendered.manifest);

/** A generation that has one file more than `generation`, which is stale afterwards. */
async function earlierGeneration(): Promise<void> {
  const text = '// Old\n';
  await write();
  const manifest = JSON.parse(await readFile(join(base, 'Delay.json'), 'utf8'));
  manifest.files.push({ name: 'Old.v', sha256: createHash('sha256').update(text).digest('hex') });
  await put('Old.v', text);
  await put('Delay.json', JSON.stringify(manifest));
}

describe('a folder that is not there', () => {
  test('is made with the folders above it, complete and open to others', async () => {
    const folder = join(base, 'a', 'b', 'c');
    expect(await write(generation, folder)).toEqual({
      written: generation.files.map((f) => f.name),
      unchanged: [],
      removed: [],
      kept: [],
    });
    expect((await readdir(folder)).sort()).toEqual(names);
    expect(await readdir(join(base, 'a', 'b'))).toEqual(['c']);
    expect((await stat(folder)).mode & 0o555).toBe(0o555);
  });

  test('leaves nothing behind when it cannot be made', async () => {
    await put('file', '');
    const name = 'n'.repeat(250);
    // The temporary name is too long; the folders above were made and go again.
    await expect(write(generation, join(base, 'a', 'b', name))).rejects.toThrow('name too long');
    await expect(write(generation, join(base, 'file', 'x'))).rejects.toThrow(
      /cannot write .*: not a directory$/,
    );
    await expect(write(generation, join(base, 'file'))).rejects.toThrow('is not a folder');
    expect(await readdir(base)).toEqual(['file']);
  });

  test.skipIf(process.getuid?.() === 0)('cannot be made in a folder without write permission', async () => {
    await chmod(base, 0o555);
    await expect(write(generation, join(base, 'x'))).rejects.toThrow('permission denied');
    await chmod(base, 0o755);
    expect(await readdir(base)).toEqual([]);
  });
});

describe('a folder that is there', () => {
  test('foreign files are left alone, ours are replaced, equal ones not touched', async () => {
    await put('notes.txt', 'mine');
    await write();
    await put('Delay.v', '// edited');
    const before = await stat(join(base, 'Delay.f'));
    expect(await write()).toEqual({
      written: ['Delay.v'],
      unchanged: generation.files.map((f) => f.name).filter((n) => n !== 'Delay.v'),
      removed: [],
      kept: [],
    });
    expect((await readdir(base)).sort()).toEqual([...names, 'notes.txt'].sort());
    expect(await readFile(join(base, 'Delay.v'), 'utf8')).toBe(generation.files[0]?.text);
    expect((await stat(join(base, 'Delay.f'))).mtimeMs).toBe(before.mtimeMs);
  });

  test('what an earlier generation wrote and this one does not is removed', async () => {
    await earlierGeneration();
    expect(await write()).toMatchObject({ written: ['Delay.json'], removed: ['Old.v'], kept: [] });
    expect((await readdir(base)).sort()).toEqual(names);
  });

  test('unless it was edited since', async () => {
    await earlierGeneration();
    await put('Old.v', '// Old, but mine now\n');
    expect(await write()).toMatchObject({ removed: [], kept: ['Old.v'] });
    expect(await readFile(join(base, 'Old.v'), 'utf8')).toBe('// Old, but mine now\n');
  });

  test('a foreign file of the same name is an error, and nothing is written', async () => {
    await put('README.md', 'mine');
    await mkdir(join(base, 'Delay.v'));
    await expect(write()).rejects.toThrow('already holds Delay.v, README.md, not generated for this unit');
    expect((await readdir(base)).sort()).toEqual(['Delay.v', 'README.md']);
    expect(await readFile(join(base, 'README.md'), 'utf8')).toBe('mine');
  });

  test('a manifest that is not ours makes nothing ours, least of all files elsewhere', async () => {
    await put('Delay.json', JSON.stringify({ files: [{ name: '../victim', sha256: '' }] }));
    await expect(write()).rejects.toThrow('already holds Delay.json');
    await put('Delay.json', 'not JSON');
    await expect(write()).rejects.toThrow('already holds Delay.json');
  });

  test('a failure on the way puts everything back', async () => {
    await earlierGeneration();
    const before = await Promise.all((await readdir(base)).map((name) => readFile(join(base, name), 'utf8')));
    // The second file cannot be staged, the third not moved: no folder has that name.
    const impossible = [
      { name: 'Delay.v', text: 'new' },
      { name: 'deep/Delay.f', text: 'new' },
    ];
    await expect(writeFiles(base, impossible, 'Delay.json')).rejects.toThrow('no such file');
    expect(
      await Promise.all((await readdir(base)).map((name) => readFile(join(base, name), 'utf8'))),
    ).toEqual(before);
  });

  test('a link to a folder will do', async () => {
    await mkdir(join(base, 'real'));
    await symlink('real', join(base, 'link'));
    await write(generation, join(base, 'link'));
    expect((await readdir(join(base, 'real'))).sort()).toEqual(names);
  });
});
