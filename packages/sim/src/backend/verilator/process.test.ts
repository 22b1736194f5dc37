// What a model can do to its process, seen from outside: scripts that simulate without Vitest, in the main thread and in
// threads of their own.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const place = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
/** Imports, and the counter with Verilog before its `endmodule`. */
const prologue = `
const { simulate } = await import(${place('../../testbench/simulate.ts')});
const { Counter } = await import(${place('../../../test/designs.ts')});
const run = (text, body) =>
  simulate(Counter, {}, { rewrite: (files) => files.map((file) => ({ ...file, text: file.text.replace('endmodule', text + '\\nendmodule') })) }, body);
const at3 = (statement) => \`always @(posedge clk) if (count == 8'd3) \${statement}\`;
const count = async (dut, t) => {
  dut.en.poke(true);
  await t.step(10);
};
`;

/** Runs a module of JavaScript, which ends the process with code 7 if it gets to its end. */
function script(body: string) {
  const source = `${prologue}\n${body}\nprocess.exitCode = 7;`;
  const args = ['--conditions=gatewright-source', '--import', 'tsx', '--input-type=module', '-e', source];
  return spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
}

test('a script goes on after a model that called exit(0)', () => {
  const { status, stdout, stderr } = script(`
    await run(at3('$c("exit(0);");'), count).catch((error) => console.log(error.message.split('\\n')[0]));
    console.log(String(await simulate(Counter, {}, { backend: 'verilator' }, (dut) => dut.count.peek())));
  `);
  expect([status, stderr]).toEqual([7, '']);
  expect(stdout).toMatch(/^the model of Counter called exit\(0\) in the C\+\+ of Counter\.v:\d+; .*\n0\n$/);
});

test('a library that ends the process from within a model does not pass for success', () => {
  const { status, stderr } = script(`
    await run('\`systemc_imp_header\\n#include <err.h>\\n\`verilog\\n' + at3('$c("errx(0, nullptr);");'), count);
  `);
  expect(status).toBe(1);
  expect(stderr).toBe(
    'node: \nerror: a library that the model of Counter uses called exit(), which ends the process\n',
  );
});

test('a model that stops in one thread is no matter of another that runs the same one', () => {
  const { status, stdout, stderr } = script(`
    const { Worker } = await import('node:worker_threads');
    const over = new Int32Array(new SharedArrayBuffer(4));
    const thread = (body) => new Promise((resolve, reject) => {
      const tsx = '(await import(' + JSON.stringify(import.meta.resolve('tsx/esm/api')) + ')).register();';
      const threads = 'const { parentPort, workerData: { over, text } } = await import("node:worker_threads");';
      const source = tsx + threads + ${JSON.stringify(prologue)} + body;
      const workerData = { over, text: at3('begin $finish; $c("usleep(300000);"); end') };
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)), { workerData });
      worker.on('message', resolve).on('error', reject);
    });
    const stopping = 'let stops = 0; for (let i = 0; i < 5; i++) await run(text, count).catch(() => stops++);'
      + 'over[0] = 1; parentPort.postMessage(stops)';
    const sound = 'do await run(text, (dut, t) => t.step(10_000)); while (over[0] === 0); parentPort.postMessage("sound")';
    console.log(JSON.stringify(await Promise.all([thread(stopping), thread(sound)])));
  `);
  expect([status, stderr]).toEqual([7, '']);
  expect(stdout.split('\n').at(-2)).toBe('[5,"sound"]');
});
