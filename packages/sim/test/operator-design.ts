// Every operator of the language beyond plain arithmetic, on operands of any width, and what each must give, told in
// TypeScript from the definitions: division with remainder, digits of a string, comparison. No operator is told by another.

import {
  type Bool,
  bool,
  cat,
  defineModule,
  dot,
  fsm,
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
  type Rounding,
  regs,
  requant,
  type SInt,
  sint,
  type UInt,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const bitsFor = (places: number): number => Math.max(1, Math.ceil(Math.log2(places)));
const SHIFT = 3;
const TABLE = [3, -4, 0, 7, -8, 5, 1].map(BigInt);

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

const field = (name: string): string =>
  name
    .replaceAll('-', '_')
    .replace(/([A-Z])/g, '_$1')
    .toLowerCase();

/** Operands of `width` bits; the names of the outputs are those of the operators. */
export const Operators = defineModule({
  name: 'Operators',
  params: z.object({ width: z.int().min(2).max(100), elements: z.int().min(2).max(9) }),
  ports: (p) => {
    const wide = 2 * p.width + 20;
    const outputs = <T extends UInt | SInt | Bool>(
      names: readonly string[],
      type: T,
    ): Record<string, Out<T>> => Object.fromEntries(names.map((name) => [`y_${field(name)}`, output(type)]));
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
      out[`y_${field(name)}`]!.set(s.extend(wide));
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

export interface Operands {
  readonly a: bigint;
  readonly b: bigint;
  readonly x: bigint;
  readonly y: bigint;
  readonly n: bigint;
  readonly by: bigint;
  readonly i: bigint;
  readonly t: bigint;
  readonly v: readonly bigint[];
  readonly choice: bigint;
}

/** x / d as a mathematician rounds it: the quotient below, and what the remainder says. */
function rounded(x: bigint, n: number, mode: Rounding): bigint {
  const d = 2n ** BigInt(n);
  const remainder = ((x % d) + d) % d;
  const below = (x - remainder) / d;
  if (remainder === 0n) return below;
  const isTie = 2n * remainder === d;
  const nearest = 2n * remainder > d ? below + 1n : below;
  switch (mode) {
    case 'floor':
      return below;
    case 'zero':
      return x < 0n ? below + 1n : below;
    case 'half-up':
      return isTie ? below + 1n : nearest;
    case 'half-away':
      return isTie ? (x < 0n ? below : below + 1n) : nearest;
    case 'half-even':
      return isTie ? (below % 2n === 0n ? below : below + 1n) : nearest;
  }
}

/** What every output must be, by its port name. */
export function expected(o: Operands, width: number): Record<string, bigint | boolean> {
  const [top, most, least] = [
    2n ** BigInt(width) - 1n,
    2n ** BigInt(width - 1) - 1n,
    -(2n ** BigInt(width - 1)),
  ];
  const clamp = (v: bigint, low: bigint, high: bigint): bigint => (v < low ? low : v > high ? high : v);
  const digits = o.a.toString(2).padStart(width, '0');
  const number = (text: string): bigint => BigInt(`0b0${text}`);
  const turned = (left: number): bigint => number(digits.slice(left % width) + digits.slice(0, left % width));
  const turn = Math.min(Number(o.n), width - 1);
  const first = digits.indexOf('1');
  const last = digits.lastIndexOf('1');
  const chosen = [...o.v.keys()].filter((k) => (o.choice / 2n ** BigInt(k)) % 2n === 1n);
  const low = chosen[0];
  const at = <T>(list: readonly T[], k: bigint): T => list[Math.min(Number(k), list.length - 1)]!;
  const values: Record<string, bigint | boolean> = {
    addSat: clamp(o.a + o.b, 0n, top),
    subSat: clamp(o.a - o.b, 0n, top),
    absDiff: o.a > o.b ? o.a - o.b : o.b - o.a,
    min: o.a < o.b ? o.a : o.b,
    max: o.a < o.b ? o.b : o.a,
    rotl: turned(SHIFT),
    rotr: turned(width * SHIFT - SHIFT),
    rotlBy: turned(turn),
    rotrBy: turned(width - turn),
    reverse: number([...digits].reverse().join('')),
    popCount: BigInt([...digits].filter((d) => d === '1').length),
    leadingZeros: BigInt(first < 0 ? width : first),
    trailingZeros: BigInt(first < 0 ? width : width - 1 - last),
    lowestOne: first < 0 ? 0n : 2n ** BigInt(width - 1 - last),
    bitsAt: (o.a / 2n ** o.n) % 8n,
    oneHot: 2n ** o.i,
    signedAbsDiff: o.x > o.y ? o.x - o.y : o.y - o.x,
    clipped: clamp(o.x, 0n, most),
    place: BigInt(low ?? 0),
    unsignedEven: rounded(o.a, SHIFT, 'half-even'),
    signedAddSat: clamp(o.x + o.y, least, most),
    signedSubSat: clamp(o.x - o.y, least, most),
    signedMin: o.x < o.y ? o.x : o.y,
    signedMax: o.x < o.y ? o.y : o.x,
    element: at(o.v, o.i),
    tableElement: at(TABLE, o.t),
    chosen: BigInt.asIntN(
      width,
      chosen.reduce((all, k) => all | o.v[k]!, 0n),
    ),
    urgent: low === undefined ? 0n : o.v[low]!,
    requant: clamp(rounded(o.x * o.y, SHIFT, 'half-even'), least, most),
    dynamicRequant: clamp(rounded(o.x * 5n, Number(o.by), 'half-up'), least, most),
    dot: o.x * o.y + o.y * o.y,
    matched: o.t === 0n ? o.x : o.t === 5n ? o.y : o.t === 6n ? -6n : 1n,
    bit: digits[width - 1 - Number(o.n)] === '1',
    found: low !== undefined,
  };
  for (const mode of ROUNDINGS) {
    values[`${mode}_by`] = rounded(o.x, Number(o.by), mode);
    values[`${mode}_const`] = rounded(o.x, SHIFT, mode);
  }
  // A place without a request is not told.
  if (low === undefined) delete values.place;
  return Object.fromEntries(Object.entries(values).map(([name, v]) => [`y_${field(name)}`, v]));
}

/** A small machine with a register file: `fsm`, writes and reads by index. */
export const Machine = defineModule({
  name: 'Machine',
  params: z.object({ depth: z.int().min(2).default(5) }),
  ports: (p) => ({
    go: input(bool),
    address: input(uint(bitsFor(p.depth))),
    data: input(uint(8)),
    at: output(uint(8)),
    state: output(uint(2)),
    flags: output(uint(3)),
  }),
  build(io, p) {
    const { file } = regs(
      { file: vec(p.depth, uint(8)) },
      { file: Array.from({ length: p.depth }, () => 0) },
    );
    const steps = fsm(
      'steps',
      {
        Rest: (go) => when(io.go, () => go('Write')),
        Write: (go) => {
          file.at(io.address).next(io.data);
          when(io.go.not(), () => go('Clear'));
        },
        Clear: (go) => {
          file.at(0).next(0);
          go('Rest');
        },
      },
      { init: 'Rest' },
    );
    io.at.set(file.at(io.address));
    io.state.set(cat(steps.is('Clear'), steps.is('Write')));
    io.flags.set(cat(steps.is('Rest'), steps.is('Write'), steps.is('Clear')));
  },
});
