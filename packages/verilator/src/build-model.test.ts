import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildModel, type ModelRequest } from './build-model.ts';
import { cacheDir } from './cache-dir.ts';
import { ToolError } from './errors.ts';
import { findVerilator } from './find-verilator.ts';
import { runTool } from './run-tool.ts';

const koffi = createRequire(import.meta.url).resolve('koffi');

/** A counter that objects to 200. `tag` makes a new content hash, so that a build is never an old hit. */
const counter = (tag: string): ModelRequest => ({
  top: 'counter',
  sources: [
    {
      name: 'counter.v',
      text: `// ${tag}
module counter (input wire clk, input wire rst, output reg [7:0] q);
  always @(posedge clk) begin
    if (rst) q <= 8'd0;
    else q <= q + 8'd1;
    if (q == 8'd150) $finish;
    if (q == 8'd200) $fatal(1, "q is %0d", q);
  end
endmodule
`,
    },
  ],
  shim: `#include "Vdut.h"
extern "C" void* create() { return new Vdut{new VerilatedContext}; }
extern "C" int cycle(void* model, int rst) {
    Vdut* const dut = static_cast<Vdut*>(model);
    return gw_model_guard([&] { dut->rst = rst; dut->clk = 0; dut->eval(); dut->clk = 1; dut->eval(); });
}
extern "C" int q(void* model) { return static_cast<Vdut*>(model)->q; }
`,
});

/** Loads a counter in a child process and runs it to its end; resolves to what happened on the way. */
async function simulate(library: string): Promise<unknown> {
  const script = `
    const library = require(${JSON.stringify(koffi)}).load(${JSON.stringify(library)});
    const create = library.func('void* create()');
    const cycle = library.func('int cycle(void*, int)');
    const q = library.func('int q(void*)');
    const message = library.func('const char* gw_model_message()');
    const clear = library.func('void gw_model_clear()');
    const model = create();
    cycle(model, 1);
    const events = [];
    for (let n = 0; n < 250; n++) {
      const status = cycle(model, 0);
      if (status !== 0) events.push({ status, q: q(model), message: message() });
      if (status === 2) break;
      if (status !== 0) clear();
    }
    console.log(JSON.stringify({ events, alive: true }));
  `;
  const run = await runTool(process.execPath, ['-e', script]);
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '');
}

/** Builds in another process; what it says line by line, the library last. */
function buildElsewhere(request: ModelRequest) {
  const source = fileURLToPath(new URL('build-model.ts', import.meta.url));
  const script = `
    const { buildModel } = await import(${JSON.stringify(source)});
    const request = ${JSON.stringify(request)};
    console.log((await buildModel({ ...request, onProgress: (message) => console.log(message) })).library);
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  const lines: string[] = [];
  const output = createInterface(child.stdout).on('line', (line) => lines.push(line));
  return {
    begun: once(output, 'line'),
    ended: once(child, 'close').then(() => lines),
    kill: () => child.kill('SIGKILL'),
  };
}

const tag = () => `${process.pid} ${performance.now()} ${Math.random()}`;

async function failure(request: ModelRequest): Promise<ToolError> {
  const error = await buildModel(request).catch((reason: unknown) => reason);
  if (!(error instanceof ToolError)) throw error;
  return error;
}

// Models of this test go to a cache of their own, so that they do not pile up in the user's.
let cache: string;

beforeAll(async () => {
  const verilator = await findVerilator();
  cache = await mkdtemp(join(tmpdir(), 'gatewright-build-'));
  vi.stubEnv('GATEWRIGHT_CACHE', cache);
  vi.stubEnv('VERILATOR_ROOT', verilator.root);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

describe('buildModel', () => {
  it('builds a library that counts, finishes and fails without ending the process', async () => {
    const { library, cached } = await buildModel(counter(tag()));
    expect(cached).toBe(false);
    expect(await simulate(library)).toEqual({
      events: [
        { status: 1, q: 151, message: 'counter.v:6: $finish' },
        {
          status: 2,
          q: 200,
          message: expect.stringMatching(
            /%(Error|Fatal): counter\.v:7: Assertion failed in TOP\.counter: q is 200$/,
          ),
        },
      ],
      alive: true,
    });
  });

  it('turns $stop and a loop that does not settle into a status, apart for two models in one process', async () => {
    const shim = `#include "Vdut.h"
extern "C" int eval(int a) {
    static Vdut dut{new VerilatedContext};
    return gw_model_guard([&] { dut.a = a; dut.eval(); });
}
`;
    const body = (text: string) => `module m (input wire a, output wire y);\n${text}\nendmodule\n`;
    const build = async (text: string) => {
      const sources = [{ name: 'm.v', text: body(text) }];
      return (await buildModel({ top: 'm', sources, shim, verilatorFlags: ['-Wno-UNOPTFLAT'] })).library;
    };
    const stops = await build('  assign y = a;\n  always @(a) if (a) $stop;');
    const swings = await build('  assign y = a & ~y;');
    const script = `
      const koffi = require(${JSON.stringify(koffi)});
      const models = ${JSON.stringify([stops, swings])}.map((path) => koffi.load(path));
      const said = (model, a) => [model.func('int eval(int)')(a), model.func('const char* gw_model_message()')()];
      console.log(JSON.stringify([said(models[0], 0), said(models[0], 1), said(models[1], 0), said(models[1], 1)]));
    `;
    const run = await runTool(process.execPath, ['-e', script]);
    expect(JSON.parse(run.stdout)).toEqual([
      [0, ''],
      [2, 'm.v:3: $stop'],
      [0, ''],
      [2, expect.stringMatching(/^m\.v:1: .*region did not converge/)],
    ]);
  });

  it('finds an equal request in the cache, and tells unequal ones apart', async () => {
    const request = counter(tag());
    const first = await buildModel(request);
    const messages: string[] = [];
    const again = await buildModel({ ...request, onProgress: (message) => messages.push(message) });
    expect(again).toMatchObject({ library: first.library, directory: first.directory, cached: true });
    expect(messages).toEqual([]);
    const other = await buildModel({ ...request, verilatorFlags: ['--x-assign', 'unique'] });
    expect(other).toMatchObject({ cached: false, directory: expect.not.stringMatching(first.directory) });
  });

  it('reports its steps', async () => {
    const messages: string[] = [];
    await buildModel({ ...counter(tag()), onProgress: (message) => messages.push(message) });
    expect(messages).toEqual([
      expect.stringMatching(/^translating counter with Verilator 5\.\d+$/),
      'compiling counter with -O1 (cached runtime)',
    ]);
  });

  it('builds a model once, however many processes ask for it at the same time', async () => {
    const request = counter(tag());
    const messages: string[] = [];
    const [one, two, here] = await Promise.all([
      buildElsewhere(request).ended,
      buildElsewhere(request).ended,
      buildModel({ ...request, onProgress: (message) => messages.push(message) }),
    ]);
    const said = [...messages, ...one, ...two];
    expect(said.filter((message) => message.startsWith('translating'))).toHaveLength(1);
    expect([one, two].map((lines) => lines.at(-1))).toEqual([here.library, here.library]);
    expect(await simulate(here.library)).toMatchObject({ alive: true });
    const folders = await readdir(join(cacheDir(), 'models'));
    expect(folders.filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('goes on where a process was killed in the middle of a build', async () => {
    const request = counter(tag());
    const other = buildElsewhere(request);
    await other.begun;
    other.kill();
    await other.ended;
    expect((await readdir(join(cacheDir(), 'models'))).filter((name) => name.endsWith('.lock'))).toHaveLength(
      1,
    );
    const { library, cached } = await buildModel(request);
    expect(cached).toBe(false);
    expect(await simulate(library)).toMatchObject({ alive: true });
  });

  it('builds anew when a file that a source includes by its path has changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatewright-include-'));
    const [outer, inner] = [join(folder, 'outer.vh'), join(folder, 'inner.vh')];
    await writeFile(outer, `\`include "${inner}"\n`);
    const { shim } = counter('');
    const text = `\`include "${outer}"\nmodule counter (input wire clk, input wire rst, output reg [7:0] q);
  always @(posedge clk) q <= rst ? 8'd0 : q + \`STEP;\nendmodule\n`;
    const build = async (step: number) => {
      await writeFile(inner, `\`define STEP 8'd${step}\n`);
      return (await buildModel({ top: 'counter', sources: [{ name: 'counter.v', text }], shim })).cached;
    };
    expect([await build(1), await build(2), await build(1)]).toEqual([false, false, true]);
    await rm(folder, { recursive: true });
  });

  it('compiles includes, tracing and a large model in two units', async () => {
    const lines = Array.from(
      { length: 1000 },
      (_, n) => `  reg [31:0] r${n};\n  initial r${n} = 32'd${n} + \`STEP;\n`,
    );
    const steps = lines.map((_, n) => `    r${n} <= r${n} + r${(n * 7 + 1) % lines.length};\n`);
    const { directory } = await buildModel({
      top: 'bulky',
      sources: [
        {
          name: 'bulky.v',
          text: `\`include "step.vh"\nmodule bulky (input wire clk, output wire [31:0] q);\n${lines.join('')}  always @(posedge clk) begin\n${steps.join('')}  end\n  assign q = r0;\nendmodule\n`,
        },
      ],
      includes: [{ name: 'step.vh', text: `// ${tag()}\n\`define STEP 32'd1\n` }],
      shim: '#include "Vdut.h"\n#include "Vdut___024root.h"\nextern "C" int trace() { return VM_TRACE; }\n',
      verilatorFlags: ['--trace'],
    });
    const files = await readdir(directory);
    expect(files).toEqual(expect.arrayContaining(['model-slow.cpp', 'model.cpp', 'obj', 'rtl', 'shim.cpp']));
    expect(files.filter((name) => name.endsWith('.o'))).toEqual([]);
  });
});

describe('what buildModel refuses', () => {
  it("Verilog that is wrong, with Verilator's log", async () => {
    const text = 'module wide (input wire [7:0] a, output wire [3:0] y);\n  assign y = a;\nendmodule\n';
    const error = await failure({ top: 'wide', sources: [{ name: 'wide.v', text }], shim: '' });
    expect(error.code).toBe('verilog-rejected');
    expect(error.message).toMatch(/^Verilator 5\.\d+ rejected wide:\n%Warning-WIDTH(TRUNC)?: wide\.v:2:/);
    expect(await readdir(join(cacheDir(), 'models'))).not.toContainEqual(expect.stringMatching(/^\./));
  });

  it("a shim that is wrong, with the compiler's log", async () => {
    const error = await failure({
      ...counter(tag()),
      shim: '#include "Vdut.h"\nint broken() { return nothing; }\n',
    });
    expect(error.code).toBe('compile-failed');
    expect(error.message).toContain('shim.cpp:2');
  });

  it('a source whose name leads out of the folder', async () => {
    const sources = [{ name: '../counter.v', text: '' }];
    await expect(buildModel({ ...counter(tag()), sources })).rejects.toThrow(TypeError);
  });
});
