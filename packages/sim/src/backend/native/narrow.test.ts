// Arithmetic in fewer bits: which operators are left, by the graph that remains. What they compute is fuzz/native.test.ts's.

import { expect, test } from 'vitest';
import { Op } from './opcode.ts';
import { WordGraph } from './word-graph.ts';

const graph = () => {
  const g = new WordGraph();
  return { g, a: g.load(Op.load32, 8), b: g.load(Op.load32x8u, 12) };
};

test('the low half of a 64-bit sum is a 32-bit sum', () => {
  const { g, a, b } = graph();
  const sum = g.binary(Op.add64, g.unary(Op.extendS, a), g.unary(Op.extendU, b));
  expect(g.unary(Op.wrap64, sum)).toBe(g.binary(Op.add32, a, b));
});

test('a division keeps its width, and what is shared stays shared', () => {
  const { g, a, b } = graph();
  const ratio = g.binary(Op.divS64, g.unary(Op.extendS, a), g.unary(Op.extendS, b));
  expect(g.op[g.unary(Op.wrap64, ratio)]).toBe(Op.wrap64);
  let deep = g.unary(Op.extendS, a);
  for (let i = 0; i < 5000; i++) deep = g.binary(Op.add64, deep, deep);
  const before = g.count;
  const low = g.unary(Op.wrap64, deep);
  expect(g.count - before).toBeLessThan(120);
  expect(g.long[low]).toBe(0);
});
