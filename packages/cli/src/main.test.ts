// The built program as a user starts it: a child process of the bin file.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const bin = join(root, 'packages/cli/bin/gatewright.js');

// A stale build must not be what is tested.
beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/cli'], {
    cwd: root,
  });
});

// Colours depend on the terminal around the tests; these are about the words.
const env: NodeJS.ProcessEnv = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' };

const gatewright = async (argv: readonly string[], path = bin) => {
  const cwd = await mkdtemp(join(tmpdir(), 'gatewright-'));
  try {
    return { cwd, code: 0, ...(await promisify(execFile)(path, argv, { cwd, env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { cwd, code, stdout, stderr };
  }
};

test('results on stdout, exit code 0', async () => {
  expect(await gatewright(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
  expect(await gatewright(['list', '--json'])).toMatchObject({ code: 0, stderr: '' });
});

test('errors on stderr, exit code 2', async () => {
  expect(await gatewright(['verify', 'mixpf'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: "error: there is no unit 'mixpf'\nhelp: did you mean mixpe?\n",
  });
});

test('comments in the Verilog name TypeScript lines, also from compiled code', async () => {
  const { cwd, code } = await gatewright(['generate', 'mixpe', '-o', 'out']);
  expect(code).toBe(0);
  const verilog = await readFile(join(cwd, 'out', 'MixPeLane.v'), 'utf8');
  expect(verilog).toMatch(/\/\/ lane\.ts:\d+/);
  expect(verilog).not.toContain('.js:');
});

test('a real demo', async () => {
  const { code, stdout } = await gatewright(['demo', '--tokens', '2']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/mismatches +0\n/);
});

test('before it is compiled it says how to do that', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'gatewright-'));
  await cp(bin, join(copy, 'bin', 'gatewright.js'));
  await cp(join(root, 'packages/cli/package.json'), join(copy, 'package.json'));
  expect(await gatewright(['list'], join(copy, 'bin', 'gatewright.js'))).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'error: gatewright is not compiled yet\nhelp: run npm run build\n',
  });
});

test('Ctrl-C: exit code 130 within seconds', async () => {
  const child = spawn(bin, ['verify', 'mixpe', '--runs', '1000000'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  // It works as soon as it says something.
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (stderr === '') child.kill('SIGINT');
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(130);
  expect(stderr).toMatch(/interrupted\n$/);
});
