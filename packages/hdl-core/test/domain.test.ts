// Clock domains: what a module, its children and the evaluator make of clocks and resets.

import {
  bool,
  createEvaluator,
  defineModule,
  domain,
  inDomain,
  input,
  output,
  regs,
  uint,
  when,
} from '@gatewright/hdl-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const none = z.object({});
const Counter = defineModule({
  name: 'Counter',
  params: none,
  ports: () => ({ enable: input(bool), count: output(uint(8)) }),
  build(io) {
    const { counter } = regs({ counter: uint(8) }, { counter: 3 });
    when(io.enable, () => counter.next(counter.addWrap(1)));
    io.count.set(counter);
  },
});
const low = domain('main', { clock: 'aclk', reset: { name: 'aresetn', kind: 'async', active: 'low' } });

describe('the default domain', () => {
  test('is clk and rst, or what elaborate is told', () => {
    const header = (text: string): string => text.slice(text.indexOf('module'), text.indexOf(');'));
    expect(header(Counter.elaborate().verilog()[0]!.text)).toMatch(/input +wire +clk,\n +input +wire +rst,/);
    const { text } = Counter.elaborate({}, { domain: low }).verilog()[0]!;
    expect(header(text)).toMatch(/wire +aclk,\n +input +wire +aresetn,/);
    expect(text).toContain('always @(posedge aclk or negedge aresetn) begin\n    if (!aresetn) begin');
  });

  test('an asynchronous reset acts without a clock edge, and holds through one', () => {
    const e = createEvaluator(Counter.elaborate({}, { domain: low }).top);
    e.setReset('aresetn', true);
    expect(e.get('count')).toBe(3n);
    e.set('enable', 1n);
    e.step();
    expect(e.get('count')).toBe(3n);
    e.setReset('aresetn', false);
    e.step();
    expect(e.get('count')).toBe(4n);
    e.setReset('aresetn', true);
    expect(e.get('count')).toBe(3n);
  });

  test('a synchronous reset waits for the edge', () => {
    const e = createEvaluator(Counter.elaborate().top, { initial: () => 9n });
    e.setReset('rst', true);
    expect(e.get('count')).toBe(9n);
    e.step();
    expect(e.get('count')).toBe(3n);
  });

  test('a register powers up with its initial value, whatever its reset value', () => {
    const Init = defineModule({
      name: 'Init',
      params: none,
      ports: () => ({ y: output(uint(4)), z: output(uint(4)) }),
      build(io) {
        const { a, b } = regs({ a: uint(4), b: uint(4) }, { a: 2 }, { init: { a: 7, b: 5 } });
        a.next(a.addWrap(1));
        b.next(a);
        io.y.set(a);
        io.z.set(b);
      },
    });
    const e = createEvaluator(Init.elaborate().top);
    expect([e.get('y'), e.get('z')]).toEqual([7n, 5n]);
    e.reset();
    expect([e.get('y'), e.get('z')]).toEqual([2n, 7n]);
    const { text } = Init.elaborate().verilog()[0]!;
    expect(text).toContain("  initial begin\n    a = 4'd7;\n  end\n");
    expect(text).toContain("  initial begin\n    b = 4'd5;\n  end\n");
  });
});

describe('several domains', () => {
  const fast = domain('fast', { clock: 'fast_clk', reset: { name: 'fast_rst' } });
  const Two = defineModule({
    name: 'Two',
    params: none,
    ports: () => ({ enable: input(bool), y: output(uint(8)), z: output(uint(8)) }),
    build(io) {
      const a = Counter.inst('u_slow');
      const b = inDomain(fast, () => Counter.inst('u_fast'));
      a.enable.set(io.enable);
      b.enable.set(true);
      io.y.set(a.count);
      io.z.set(b.count);
    },
  });

  test('each has its ports and its edges; the child is one module', () => {
    const circuit = Two.elaborate();
    expect(circuit.modules.map((m) => m.name)).toEqual(['Counter', 'Two']);
    expect(circuit.top.domains.map((d) => [d.domain.clock, d.resets])).toEqual([
      ['clk', true],
      ['fast_clk', true],
    ]);
    const e = createEvaluator(circuit.top);
    e.reset();
    e.set('enable', 1n);
    e.step('fast_clk');
    e.step('fast_clk');
    e.step('clk');
    expect([e.get('y'), e.get('z')]).toEqual([4n, 5n]);
    e.setReset('fast_rst', true);
    e.step();
    expect([e.get('y'), e.get('z')]).toEqual([5n, 3n]);
  });

  test('a child with another reset style is a module of its own, unless nothing in it is reset', () => {
    const mixed = domain('fast', { clock: 'fast_clk', reset: { name: 'fast_rst_n', kind: 'async' } });
    const Mixed = defineModule({
      name: 'Mixed',
      params: none,
      ports: () => ({ enable: input(bool), y: output(uint(8)), z: output(uint(8)) }),
      build(io) {
        const a = Counter.inst('u_a');
        const b = inDomain(mixed, () => Counter.inst('u_b'));
        a.enable.set(io.enable);
        b.enable.set(true);
        io.y.set(a.count);
        io.z.set(b.count);
      },
    });
    const { modules } = Mixed.elaborate();
    expect(modules.map((m) => m.name)).toEqual(['Counter', 'Counter_async_low', 'Mixed']);
    expect(modules[1]!.domains[0]!.domain).toMatchObject({
      clock: 'clk',
      reset: { name: 'rst_n', kind: 'async' },
    });
  });

  test('a domain of a child is one of the same name in the parent, or the one it is connected to', () => {
    const Inner = defineModule({
      name: 'Inner',
      params: none,
      ports: () => ({ y: output(uint(8)) }),
      build(io) {
        const { n } = inDomain(fast, () => regs({ n: uint(8) }, { n: 0 }));
        n.next(n.addWrap(1));
        io.y.set(n);
      },
    });
    const outer = (domains?: Record<string, typeof fast>) =>
      defineModule({
        name: 'Outer',
        params: none,
        ports: () => ({ y: output(uint(8)) }),
        build: (io) => io.y.set(Inner.inst('u_inner', {}, domains ? { domains } : {}).y),
      }).elaborate();
    expect(outer().top.domains.map((d) => d.domain.clock)).toEqual(['fast_clk']);
    const connected = outer({ fast: low });
    expect(connected.top.domains.map((d) => d.domain.clock)).toEqual(['aclk']);
    expect(connected.verilog().at(-1)!.text).toMatch(/\.fast_clk +\(aclk\),\n +\.fast_rst_n +\(aresetn\),/);
    expect(() => outer({ fats: low })).toThrow(/Inner has no domain `fats`[\s\S]*its domains are `fast`/);
  });
});
