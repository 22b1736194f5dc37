// Warnings: named, scoped to modules, silenced or promoted; and `unused` for what is intended.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  bool,
  bundle,
  defineModule,
  input,
  output,
  parseWarningRule,
  uint,
  unused,
  type WarningRule,
} from '../src/index.ts';

const Inner = defineModule({
  name: 'Inner',
  params: z.object({}),
  ports: () => ({ a: input(bool), spare: input(bool), y: output(bool) }),
  build: (io) => io.y.set(io.a),
});
const Outer = defineModule({
  name: 'Outer',
  params: z.object({}),
  ports: () => ({ a: input(bool), idle: input(bool), y: output(bool) }),
  build(io) {
    const inner = Inner.inst('u_inner');
    inner.a.set(io.a);
    inner.spare.set(io.a);
    io.y.set(inner.y);
  },
});
const warned = (...rules: string[]): string[] =>
  Outer.elaborate({}, { warnings: rules.map(parseWarningRule) }).warnings.map(
    (w) => `${w.module}: ${w.message}`,
  );

const spare = 'Inner: the input `spare` is never read';
const idle = 'Outer: the input `idle` is never read';

describe('rules', () => {
  test('a warning can be off, everywhere or in some modules', () => {
    expect(warned()).toEqual([spare, idle]);
    expect(warned('E18:off')).toEqual([]);
    expect(warned('E18:off@In*')).toEqual([idle]);
    expect(warned('E18:off@*n*')).toEqual([idle]);
    expect(warned('E18:off', 'E18:warning@Outer')).toEqual([idle]);
  });

  test('a warning can be an error', () => {
    expect(() => warned('E18:error@Outer')).toThrow(/^error\[E18\]: the input `idle` is never read/);
  });

  test.each([
    ['E18', '`E18` is no rule for warnings: write code:off, code:warning or code:error, then @module'],
    ['E18:on', '`E18:on` is no rule for warnings: write code:off, code:warning or code:error, then @module'],
    ['E03:off', /^E03 is an error, which no rule changes: the warnings are .*E18/],
    ['E99:off', /^E99 is no diagnostic: the warnings are .*E18/],
  ])('%s is refused', (text, message) => {
    expect(() => parseWarningRule(text)).toThrow(message);
    const rule: WarningRule = { code: 'E03', action: 'off' };
    expect(() => Outer.elaborate({}, { warnings: [rule] })).toThrow(RangeError);
  });
});

test('unused(…) says that nothing reads a signal, or a whole aggregate, and means it', () => {
  const M = defineModule({
    name: 'M',
    params: z.object({}),
    ports: () => ({ a: input(bundle({ x: bool, tag: uint(4) })), b: input(uint(2)), y: output(bool) }),
    build(io) {
      io.y.set(io.a.x);
      unused(io.a.tag, io.b);
    },
  });
  expect(M.elaborate().warnings).toEqual([]);
});
