// Every operator of the language beyond plain arithmetic, on operands of any width.
// Invariant: an output per operator, named as it; what it must give stands in operator-values.ts.

import {
  type Bool,
  bool,
  defineModule,
  dot,
  input,
  literal,
  match,
  type Out,
  oneHot,
  oneHotMux,
  output,
  priorityEncode,
  priorityMux,
  ROUNDINGS,
  requant,
  type SInt,
  sint,
  type UInt,
  uint,
  vec,
  wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/** Bits of an index of so many places. */
export const bitsFor = (places: number): number => Math.max(1, Math.ceil(Math.log2(places)));
/** Of every rotation, rounding and scaling by a constant. */
export const SHIFT = 3;
/** Elements of the table that `t` reads. */
export const TABLE = [3, -4, 0, 7, -8, 5, 1].map(BigInt);

const UNSIGNED = [
  'addSat',
  'subSat',
  'absDiff',
  'min',
  'max',
  'rotl',
  'rotr',
  'rotlBy',
  'rotrBy',
  'reverse',
  'popCount',
  'leadingZeros',
  'trailingZeros',
  'lowestOne',
  'bitsAt',
  'oneHot',
  'signedAbsDiff',
  'clipped',
  'place',
  'unsignedEven',
] as const;
const SIGNED = [
  'signedAddSat',
  'signedSubSat',
  'signedMin',
  'signedMax',
  'element',
  'tableElement',
  'chosen',
  'urgent',
  'requant',
  'dynamicRequant',
  'dot',
  'matched',
] as const;
const TRUTHS = ['bit', 'found'] as const;
const ROUNDED = ROUNDINGS.flatMap((mode) => [`${mode}_by`, `${mode}_const`] as const);

/** The output of an operator. */
export const portOf = (name: string): string =>
  `y_${name
    .replaceAll('-', '_')
    .replace(/([A-Z])/g, '_$1')
    .toLowerCase()}`;

/** Operands of `width` bits; the names of the outputs are those of the operators. */
export const Operators = defineModule({
  name: 'Operators',
  params: z.object({ width: z.int().min(2).max(100), elements: z.int().min(2).max(9) }),
  ports: (p) => {
    const wide = 2 * p.width + 20;
    const outputs = <T extends UInt | SInt | Bool>(
      names: readonly string[],
      type: T,
    ): Record<string, Out<T>> => Object.fromEntries(names.map((name) => [portOf(name), output(type)]));
    return {
      a: input(uint(p.width)),
      b: input(uint(p.width)),
      x: input(sint(p.width)),
      y: input(sint(p.width)),
      n: input(uint(bitsFor(p.width))),
      by: input(uint(2)),
      i: input(uint(bitsFor(p.elements))),
      t: input(uint(3)),
      v: input(vec(p.elements, sint(p.width))),
      choice: input(uint(p.elements)),
      ...outputs(UNSIGNED, uint(wide)),
      ...outputs(SIGNED, sint(wide)),
      ...outputs(TRUTHS, bool),
      ...outputs(ROUNDED, sint(wide)),
    };
  },
  build(io, p) {
    const wide = 2 * p.width + 20;
    const out = io as unknown as Record<string, { set(s: unknown): void }>;
    const set = (name: string, s: { extend(width: number): unknown }): void =>
      out[portOf(name)]!.set(s.extend(wide));
    const turn = io.n.min(p.width - 1).trunc(bitsFor(p.width));
    const { a, b, x, y } = io;
    set('addSat', a.addSat(b));
    set('subSat', a.subSat(b));
    set('absDiff', a.absDiff(b));
    set('min', a.min(b));
    set('max', a.max(b));
    set('rotl', a.rotl(SHIFT));
    set('rotr', a.rotr(SHIFT));
    set('rotlBy', a.rotl(turn));
    set('rotrBy', a.rotr(turn));
    set('reverse', a.reverse());
    set('popCount', a.popCount());
    set('leadingZeros', a.leadingZeros());
    set('trailingZeros', a.trailingZeros());
    set('lowestOne', a.lowestOne());
    set('bitsAt', a.bitsAt(io.n, 3));
    set('oneHot', oneHot(io.i));
    set('signedAbsDiff', x.absDiff(y));
    set('clipped', x.saturate(uint(p.width - 1)));
    const { index, valid } = priorityEncode(io.choice);
    set('place', index);
    set('unsignedEven', a.round(SHIFT));
    set('signedAddSat', x.addSat(y));
    set('signedSubSat', x.subSat(y));
    set('signedMin', x.min(y));
    set('signedMax', x.max(y));
    set('element', io.v.at(io.i));
    set('tableElement', literal(TABLE, vec(TABLE.length, sint(4))).at(io.t));
    set('chosen', oneHotMux(io.choice, [...io.v]));
    const cases = io.v.map((e, k) => [io.choice.bit(k), e] as const);
    set('urgent', priorityMux(cases, literal(0, sint(1))));
    set('requant', requant(x, { scale: y, shift: SHIFT, to: sint(p.width) }));
    set('dynamicRequant', requant(x, { scale: 5, shift: io.by, round: 'half-up', to: sint(p.width) }));
    set('dot', dot([x, y], [y, y]).trunc(wide));
    const { matched } = wires({ matched: sint(wide) });
    match(io.t, {
      0: () => matched.set(x.extend(wide)),
      5: () => matched.set(y.extend(wide)),
      6: () => matched.set(-6),
      _: () => matched.set(1),
    });
    set('matched', matched);
    out.y_bit!.set(a.bit(io.n));
    out.y_found!.set(valid);
    for (const mode of ROUNDINGS) {
      set(`${mode}_by`, x.round(io.by, mode));
      set(`${mode}_const`, x.round(SHIFT, mode));
    }
  },
});
