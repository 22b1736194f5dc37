import { mkdtemp, readdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureEntry } from './cache-entry.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'gatewright-entry-'));
});
afterEach(() => rm(parent, { recursive: true }));

/** A maker that says when it began and waits to be let go. */
function maker(text: string, signal?: AbortSignal) {
  let begin = (): void => {};
  let letGo = (_?: Error): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const gate = new Promise<void>((resolve, reject) => {
    letGo = (error) => (error ? reject(error) : resolve());
  });
  const fill = async (folder: string): Promise<void> => {
    begin();
    await gate;
    await writeFile(join(folder, 'text'), text);
  };
  return { fill, signal, begun, letGo: (error?: Error) => letGo(error) };
}
const textOf = (name: string) => readFile(join(parent, name, 'text'), 'utf8');

it('makes an entry once for all who ask, and finds it afterwards', async () => {
  const [first, second] = [maker('first'), maker('second')];
  const asked = [ensureEntry(parent, 'entry', first), ensureEntry(parent, 'entry', second)];
  await first.begun;
  first.letGo();
  expect(await Promise.all(asked)).toEqual([false, false]);
  expect(await textOf('entry')).toBe('first');
  expect(await ensureEntry(parent, 'entry', second)).toBe(true);
  expect(await readdir(parent)).toEqual(['entry']);
});

it('tells all who wait why it cannot be made', async () => {
  const [first, second] = [maker('first'), maker('second')];
  const asked = [ensureEntry(parent, 'entry', first), ensureEntry(parent, 'entry', second)];
  const results = Promise.allSettled(asked);
  await first.begun;
  first.letGo(new Error('no luck'));
  expect((await results).map((result) => result.status === 'rejected' && String(result.reason))).toEqual([
    'Error: no luck',
    'Error: no luck',
  ]);
  expect(await readdir(parent)).toEqual([]);
});

it('an abort is that of its own request alone', async () => {
  const aborting = new AbortController();
  const [first, second] = [maker('first', aborting.signal), maker('second')];
  const made = ensureEntry(parent, 'entry', first);
  const waits = ensureEntry(parent, 'entry', second);
  await first.begun;
  aborting.abort();
  first.letGo(new Error('ended by the abort'));
  await expect(made).rejects.toThrow('ended by the abort');
  second.letGo();
  expect(await waits).toBe(false);
  expect(await textOf('entry')).toBe('second');
});

it('who waits can be aborted without ending the build', async () => {
  const aborting = new AbortController();
  const [first, second] = [maker('first'), maker('second', aborting.signal)];
  const made = ensureEntry(parent, 'entry', first);
  const waits = ensureEntry(parent, 'entry', second);
  await first.begun;
  aborting.abort(new Error('enough'));
  await expect(waits).rejects.toThrow('enough');
  first.letGo();
  await made;
});

it('waits for another process, and takes over from one that is gone', async () => {
  const lock = join(parent, '.entry.lock');
  // Process 1 runs as long as the machine does.
  await symlink(`${hostname()}/1`, lock);
  let waiting = (): void => {};
  const waits = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  const here = maker('here');
  here.letGo();
  const made = ensureEntry(parent, 'entry', { ...here, onWait: () => waiting() });
  await waits;
  expect(await readdir(parent)).toEqual(['.entry.lock']);
  await unlink(lock);
  await made;
  expect(await textOf('entry')).toBe('here');
  // No process has so high a number.
  await symlink(`${hostname()}/4194305`, join(parent, '.other.lock'));
  await ensureEntry(parent, 'other', here);
  expect((await readdir(parent)).sort()).toEqual(['entry', 'other']);
});

it.each([
  ['ENOSPC', Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })],
  ['No space left on device', new Error('cannot write model.so: No space left on device')],
])('says that the cache is full: %s', async (reason, error) => {
  const full = { fill: () => Promise.reject(error) };
  await expect(ensureEntry(parent, 'entry', full)).rejects.toMatchObject({
    code: 'cache-unwritable',
    message: `cannot write the cache folder ${parent}: ${reason}`,
    help: 'set GATEWRIGHT_CACHE to a folder you can write',
  });
});
