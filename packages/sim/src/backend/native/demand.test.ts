// Bits that are 0 or that nobody looks at: which operators are left. What they compute is fuzz/native.test.ts's.

import { expect, test } from 'vitest';
import { withoutIdleBits } from './demand.ts';
import type { Effect } from './effect.ts';
import { Op } from './opcode.ts';
import { type Word, WordGraph } from './word-graph.ts';

const graph = () => {
  const g = new WordGraph();
  return { g, a: g.load(Op.load32, 8), b: g.load(Op.load32x8u, 12) };
};
const stored = (g: WordGraph, op: number, value: Word): Word => {
  const effect: Effect = { kind: 'store', op, address: 0, value };
  return withoutIdleBits(g, [[effect]] as const)[0][0]!.value;
};

test('a mask goes where the bits that it clears are 0', () => {
  const { g, a, b } = graph();
  expect(g.binary(Op.and32, b, g.const32(0xff))).toBe(b);
  const masked = g.binary(Op.and32, a, g.const32(0xfff));
  expect(g.binary(Op.and32, masked, g.const32(0xff))).toBe(g.binary(Op.and32, a, g.const32(0xff)));
  const sum = g.binary(Op.add32, b, b);
  expect(g.binary(Op.and32, sum, g.const32(0x1ff))).toBe(sum);
  expect(g.binary(Op.and32, sum, g.const32(0xff))).not.toBe(sum);
});

test('a sign is loaded with the byte, and a byte without one is not extended', () => {
  const { g, b } = graph();
  expect(g.unary(Op.extend8, b)).toBe(g.load(Op.load32x8s, 12));
  const half = g.binary(Op.shrU32, b, g.const32(1));
  expect(g.unary(Op.extend8, half)).toBe(half);
});

test('a mask goes where the bits that it clears are not stored, also below a sum', () => {
  const { g, a, b } = graph();
  const masked = g.binary(Op.and32, a, g.const32(0xfff));
  const sum = g.binary(Op.add32, masked, b);
  expect(stored(g, Op.store32x8, sum)).toBe(sum);
  expect([g.x[sum], g.y[sum]]).toEqual([a, b]);
});

test('a mask stays where one user looks at what it clears', () => {
  const { g, a, b } = graph();
  const masked = g.binary(Op.and32, a, g.const32(0xfff));
  const shifted = g.binary(Op.shrU32, masked, g.const32(5));
  const sum = g.binary(Op.add32, masked, b);
  expect(stored(g, Op.store32x8, g.binary(Op.xor32, shifted, sum))).not.toBe(a);
  expect(g.x[shifted]).toBe(masked);
});

test('a sign extension by two shifts goes with the sign', () => {
  const { g, a } = graph();
  const by = g.const32(20);
  const signed = g.binary(Op.shrS32, g.binary(Op.shl32, a, by), by);
  expect(stored(g, Op.store32x8, signed)).toBe(a);
  expect(stored(g, Op.store32x16, signed)).toBe(signed);
});
