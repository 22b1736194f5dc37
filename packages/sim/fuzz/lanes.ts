// Random designs of equal lanes: the same registers and the same expressions again and again, as instances of one module
// or as vectors in one, with neighbours, conditions and constants that lanes share or not.
// Invariant: a function of the seed.

import {
  type BoolSig,
  type Circuit,
  defineModule,
  input,
  mux,
  output,
  regs,
  type SIntSig,
  sint,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { mix } from './choice.ts';

type Int = UIntSig | SIntSig;
const WIDTHS = [1, 3, 7, 8, 9, 12, 16, 17, 24, 31, 32] as const;
const LANES = [4, 5, 8, 9, 12, 16, 17, 21, 32] as const;

/** Numbers below a bound; the same from the same seed. */
type Random = (below: number) => number;
const randomOf = (seed: number): Random => {
  let state = seed;
  return (below) => {
    state = mix(state, 5);
    return state % below;
  };
};

/** What the expressions of a lane read. */
interface Lane {
  readonly own: readonly Int[];
  readonly index: number;
}

/** An integer of so many bits made of one with or without a sign. */
function fitted(x: Int, width: number, signed: boolean): Int {
  const cut = x.type.width > width ? x.trunc(width) : x.type.width < width ? x.extend(width) : x;
  if (signed === (cut.type.kind === 'sint')) return cut;
  return signed ? cut.asSInt() : cut.asUInt();
}

/** An expression over what a lane reads, at most 32 bits wide. */
function expression(random: Random, lane: Lane, depth: number): Int {
  if (depth === 0 || random(9) === 0) return lane.own[random(lane.own.length)]!;
  const a = expression(random, lane, depth - 1);
  const signed = a.type.kind === 'sint';
  const width = Math.min(32, Math.max(a.type.width, [8, 12, 16, 32][random(4)]!));
  const b = fitted(expression(random, lane, depth - 1), width, signed);
  const wide = fitted(a, width, signed);
  // The kinds are equal by now, which the types cannot say.
  const both = wide as UIntSig;
  const other = b as UIntSig;
  const short = (x: Int): Int => (x.type.width > 32 ? x.trunc(32) : x);
  switch (random(14)) {
    case 0:
      return short(both.add(other));
    case 1:
      return short(both.sub(other));
    case 2:
      return both.addWrap(other);
    case 3:
      return short(both.mul(other));
    case 4:
      return short((fitted(both, 8, signed) as UIntSig).mul(fitted(other, 8, signed) as UIntSig));
    case 5:
      return both.and(other);
    case 6:
      return both.or(other);
    case 7:
      return both.xor(other);
    case 8:
      return both.not();
    case 9:
      return fitted(both, width, signed).shr(random(width));
    case 10:
      return short(both.shl(1 + random(9)));
    case 11:
      return mux(condition(random, lane, depth - 1), both, other);
    case 12:
      return fitted(both, [4, 8, 16][random(3)]!, !signed);
    default:
      return fitted(both.bits(Math.min(width, 5 + random(9)) - 1, random(4)), 8 + random(9), signed);
  }
}

function condition(random: Random, lane: Lane, depth: number): BoolSig {
  const a = expression(random, lane, depth) as UIntSig;
  const b = fitted(expression(random, lane, depth), a.type.width, (a as Int).type.kind === 'sint') as UIntSig;
  switch (random(8)) {
    case 0:
      return a.lt(b);
    case 1:
      return a.le(b);
    case 2:
      return a.eq(b);
    case 3:
      return a.ne(b).and(condition(random, lane, 0));
    case 4:
      return a.any();
    case 5:
      return a.gt(b).or(a.bit(0));
    case 6:
      return (fitted(a, 8, false) as UIntSig).eq(lane.index);
    default:
      return a.bit(0);
  }
}

/** Next values of a lane's registers. */
function drive(seed: number, lane: Lane, registers: readonly RegOf[], enable: BoolSig): void {
  const random = randomOf(seed);
  for (const { width, signed, next } of registers) {
    const value = fitted(expression(random, lane, 3), width, signed);
    const how = random(4);
    if (how === 0) next(value);
    else when(how === 1 ? enable : how === 2 ? condition(random, lane, 1) : enable.not(), () => next(value));
  }
}
interface RegOf {
  readonly width: number;
  readonly signed: boolean;
  readonly next: (value: Int) => void;
}

/** A reset value. */
const initial = ({ signed }: { readonly signed: boolean }, k: number): number => (signed ? -(k % 2) : k % 2);

export function lanesOf(seed: number): Circuit {
  const random = randomOf(seed);
  const count = LANES[random(LANES.length)]!;
  const forms = Array.from({ length: 1 + random(3) }, () => ({
    width: WIDTHS[random(WIDTHS.length)]!,
    signed: random(2) === 0,
  }));
  const typeOf = ({ width, signed }: (typeof forms)[number]) => (signed ? sint(width) : uint(width));
  const none = z.object({});
  const inputs = { common: input(sint(9)), enable: input(uint(1)), own: input(vec(count, uint(8))) };
  const outputs = Object.fromEntries(forms.map((f, i) => [`out${i}`, output(vec(count, typeOf(f)))]));
  const types = Object.fromEntries(forms.map((f, i) => [`r${i}`, typeOf(f)]));
  const resets = Object.fromEntries(forms.map((f, i) => [`r${i}`, initial(f, i)]));
  type Any = Record<string, { next(v: unknown): void; set(v: unknown): void } & Int & { at(i: number): Int }>;

  const ofVectors = defineModule({
    name: 'Lanes',
    params: none,
    ports: () => ({ ...inputs, ...outputs }),
    build(io) {
      const lanes = Array.from({ length: count }, (_, i) => i);
      const vectors = regs(
        Object.fromEntries(forms.map((f, k) => [`r${k}`, vec(count, typeOf(f))])),
        Object.fromEntries(forms.map((f, k) => [`r${k}`, lanes.map(() => initial(f, k))])) as never,
      ) as unknown as Any;
      const of = (k: number, i: number): Int => vectors[`r${k}`]!.at((i + count) % count);
      for (const i of lanes) {
        const own = [...forms.flatMap((_, k) => [of(k, i), of(k, i - 1)]), io.own.at(i), io.common, of(0, 0)];
        const registers = forms.map((f, k) => ({
          ...f,
          next: (value: Int) => (of(k, i) as unknown as { next(v: Int): void }).next(value),
        }));
        drive(mix(seed, 3), { own, index: i }, registers, io.enable.bit(0));
      }
      forms.forEach((_, k) => {
        (io as unknown as Any)[`out${k}`]!.set(vectors[`r${k}`]);
      });
    },
  });

  const cell = defineModule({
    name: 'Lane',
    params: z.object({ index: z.int().default(0) }),
    ports: () => ({
      common: input(sint(9)),
      enable: input(uint(1)),
      own: input(uint(8)),
      ...Object.fromEntries(forms.map((f, k) => [`before${k}`, input(typeOf(f))])),
      ...Object.fromEntries(forms.map((f, k) => [`out${k}`, output(typeOf(f))])),
    }),
    build(io) {
      const own = regs(types, resets as never) as unknown as Any;
      const ports = io as unknown as Any;
      const reads = forms.flatMap((_, k): Int[] => [own[`r${k}`]!, ports[`before${k}`]!]);
      const registers = forms.map((f, k) => ({ ...f, next: (value: Int) => own[`r${k}`]!.next(value) }));
      drive(mix(seed, 3), { own: [...reads, io.own, io.common], index: 3 }, registers, io.enable.bit(0));
      forms.forEach((_, k) => {
        ports[`out${k}`]!.set(own[`r${k}`]);
      });
    },
  });
  const ofInstances = defineModule({
    name: 'Cells',
    params: none,
    ports: () => ({ ...inputs, ...outputs }),
    build(io) {
      const cells = Array.from({ length: count }, (_, i) => cell.inst(`cell_${i}`) as unknown as Any);
      cells.forEach((c, i) => {
        c.common!.set(io.common);
        c.enable!.set(io.enable);
        c.own!.set(io.own.at(i));
        for (const k of forms.keys()) c[`before${k}`]!.set(cells[(i + count - 1) % count]![`out${k}`]);
      });
      for (const k of forms.keys()) (io as unknown as Any)[`out${k}`]!.set(cells.map((c) => c[`out${k}`]));
    },
  });
  return (random(2) === 0 ? ofVectors.elaborate() : ofInstances.elaborate()) as unknown as Circuit;
}
