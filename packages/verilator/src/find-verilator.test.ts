import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from './errors.ts';
import { findVerilator } from './find-verilator.ts';

/** The cached Verilator of this user, for the tests that need a real one under another name. */
const real = await findVerilator();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatewright-find-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A script that answers `--version` as Verilator does and passes everything else to the real one. */
async function fakeVerilator(place: string, banner: string): Promise<string> {
  await mkdir(place, { recursive: true });
  const path = join(place, 'verilator_bin');
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo '${banner}' && exit 0\nexec '${real.binary}' "$@"\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

async function failure(): Promise<ToolError> {
  const error = await findVerilator({ provision: false }).catch((reason: unknown) => reason);
  if (!(error instanceof ToolError)) throw error;
  return error;
}

describe('the order of places', () => {
  it('takes VERILATOR_ROOT before PATH', async () => {
    await fakeVerilator(join(folder, 'path'), 'Verilator 5.030 2024-10-27 rev v5.030');
    const inRoot = await fakeVerilator(join(folder, 'root/bin'), 'Verilator 5.032 2025-01-01 rev v5.032');
    await mkdir(join(folder, 'root/include'));
    await writeFile(join(folder, 'root/include/verilated.h'), '');
    vi.stubEnv('PATH', `${join(folder, 'path')}:${process.env.PATH}`);
    vi.stubEnv('VERILATOR_ROOT', join(folder, 'root'));
    expect(await findVerilator()).toMatchObject({
      binary: inRoot,
      root: join(folder, 'root'),
      version: '5.032',
      source: 'VERILATOR_ROOT',
    });
    vi.stubEnv('VERILATOR_ROOT', real.root);
    expect(await findVerilator()).toMatchObject({ version: real.version, root: real.root });
  });

  it('takes PATH before the cache and finds the root beside the binary', async () => {
    const binary = await fakeVerilator(join(folder, 'bin'), 'Verilator 5.040 2025-08-30 rev v5.040');
    await mkdir(join(folder, 'share/verilator/include'), { recursive: true });
    await writeFile(join(folder, 'share/verilator/include/verilated.h'), '');
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env.PATH}`);
    expect(await findVerilator()).toMatchObject({ binary, version: '5.040', source: 'PATH' });
  });

  it('does not take its own command on PATH for Verilator', async () => {
    const own = fileURLToPath(new URL('../bin/gatewright-verilator.js', import.meta.url));
    await symlink(own, join(folder, 'verilator'));
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    expect(await findVerilator()).toMatchObject({ binary: real.binary });
  });
});

describe('errors', () => {
  it('names the version and the place of a Verilator that is too old', async () => {
    await fakeVerilator(folder, 'Verilator 4.038 2020-07-11 rev v4.036-114-g0cd4a57ad');
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    const error = await failure();
    expect(error.code).toBe('too-old');
    expect(error.message).toBe(
      `Verilator 4.038 at ${folder}/verilator_bin (from PATH) is too old: 5.006 or newer is needed`,
    );
    expect(error.help).toContain('VERILATOR_ROOT');
  });

  it('counts 5.002 as older than 5.006', async () => {
    await fakeVerilator(folder, 'Verilator 5.002 2022-10-29 rev v5.002');
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    expect((await failure()).code).toBe('too-old');
  });

  it('says so when VERILATOR_ROOT points nowhere', async () => {
    vi.stubEnv('VERILATOR_ROOT', folder);
    vi.stubEnv('PATH', '/usr/bin/nowhere');
    const error = await failure();
    expect(error.code).toBe('no-verilator');
    expect(error.message).toBe(`VERILATOR_ROOT is ${folder}, but there is no verilator_bin in it or on PATH`);
  });

  it('says what to install when nothing is found and provisioning is off', async () => {
    vi.stubEnv('GATEWRIGHT_CACHE', folder);
    vi.stubEnv('PATH', '/usr/bin/nowhere');
    const error = await failure();
    expect(error.code).toBe('no-verilator');
    expect(error.help).toContain('install verilator');
  });
});
