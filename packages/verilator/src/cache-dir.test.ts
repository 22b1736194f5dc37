import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheDir, ensureCacheFolder, publishFolder } from './cache-dir.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('cacheDir', () => {
  it('prefers GATEWRIGHT_CACHE, then XDG_CACHE_HOME, then the home folder', () => {
    vi.stubEnv('GATEWRIGHT_CACHE', '/a');
    vi.stubEnv('XDG_CACHE_HOME', '/b');
    expect(cacheDir()).toBe('/a');
    vi.stubEnv('GATEWRIGHT_CACHE', '');
    expect(cacheDir()).toBe('/b/gatewright');
    vi.stubEnv('XDG_CACHE_HOME', '');
    const caches = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
    expect(cacheDir()).toBe(join(homedir(), caches, 'gatewright'));
  });
});

describe('publishFolder', () => {
  it('lets the first of two win and leaves no temporary folder', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'gatewright-publish-'));
    const fill = (text: string) => async (temporary: string) => {
      await writeFile(join(temporary, 'text'), text);
      return 'target';
    };
    const first = await publishFolder(parent, fill('first'));
    expect(await publishFolder(parent, fill('second'))).toBe(first);
    expect(await readFile(join(first, 'text'), 'utf8')).toBe('first');
    const failing = publishFolder(parent, async () => {
      throw new Error('no luck');
    });
    await expect(failing).rejects.toThrow('no luck');
    expect(await readdir(parent)).toEqual(['target']);
    await rm(parent, { recursive: true });
  });
});

describe('ensureCacheFolder', () => {
  it('says which variable to set when the cache cannot be written', async () => {
    // A file in the way stops root too, unlike permissions.
    await expect(ensureCacheFolder('/dev/null/cache')).rejects.toMatchObject({
      name: 'ToolError',
      code: 'cache-unwritable',
      message: expect.stringContaining('cannot write the cache folder /dev/null/cache: ENOTDIR'),
      help: 'set GATEWRIGHT_CACHE to a folder you can write',
    });
  });
});
