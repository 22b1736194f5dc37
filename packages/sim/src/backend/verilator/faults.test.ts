// Models that fail in ways of their own: crashes, evaluations without end, Verilog and C++ that is refused. The process of
// the test goes on, and so do other models.

import type { VerilogFile } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { Counter } from '../../../test/designs.ts';
import { openDut } from '../../testbench/open-dut.ts';
import { simulate } from '../../testbench/simulate.ts';

/** The counter with a fault, for which `rewrite` puts text before `endmodule`. */
const faulty = (text: string) => ({
  rewrite: (files: VerilogFile[]) =>
    files.map((file) => ({ ...file, text: file.text.replace('endmodule', `${text}\nendmodule`) })),
});

const crash = (body: string): string => `always @(posedge clk) if (count == 8'd3) begin $c("${body}"); end`;

test.each([
  ['SIGSEGV', '*(volatile int*)8 = 1;'],
  ['SIGILL', '__builtin_trap();'],
  [
    'SIGSEGV',
    'struct R { static int r(volatile int n) { volatile char c[4096]; c[0] = n; return r(n + 1) + c[0]; } }; R::r(0);',
  ],
])('%s in a model is an error of its test', async (signal, body) => {
  const run = simulate(Counter, {}, faulty(crash(body)), async (dut, t) => {
    dut.en.poke(true);
    await t.step(100);
  });
  await expect(run).rejects.toThrow(`the model of Counter crashed (${signal}) in the C++ of Counter.v:`);
  expect(await simulate(Counter, {}, { backend: 'verilator' }, (dut) => dut.count.peek())).toBe(0n);
});

test('an evaluation that does not end is ended', async () => {
  const options = { ...faulty(crash('for (volatile int i = 0;;) i = i + 1;')), evaluationLimit: 1 };
  const run = simulate(Counter, {}, options, async (dut, t) => {
    dut.en.poke(true);
    await t.step(1_000_000);
  });
  await expect(run).rejects.toThrow('an evaluation of the model of Counter did not end within 1 s');
});

test('a long run is no evaluation without end', async () => {
  const dut = await openDut(Counter.elaborate({}), { backend: 'verilator', evaluationLimit: 1 });
  const begun = performance.now();
  await dut.run(async (ports, t) => {
    ports.en.poke(true);
    while (performance.now() - begun < 2500) await t.step(10_000_000);
    expect(ports.count.peek()).toBe(BigInt(t.cycle % 256));
  });
  dut.close();
});

test('after a fault the model says so, and closes', async () => {
  const dut = await openDut(Counter.elaborate({}), faulty(crash('abort();')));
  const run = () =>
    dut.run(async (ports, t) => {
      ports.en.poke(true);
      await t.step(10);
    });
  await expect(run()).rejects.toThrow('the model of Counter called abort()');
  await expect(run()).rejects.toThrow('the model is not usable after its fault');
  dut.close();
});

test('power-up values are 0, or random from a seed', async () => {
  const read = (powerUp: 'zero' | number) =>
    simulate(Counter, { width: 32 }, { backend: 'verilator', powerUp, reset: false }, (dut) =>
      dut.count.peek(),
    );
  expect(await read('zero')).toBe(0n);
  const [a, again, b] = [await read(7), await read(7), await read(8)];
  expect(a).toBe(again);
  expect(a).not.toBe(0n);
  expect(a).not.toBe(b);
});

test('an aborted build ends at once', async () => {
  const options = {
    ...faulty(`wire [7:0] unlikely_${process.pid}_${Date.now()};`),
    signal: AbortSignal.timeout(30),
  };
  await expect(simulate(Counter, {}, options, () => {})).rejects.toThrow(/abort|timeout/);
});

test('what Verilator refuses is shown with the TypeScript line', async () => {
  // Without its port, the output is unknown where a printed line assigns it.
  const rewrite = (files: VerilogFile[]) =>
    files.map((file) => ({ ...file, text: file.text.replace(/\bcount,/, 'other,') }));
  const refused = simulate(Counter, {}, { rewrite }, () => {});
  await expect(refused).rejects.toThrow(/Counter\.v:\d+:\d+ \(\S*test\/designs\.ts:\d+:\d+\)/);
});
