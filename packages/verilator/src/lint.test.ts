import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findIcarus } from './find-icarus.ts';
import { complaintsAbout, lintIcarus, lintVerilator } from './lint.ts';

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'gatewright-lint-'));
  const files = {
    'clean.v': 'module clean (input wire [3:0] a, output wire [3:0] y);\n  assign y = a;\nendmodule\n',
    'wide.v': 'module wide (input wire [7:0] a, output wire [3:0] y);\n  assign y = a;\nendmodule\n',
    'port.v':
      'module port (input wire [7:0] a, output wire [3:0] y);\n  clean c (.a(a), .y(y));\nendmodule\n' +
      'module clean (input wire [3:0] a, output wire [3:0] y);\n  assign y = a;\nendmodule\n',
    'broken.v': 'module broken (input wire a;\nendmodule\n',
    'hello.v': 'module hello;\n  initial begin $display("hello %0d", 6 * 7); $finish; end\nendmodule\n',
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(cwd, name), text)));
});

afterAll(() => rm(cwd, { recursive: true }));

describe('lintVerilator', () => {
  it('accepts clean Verilog without a word', async () => {
    expect(await lintVerilator(['clean.v'], { cwd })).toEqual({ ok: true, log: '' });
  });

  it('catches a width that does not fit', async () => {
    const { ok, log } = await lintVerilator(['wide.v'], { cwd, top: 'wide' });
    expect(ok).toBe(false);
    expect(log).toMatch(/%Warning-WIDTH(TRUNC)?: wide\.v:2:/);
  });

  it('catches a syntax error', async () => {
    const { ok, log } = await lintVerilator(['broken.v'], { cwd });
    expect(ok).toBe(false);
    expect(log).toContain('broken.v:1');
  });
});

describe('lintIcarus', () => {
  it('accepts clean Verilog without a word', async () => {
    expect(await lintIcarus(['clean.v'], { cwd })).toEqual({ ok: true, log: '' });
  });

  it('catches a port that is connected with another width, which is only a warning', async () => {
    const { ok, log } = await lintIcarus(['port.v'], { cwd, top: 'port' });
    expect(ok).toBe(false);
    expect(log).toContain('port.v:2: warning: Port 1 (a) of clean expects 4 bits, got 8.');
  });

  it('catches a syntax error', async () => {
    const { ok, log } = await lintIcarus(['broken.v'], { cwd });
    expect(ok).toBe(false);
    expect(log).toContain('broken.v:2: syntax error');
  });
});

describe('complaintsAbout', () => {
  const clean = 'module clean (input wire [3:0] a, output wire [3:0] y);\n  assign y = a;\nendmodule\n';

  it('has both tools read a design in memory', async () => {
    expect(await complaintsAbout([{ name: 'clean.v', text: clean }], 'clean')).toEqual([]);
    const broken = await complaintsAbout(
      [{ name: 'clean.v', text: clean.replace('assign', 'asign') }],
      'clean',
    );
    expect(broken).toHaveLength(2);
    expect(broken[0]).toContain('clean.v:2');
    expect(broken[1]).toContain('clean.v:2: ');
  });

  it('leaves it at the one that complains', async () => {
    const wide = [{ name: 'clean.v', text: clean.replace('[3:0] a', '[7:0] a') }];
    expect(await complaintsAbout(wide, 'clean')).toEqual([expect.stringContaining('WIDTH')]);
  });
});

describe('findIcarus', () => {
  it('compiles and simulates', async () => {
    const icarus = await findIcarus();
    expect(icarus.version).toMatch(/^\d+\.\d+/);
    expect(await icarus.run(['-g2005', '-o', 'hello.vvp', 'hello.v'], { cwd })).toMatchObject({
      code: 0,
      log: '',
    });
    expect((await icarus.simulate(['hello.vvp'], { cwd })).stdout).toContain('hello 42');
  });
});
