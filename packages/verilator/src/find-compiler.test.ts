import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from './errors.ts';
import { findCompiler } from './find-compiler.ts';
import { findOnPath } from './run-tool.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatewright-compiler-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function failure(): Promise<ToolError> {
  const error = await findCompiler().catch((reason: unknown) => reason);
  if (!(error instanceof ToolError)) throw error;
  return error;
}

describe('findCompiler', () => {
  it('finds one, tries it and remembers that', async () => {
    vi.stubEnv('GATEWRIGHT_CACHE', folder);
    const found = await findCompiler();
    expect(found).toMatchObject({ args: [], version: expect.stringMatching(/\d+\.\d+/) });
    expect(await readdir(join(folder, 'compilers'))).toHaveLength(1);
    expect(await findCompiler()).toEqual(found);
  });

  it('takes CXX with its arguments', async () => {
    vi.stubEnv('CXX', `${findOnPath('c++')} -pipe`);
    expect(await findCompiler()).toMatchObject({ command: findOnPath('c++'), args: ['-pipe'] });
  });

  it('says what to install when there is none', async () => {
    vi.stubEnv('PATH', folder);
    const error = await failure();
    expect(error.code).toBe('no-compiler');
    expect(error.message).toBe(
      'no C++ compiler found (tried c++, g++ and clang++ on PATH)\nc++: not found\ng++: not found\nclang++: not found',
    );
    expect(error.help).toMatch(/sudo apt-get install g\+\+|xcode-select --install/);
  });

  it('passes over one that has a version but compiles nothing', async () => {
    const broken = join(folder, 'c++');
    const script =
      '#!/bin/sh\n[ "$1" = --version ] && echo broken 1.0 && exit 0\necho no cc1plus >&2; exit 1\n';
    await writeFile(broken, script);
    await chmod(broken, 0o755);
    vi.stubEnv('PATH', folder);
    expect((await failure()).message).toContain(`${broken}: no cc1plus`);
  });

  it('does not look further than CXX', async () => {
    vi.stubEnv('CXX', 'no-such-compiler');
    expect((await failure()).message).toBe(
      'no C++ compiler found (CXX=no-such-compiler does not work)\nno-such-compiler: not found',
    );
  });
});
