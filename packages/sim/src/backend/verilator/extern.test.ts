// Modules written in Verilog, and the C++ that they bring along, going wrong: one error each, with the line of this file. The
// process of the test goes on.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineModule, domain, externModule, input, output, uint } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../../testbench/simulate.ts';

/** A design around a module `Ext` of this Verilog, with ports clk, a and y. */
function around(verilog: string) {
  const Ext = externModule({
    name: 'Ext',
    params: z.object({}),
    ports: () => ({ a: input(uint(8)), y: output(uint(8)) }),
    domains: [domain('main', { clock: 'clk' })],
    verilog,
  });
  return defineModule({
    name: 'Top',
    params: z.object({}),
    ports: () => ({ a: input(uint(8)), y: output(uint(8)) }),
    build(io) {
      const ext = Ext.inst('ext');
      ext.a.set(io.a);
      io.y.set(ext.y);
    },
  });
}
const head = 'module Ext(input wire clk, input wire [7:0] a, output reg [7:0] y);\n';
const withBody = (body: string) => around(`${head}${body}\nendmodule\n`);
const runOf = (design: ReturnType<typeof around>) =>
  simulate(design, {}, { backend: 'verilator', reset: false, evaluationLimit: 1 }, async (dut, t) => {
    dut.a.poke(3);
    await t.step(3);
    return dut.y.peek();
  });
/** What is said of a design, without the cycles and the compiler's own words. */
async function said(design: ReturnType<typeof around>): Promise<string> {
  const error = await runOf(design).then(
    (value) => new Error(`no error, but y = ${value}`),
    (reason: Error) => reason,
  );
  return error.message.split('\n\n')[0]!.replaceAll(/extern\.test\.ts:\d+(:\d+)?/g, 'extern.test.ts');
}
const HERE = 'src/backend/verilator/extern.test.ts';
const each = (statement: string): string => `always @(posedge clk) begin y <= a; ${statement} end`;

test.each([
  ['exit(0)', 'exit(0);'],
  ['exit(3)', 'std::exit(3);'],
  ['_exit(0)', '_exit(0);'],
  ['_Exit(0)', '_Exit(0);'],
  ['quick_exit(0)', 'quick_exit(0);'],
  ['abort()', 'abort();'],
  ['pthread_exit()', 'pthread_exit(nullptr);'],
])('%s in the C++ of a module is an error of its test', async (call, body) => {
  expect(await said(withBody(each(`if (a == 3) $c("${body}");`)))).toBe(
    `the model of Top called ${call} in the C++ of Ext.v:2 (${HERE}); a model must not end the process of its test: ` +
      'let it return, or stop the run with $finish or $fatal',
  );
});

test.each([
  ['crashed (SIGSEGV) in', '*(volatile int*)8 = 1;'],
  ['crashed (SIGABRT) in', 'raise(SIGABRT);'],
  ['threw an exception: too bad in', 'throw std::runtime_error{\\"too bad\\"};'],
  ['threw an exception in', 'throw 7;'],
])('a model that %s its C++', async (what, body) => {
  const headers = '`systemc_imp_header\n#include <csignal>\n#include <stdexcept>\n`verilog\n';
  const design = withBody(`${headers}${each(`$c("${body}");`)}`);
  expect(await said(design)).toMatch(
    new RegExp(`^the model of Top ${what.replace(/[()]/g, '\\$&')} the C\\+\\+ of Ext\\.v:`),
  );
});

test('C++ without end', async () => {
  expect(await said(withBody(each('$c("for (volatile int i = 0;;) i = i + 1;");')))).toBe(
    `an evaluation of the model of Top did not end within 1 s; it runs the C++ of Ext.v:2 (${HERE}); ` +
      'the option evaluationLimit lets it take longer',
  );
});

test('functions of C: imported, defined, not defined', async () => {
  const call =
    'import "DPI-C" function int next_of(input int a);\nalways @(posedge clk) y <= 8\'(next_of(32\'(a)));';
  const defined = '`systemc_implementation\nextern "C" int next_of(int a) { return a + 1; }\n`verilog\n';
  expect(await runOf(withBody(`${defined}${call}`))).toBe(4n);
  expect(await said(withBody(call))).toBe(
    `Ext.v:2 (${HERE}) uses the C function next_of, which nothing defines`,
  );
  expect(
    await said(withBody(`import "DPI-C" function void exit(input int code);\n${each('exit(0);')}`)),
  ).toMatch(/^the model of Top called exit\(0\) in the C\+\+ of Ext\.v:2/);
});

test('C++ that does not compile', async () => {
  const section = '`systemc_implementation\nint two() { return zwei; }\n`verilog\n';
  const message = await said(withBody(`${section}${each('$c("two();");')}`));
  expect(message).toMatch(/^the C\+\+ of Ext\.v:3 \(\S*extern\.test\.ts\) in Top does not compile:\n/);
  expect(message).toContain('zwei');
});

test('Verilog that is refused', async () => {
  expect(await said(withBody('always @(posedge clk) y <= a a;'))).toContain(
    `%Error: Ext.v:2:30 (${HERE}): syntax error, unexpected IDENTIFIER\n`,
  );
  const loop = await said(withBody("wire q; assign q = ~q | a[7]; always @(posedge clk) y <= {7'd0, q};"));
  expect(loop).toContain(
    `Ext.v:2:6 (${HERE}): Signal unoptimizable: Circular combinational logic: 'Top.ext.q'`,
  );
});

test('logic that does not settle: its signals', async () => {
  const quiet = '/* verilator lint_off UNOPTFLAT */';
  const self = `${quiet} wire q;\nassign q = ~q | a[7];\nalways @(posedge clk) y <= {7'd0, q};`;
  expect(await said(withBody(self))).toBe(
    `the combinational logic of Top does not settle: ext.q at Ext.v:2 (${HERE}) depends on itself; break the loop with a register`,
  );
});

test.each([
  ['$finish;', '$finish'],
  ['$stop;', '$stop'],
  ['$fatal(1, "a is %0d", a);', 'Assertion failed in Top.ext: a is 3'],
  ['$error("a is %0d", a);', 'Assertion failed in Top.ext: a is 3'],
  ['assert (a != 3);', "Assertion failed in Top.ext: 'assert' failed."],
  ['assert (a != 3) else $error("a is %0d", a);', 'Assertion failed in Top.ext: a is 3'],
])('%s stops with its place', async (statement, text) => {
  expect(await said(withBody(each(statement)))).toBe(`Ext.v:2 (${HERE}): ${text}`);
});

test('Verilog written out in a file of TypeScript is shown by its own line there', async () => {
  const design = around(`
module Ext(input wire clk, input wire [7:0] a, output reg [7:0] y);
  always @(posedge clk) y <= a;
  always @(posedge clk) if (a == 3) $fatal(1, "three");
endmodule
`);
  const error = await runOf(design).catch((reason: Error) => reason);
  const source = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');
  const line = source.findIndex((text) => text.includes('$fatal(1, "three")')) + 1;
  expect((error as Error).message).toContain(`Ext.v:4 (${HERE}:${line}): `);
});
