// Expressions that count, find or pick by a value, as words: bit counts, bits at a place, elements at an index.
// Invariant: as in lower.ts, a result is held in the form of its expression.

import type { Expr } from '@gatewright/hdl-core';
import { type Lowering, limbsFor, type Value, wordOf } from './lower.ts';
import { Op, type WordType } from './opcode.ts';
import type { Word } from './word-graph.ts';

export type SelectExpr = Extract<
  Expr,
  { kind: 'popCount' | 'leadingZeros' | 'trailingZeros' | 'index' | 'bitsAt' }
>;

const KINDS: ReadonlySet<Expr['kind']> = new Set([
  'popCount',
  'leadingZeros',
  'trailingZeros',
  'index',
  'bitsAt',
]);
export const isSelect = (e: Expr): e is SelectExpr => KINDS.has(e.kind);

export function lowerSelect(l: Lowering, e: SelectExpr, args: readonly Value[]): Value {
  switch (e.kind) {
    case 'index':
      return lowerIndex(l, e, args);
    case 'bitsAt': {
      const [a] = e.args as readonly [Expr, Expr];
      const shifted: Expr = { ...a, kind: 'shrBy', args: e.args, min: 0n };
      return l.lower({ ...e, kind: 'wrap', args: [shifted] }, [l.lower(shifted, args)]);
    }
    default: {
      const [a] = e.args as readonly [Expr];
      const bits = { width: a.width, signed: false };
      const limbs = wordOf(a.width) === 'wide' ? countWide(l, e, args[0]!) : undefined;
      const type = wordOf(a.width) as WordType;
      const counted = limbs ?? countIn(l, e.kind, l.normal(l.word(args[0]!, a, type), bits), a.width);
      return l.word(counted, { width: 64, signed: false }, wordOf(e.width) as WordType);
    }
  }
}

/** A count in one word whose bits above `width` are 0; a count of zeros of nothing is `width`. */
function countIn(l: Lowering, kind: SelectExpr['kind'], x: Word, width: number): Word {
  const g = l.graph;
  const long = g.long[x] === 1;
  const number = (n: number): Word => (long ? g.const64(BigInt(n)) : g.const32(n));
  const op = (short: number, wide: number): number => (long ? wide : short);
  if (kind === 'popCount') return g.unary(op(Op.popcnt32, Op.popcnt64), x);
  if (kind === 'leadingZeros') {
    const zeros = g.unary(op(Op.clz32, Op.clz64), x);
    return g.binary(op(Op.sub32, Op.sub64), zeros, number((long ? 64 : 32) - width));
  }
  // The ones of ~x & (x - 1) are the zeros below the lowest 1 of x.
  const inverted = g.binary(op(Op.xor32, Op.xor64), x, number(-1));
  const below = g.binary(op(Op.sub32, Op.sub64), x, number(1));
  const zeros = g.binary(op(Op.and32, Op.and64), inverted, below);
  return g.unary(op(Op.popcnt32, Op.popcnt64), l.normal(zeros, { width, signed: false }));
}

function countWide(l: Lowering, e: SelectExpr, value: Value): Word {
  const g = l.graph;
  const a = e.args[0]!;
  const { width } = a;
  const limbs = l.convert(value, a, { width: 64 * limbsFor(width), signed: false }) as readonly Word[];
  const own = limbs.map((x, i) => l.normal(x, { width: Math.min(64, width - 64 * i), signed: false }));
  const sum = (n: number, x: Word): Word => g.binary(Op.add64, g.const64(BigInt(n)), x);
  if (e.kind === 'popCount')
    return own.map((x) => countIn(l, 'popCount', x, 64)).reduce((x, y) => g.binary(Op.add64, x, y));
  const isLeading = e.kind === 'leadingZeros';
  // The limb that decides comes last: the highest one for zeros above, the lowest for zeros below.
  const order = own.map((x, i) => [x, i] as const);
  if (!isLeading) order.reverse();
  let found = g.const64(BigInt(width));
  for (const [x, i] of order) {
    const offset = isLeading ? width - 64 * (i + 1) : 64 * i;
    const here = sum(offset, countIn(l, e.kind, x, 64));
    found = g.select(g.binary(Op.ne64, x, g.const64(0n)), here, found);
  }
  return found;
}

/** One selection per element, from the last one, which also stands past the end. */
function lowerIndex(l: Lowering, e: SelectExpr, args: readonly Value[]): Value {
  const g = l.graph;
  const [at, ...elements] = e.args as readonly [Expr, ...Expr[]];
  const values = elements.map((element, i) => l.convert(args[i + 1]!, element, e));
  const far =
    typeof args[0] === 'number' ? undefined : args[0]!.slice(1).reduce((x, y) => g.binary(Op.or64, x, y));
  const place = l.word(args[0]!, at, at.width <= 32 ? 32 : 64);
  const isLong = g.long[place] === 1;
  let chosen = values.at(-1)!;
  for (let i = values.length - 2; i >= 0; i--) {
    const number = isLong ? g.const64(BigInt(i)) : g.const32(i);
    let here = g.binary(isLong ? Op.eq64 : Op.eq32, place, number);
    if (far !== undefined) here = g.binary(Op.and32, here, g.binary(Op.eq64, far, g.const64(0n)));
    const value = values[i]!;
    chosen =
      typeof value === 'number'
        ? g.select(here, value, chosen as Word)
        : value.map((limb, k) => g.select(here, limb, (chosen as readonly Word[])[k]!));
  }
  return chosen;
}
