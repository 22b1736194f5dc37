// The formats that the float tests run over, as golden and as parameters of the circuits, and their interesting codes.

import * as golden from '@gatewright/golden';

export const { FP4_E2M1, FP6_E2M3, FP6_E3M2, FP8_E4M3, FP8_E4M3_IEEE, FP8_E5M2, FP16, BF16, FP32 } = golden;
export type Format = golden.FloatFormat;

/** Of the random operands. */
const SEED = Number(process.env.GATEWRIGHT_SEED ?? 1);

/** The parameters of a circuit in this format. */
export const paramsOf = ({ exponentBits, mantissaBits, nonFinite }: Format) => ({
  exponentBits,
  mantissaBits,
  nonFinite,
});

/** The parameters of a second format, such as `sumExponentBits`. */
export const paramsOfSecond = <N extends 'sum' | 'to'>(name: N, f: Format) =>
  ({
    [`${name}ExponentBits`]: f.exponentBits,
    [`${name}MantissaBits`]: f.mantissaBits,
    [`${name}NonFinite`]: f.nonFinite,
  }) as Record<`${N}ExponentBits` | `${N}MantissaBits`, number> & Record<`${N}NonFinite`, golden.NonFinite>;

/** Codes where float circuits fail: ends of every range, both neighbours of powers of two, long runs of ones. */
export function cornerCodes(f: Format): number[] {
  const hidden = 2 ** f.mantissaBits;
  const sign = golden.signBit(f);
  const bias = golden.floatBias(f);
  const exponents = [0, 1, 2, bias - f.mantissaBits - 1, bias - 1, bias, bias + 1, bias + f.mantissaBits + 1];
  exponents.push(2 ** f.exponentBits - 2, 2 ** f.exponentBits - 1);
  const mantissas = [0, 1, 2, hidden / 2 - 1, hidden / 2, hidden / 2 + 1, hidden - 2, hidden - 1];
  const codes = exponents
    .filter((e) => e >= 0 && e < 2 ** f.exponentBits)
    .flatMap((e) => mantissas.filter((m) => m >= 0 && m < hidden).map((m) => e * hidden + m));
  return [...new Set(codes)].flatMap((c) => [c, c + sign]);
}

/** Small seeded generator (mulberry32): numbers in 0 .. 2^32 - 1. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** A random code: any, a corner, or one with an exponent near that of `near`, where sums cancel and round. */
export function randomCode(
  f: Format,
  random: () => number,
  corners: readonly number[],
  near?: number,
): number {
  const codes = 2 * golden.signBit(f);
  const pick = random() % 8;
  if (pick === 0) return corners[random() % corners.length]!;
  if (pick < 4 && near !== undefined) {
    const hidden = 2 ** f.mantissaBits;
    const exponent = Math.floor((near % golden.signBit(f)) / hidden);
    const moved = exponent + (random() % (2 * f.mantissaBits + 7)) - f.mantissaBits - 3;
    const clamped = Math.min(Math.max(moved, 0), 2 ** f.exponentBits - 1);
    const sparse = random() % 2 ? random() % hidden : ((random() & random() & random()) >>> 0) % hidden;
    return (random() % 2) * golden.signBit(f) + clamped * hidden + sparse;
  }
  return random() % codes;
}

const ROUNDINGS = [
  {},
  { flushSubnormals: true },
  { saturate: true },
  { flushSubnormals: true, saturate: true },
];
/** Formats of which every pair of operands is tried, with the options that each is tried with. */
export const SMALL_FORMATS = [
  ...[FP8_E5M2, FP8_E4M3].flatMap((f) => ROUNDINGS.map((o) => ({ f, options: o }))),
  ...[FP8_E4M3_IEEE, FP6_E3M2, FP6_E2M3, FP4_E2M1].map((f) => ({ f, options: {} })),
  { f: FP4_E2M1, options: { flushSubnormals: true } },
];

/** Every pair of corners, then random pairs of codes that interact. GATEWRIGHT_SEED seeds them, 1 by default. */
export function* cornerAndRandomPairs(
  f: Format,
  randomPairs: number,
  seed = SEED,
): Generator<[number, number]> {
  const corners = cornerCodes(f);
  const random = randomNumbers(seed);
  for (const a of corners) for (const b of corners) yield [a, b];
  for (let i = 0; i < randomPairs; i++) {
    const a = randomCode(f, random, corners);
    yield [a, randomCode(f, random, corners, a)];
  }
}

/** The same for the operands a * b + c, with c near the product. */
export function* cornerAndRandomTriples(
  factors: Format,
  sum: Format,
  randomTriples: number,
  seed = SEED,
): Generator<[number, number, number]> {
  const corners = cornerCodes(factors);
  const sumCorners = cornerCodes(sum);
  const random = randomNumbers(seed);
  const pickCorner = (from: readonly number[]) => from[random() % from.length]!;
  for (const a of corners) for (const b of corners) yield [a, b, pickCorner(sumCorners)];
  for (const c of sumCorners) for (const a of corners) yield [a, pickCorner(corners), c];
  for (let i = 0; i < randomTriples; i++) {
    const a = randomCode(factors, random, corners);
    const b = randomCode(factors, random, corners, random() % 2 ? a : undefined);
    const product = golden.floatToNumber(factors, a) * golden.floatToNumber(factors, b);
    yield [a, b, randomCode(sum, random, sumCorners, golden.numberToFloatRne(sum, product))];
  }
}
