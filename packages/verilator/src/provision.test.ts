import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from './errors.ts';
import { findVerilator } from './find-verilator.ts';
import { provisionPackage } from './provision.ts';
import { findOnPath } from './run-tool.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatewright-provision-'));
  vi.stubEnv('GATEWRIGHT_CACHE', join(folder, 'cache'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const unpackedFolders = () => readdir(join(folder, 'cache/tools'));

describe.runIf(findOnPath('apt-get'))('provisioning with apt', () => {
  it.runIf(!findOnPath('verilator'))(
    'downloads once, then takes the cache; two at once share one folder',
    async () => {
      const messages: string[] = [];
      const onProgress = (message: string) => messages.push(message);
      const [first, second] = await Promise.all([findVerilator({ onProgress }), findVerilator()]);
      expect(first).toEqual(second);
      expect(first.source).toBe('cache');
      expect(first.root.startsWith(folder)).toBe(true);
      expect(messages).toEqual([
        expect.stringMatching(/^downloading verilator \d/),
        expect.stringMatching(/^unpacking verilator_.*\.deb$/),
      ]);
      messages.length = 0;
      expect(await findVerilator({ onProgress })).toEqual(first);
      expect(messages).toEqual([]);
      expect(await unpackedFolders()).toHaveLength(1);
    },
  );

  it('fetches package lists into a private folder when the machine has none', async () => {
    const empty = join(folder, 'lists');
    await mkdir(join(empty, 'partial'), { recursive: true });
    const config = join(folder, 'apt.conf');
    await writeFile(config, `Dir::State::lists "${empty}";\n`);
    vi.stubEnv('APT_CONFIG', config);
    const messages: string[] = [];
    await provisionPackage('verilator', (message) => messages.push(message));
    expect(messages).toContain('refreshing package lists (private copy, no root needed)');
    expect(await unpackedFolders()).toEqual([expect.stringMatching(/^verilator-\d/)]);
    expect(await readdir(empty)).not.toContainEqual(expect.stringContaining('Packages'));
  });

  it('says what to install, with the complaint of apt, when there is no network', async () => {
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    vi.stubEnv('https_proxy', 'http://127.0.0.1:9');
    const error = await provisionPackage('verilator').catch((reason: unknown) => reason);
    if (!(error instanceof ToolError)) throw error;
    expect(error.code).toBe('provision-failed');
    expect(error.message).toMatch(/^cannot provision verilator: \nE: Failed to fetch http/);
    expect(error.help).toContain('sudo apt-get install verilator');
    expect(await unpackedFolders()).toEqual([]);
  });
});

describe('provisioning without apt', () => {
  it('says what to install', async () => {
    vi.stubEnv('PATH', '/usr/bin/nowhere');
    const error = await provisionPackage('verilator').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'provision-failed',
      message: 'cannot provision verilator: this machine has no apt-get and dpkg-deb to fetch it with',
    });
  });
});
