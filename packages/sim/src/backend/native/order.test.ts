// How many registers are overwritten before their last reader, which costs a copy each. What is stored is the fuzz's.

import { expect, test } from 'vitest';
import type { StoreEffect } from './effect.ts';
import { Op } from './opcode.ts';
import { orderEffects } from './order.ts';
import { WordGraph } from './word-graph.ts';

/** Registers of which each takes the sum of some; `kept`: those that are stored before a reader. */
function keptOf(sources: readonly (readonly number[])[]): number[] {
  const g = new WordGraph();
  const register = (i: number): number => g.load(Op.load32, 4 * i);
  const stores = sources.map((from, i): StoreEffect => {
    const value = from.map(register).reduce((x, y) => g.binary(Op.add32, x, y));
    return { kind: 'store', op: Op.store32, address: 4 * i, value };
  });
  const order = orderEffects(g, stores).map((e) => (e.kind === 'store' ? e.address / 4 : -1));
  expect([...order].sort((a, b) => a - b)).toEqual(sources.map((_, i) => i));
  return order.filter((r, at) => order.slice(at + 1).some((later) => sources[later]!.includes(r)));
}

test('a pipeline is stored from its end, whatever the order of its declarations', () => {
  const stages = 50;
  const forward = Array.from({ length: stages }, (_, i) => [Math.max(0, i - 1)]);
  const backward = Array.from({ length: stages }, (_, i) => [Math.min(stages - 1, i + 1)]);
  expect(keptOf(forward)).toEqual([]);
  expect(keptOf(backward)).toEqual([]);
});

test('a ring keeps one value', () => {
  expect(keptOf(Array.from({ length: 20 }, (_, i) => [(i + 1) % 20]))).toHaveLength(1);
});

test('rings that meet in one register keep that one', () => {
  // Each of 1 to 20 is read by 0 and reads it.
  const others = Array.from({ length: 20 }, (_, i) => i + 1);
  expect(keptOf([others, ...others.map(() => [0])])).toEqual([0]);
});

test('a register that reads itself keeps nothing', () => {
  expect(keptOf([[0, 1], [1]])).toEqual([]);
});
