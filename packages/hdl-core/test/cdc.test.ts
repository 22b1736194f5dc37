// What crosses between two clocks arrives, whatever the clocks: by the evaluator, with random edges of both.

import { createEvaluator, type Evaluator } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { AsyncFifo, Board, Handover, Signals } from './constructs/crossings.ts';

/** A small generator of repeatable noise (xorshift32). */
function noise(seed: number): (below: number) => number {
  let s = seed;
  return (below) => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return (s >>> 0) % below;
  };
}

/** An edge of one clock or of both at once; `ratio` of ten edges are of the sender's clock. */
function edge(e: Evaluator, random: (below: number) => number, ratio: number): ('clk' | 'source_clk')[] {
  const which = random(10);
  const clocks: ('clk' | 'source_clk')[] =
    random(8) === 0 ? ['clk', 'source_clk'] : which < ratio ? ['source_clk'] : ['clk'];
  e.step(...clocks);
  return clocks;
}

test.each([
  ['AsyncFifo', AsyncFifo, 2],
  ['AsyncFifo', AsyncFifo, 8],
  ['Handover', Handover, 3],
  ['Handover', Handover, 7],
] as const)('%s delivers everything once and in order (%#)', (_, design, ratio) => {
  const random = noise(0x1234_5678 + ratio);
  const e = createEvaluator(design.elaborate().top, { initial: () => 0n });
  e.reset();
  const sent: bigint[] = [];
  const got: bigint[] = [];
  for (let n = 0; n < 4000; n++) {
    if (random(3)) e.set('in_valid', BigInt(random(2)));
    if (e.get('in_valid') === 0n) e.set('in_data', BigInt(random(256)));
    e.set('out_ready', BigInt(random(2)));
    const [put, take] = [e.get('in_valid') & e.get('in_ready'), e.get('out_valid') & e.get('out_ready')];
    const [data, word] = [e.get('in_data'), take ? e.get('out_data') : 0n];
    const clocks = edge(e, random, ratio);
    if (put && clocks.includes('source_clk')) {
      sent.push(data);
      e.set('in_data', BigInt(random(256)));
    }
    if (take && clocks.includes('clk')) got.push(word);
  }
  expect(got.length).toBeGreaterThan(100);
  expect(got).toEqual(sent.slice(0, got.length));
  expect(sent.length - got.length).toBeLessThanOrEqual(8);
  expect(e.poisoned.collision).toBe(0);
});

test('a full queue holds exactly its depth', () => {
  const e = createEvaluator(AsyncFifo.elaborate({ depth: 4 }).top, { initial: () => 0n });
  e.reset();
  e.set('in_valid', 1n);
  let taken = 0;
  for (let n = 0; n < 20; n++) {
    if (e.get('in_ready')) taken++;
    e.step();
  }
  expect(taken).toBe(4);
});

test('an event arrives once, a level after two edges, a count without values that were not', () => {
  const random = noise(99);
  const e = createEvaluator(Signals.elaborate().top, { initial: () => 0n });
  e.reset();
  let events = 0n;
  let last = 0n;
  for (let n = 0; n < 300; n++) {
    e.set('go', 1n);
    e.step('source_clk');
    e.set('go', 0n);
    events++;
    for (let k = random(3); k >= 0; k--) e.step('source_clk');
    for (let k = 0; k < 5; k++) {
      e.step('clk');
      const total = e.get('total');
      expect((total - last) & 15n).toBeLessThanOrEqual(1n);
      last = total;
    }
    expect(e.get('events')).toBe(events & 255n);
    expect(e.get('total')).toBe(events & 15n);
  }
  e.set('level', 1n);
  e.step('source_clk');
  expect(e.get('seen')).toBe(0n);
  e.step('clk');
  expect(e.get('seen')).toBe(0n);
  e.step('clk');
  expect(e.get('seen')).toBe(1n);
});

test('a design with Verilog inside, or with a clock of its own, is not for the evaluator', () => {
  expect(() => createEvaluator(Board.elaborate().top)).toThrow(/CLOCK_GATE is written in Verilog/);
});
