// What a MixPE lane is fed with to verify it: every operand pair, group extremes, scale corners, and random dot products.
// Invariant: transactions only; expected values come from the golden model, never from here.

import fc from 'fast-check';
import { ACTIVATION_BITS, type LaneParams, weightRange } from './params.ts';

/** One transfer of operands. */
export interface Beat {
  readonly x: readonly number[];
  readonly q: readonly number[];
  readonly last: boolean;
}
/** One transfer of a group's constants: an FP16 code and a zero point. */
export interface GroupConstants {
  readonly scale: number;
  readonly zero: number;
}
/** The two input streams of a lane. */
export interface LaneInputs {
  readonly in: readonly Beat[];
  readonly group: readonly GroupConstants[];
}

/** One dot product: K activations and codes, and the constants of its groups. */
export interface DotProduct {
  readonly x: readonly number[];
  readonly q: readonly number[];
  readonly groups: readonly GroupConstants[];
}

const FP16_ONE = 0x3c00;
const FP16_LARGEST = 0x7bff;
const FP16_SMALLEST_NORMAL = 0x0400;
const FP16_SMALLEST_SUBNORMAL = 0x0001;
const FP16_LARGEST_SUBNORMAL = 0x03ff;
const FP16_SIGN = 0x8000;

const X_MIN = -(2 ** (ACTIVATION_BITS - 1));
const X_MAX = 2 ** (ACTIVATION_BITS - 1) - 1;

/** The streams that compute `dots`, one after the other. Lanes past the end of a dot product get x = 0, which adds nothing. */
export function laneInputs(p: LaneParams, dots: readonly DotProduct[]): LaneInputs {
  const beats: Beat[] = [];
  for (const { x, q } of dots) {
    for (let k = 0; k < x.length; k += p.lanes) {
      const lanes = <T>(values: readonly T[], padding: T): T[] =>
        Array.from({ length: p.lanes }, (_, i) => values[k + i] ?? padding);
      beats.push({ x: lanes(x, 0), q: lanes(q, 0), last: k + p.lanes >= x.length });
    }
  }
  return { in: beats, group: dots.flatMap((d) => d.groups) };
}

/** Zero points a group may carry: what the mode leaves free. */
const zeros = (p: LaneParams): { min: number; max: number } =>
  p.zeroPoint === 'group' ? weightRange(p) : { min: 0, max: 0 };
const codes = ({ min, max }: { min: number; max: number }): number[] =>
  Array.from({ length: max - min + 1 }, (_, i) => min + i);

/**
 * Every activation with every weight code, each pair alone in a dot product, so that the result is the exact product; the
 * pairs move over the lanes so that each lane sees the corners.
 */
export function allPairs(p: LaneParams): LaneInputs {
  const dots: DotProduct[] = [];
  for (const q of codes(weightRange(p))) {
    for (let x = X_MIN; x <= X_MAX; x++) dots.push(single(p, x, q, 0, (x + q) & (p.lanes - 1)));
  }
  return laneInputs(p, dots);
}

/** Every activation with every zero point: the correction term alone. */
export function allZeroPoints(p: LaneParams): LaneInputs {
  const dots: DotProduct[] = [];
  for (const zero of codes(zeros(p))) {
    for (let x = X_MIN; x <= X_MAX; x++) dots.push(single(p, x, weightRange(p).max, zero, 0));
  }
  return laneInputs(p, dots);
}

/** One pair in one lane, scale 1; the other lanes add nothing. */
function single(p: LaneParams, x: number, q: number, zero: number, lane: number): DotProduct {
  const at = <T>(value: T, rest: T): T[] =>
    Array.from({ length: p.lanes }, (_, i) => (i === lane % p.lanes ? value : rest));
  return { x: at(x, 0), q: at(q, weightRange(p).max), groups: [{ scale: FP16_ONE, zero }] };
}

/** Full groups of extreme operands: the largest and smallest sums, with extreme zero points, back to back and short. */
export function groupExtremes(p: LaneParams): LaneInputs {
  const weights = weightRange(p);
  const dots: DotProduct[] = [];
  for (const x of [X_MIN, X_MAX]) {
    for (const q of [weights.min, weights.max]) {
      for (const zero of new Set([zeros(p).min, zeros(p).max])) {
        // One group, two groups and a short one after a full one, so that nothing leaks over a boundary.
        for (const k of [p.groupSize, 2 * p.groupSize, p.groupSize + p.lanes]) {
          const groups = Math.ceil(k / p.groupSize);
          dots.push({
            x: new Array<number>(k).fill(x),
            q: new Array<number>(k).fill(q),
            groups: new Array<GroupConstants>(groups).fill({ scale: FP16_ONE, zero }),
          });
        }
      }
    }
  }
  return laneInputs(p, dots);
}

/** Scales at the ends of FP16, both signs and zero, against small, odd and extreme sums. */
export function scaleCorners(p: LaneParams): LaneInputs {
  const scales = [
    0,
    FP16_SMALLEST_SUBNORMAL,
    FP16_LARGEST_SUBNORMAL,
    FP16_SMALLEST_NORMAL,
    FP16_ONE,
    FP16_ONE + 1,
    FP16_LARGEST,
  ].flatMap((s) => [s, s | FP16_SIGN]);
  const dots: DotProduct[] = [];
  for (const first of scales) {
    for (const second of scales) {
      const x = Array.from({ length: 2 * p.groupSize }, (_, k) =>
        k % 3 === 0 ? X_MIN : k % 3 === 1 ? X_MAX : 1,
      );
      const q = x.map((_, k) => (k % 2 === 0 ? weightRange(p).max : weightRange(p).min));
      dots.push({ x, q, groups: [first, second].map((scale) => ({ scale, zero: zeros(p).max })) });
    }
  }
  return laneInputs(p, dots);
}

/**
 * Products sum * scale that lie exactly between two FP32 numbers, above even and above odd ones, of both signs: only a
 * correct ties-to-even rounding gets them all. Empty when the group is too small to reach 25 significant bits.
 */
export function roundingTies(p: LaneParams): LaneInputs {
  const dots: DotProduct[] = [];
  const found = [0, 0];
  for (let sum = 8193; sum < 16384 && Math.min(...found) < 16; sum += 2) {
    for (let significand = 1025; significand < 2048; significand += 2) {
      // Both factors are odd, so the product is a tie when it has 25 bits; its second bit tells even from odd.
      const product = sum * significand;
      if (product < 2 ** 24 || product >= 2 ** 25) continue;
      const odd = Math.floor(product / 2) % 2;
      if (found[odd]! >= 16) continue;
      const signed = found[odd]! % 2 === 0 ? sum : -sum;
      const operands = operandsFor(p, signed);
      if (!operands) return laneInputs(p, dots);
      found[odd]! += 1;
      dots.push({ ...operands, groups: [{ scale: FP16_ONE - 1024 + significand, zero: 0 }] });
    }
  }
  return laneInputs(p, dots);
}

/** Operands of one group whose corrected sum is `sum`, or undefined when the group is too small. */
function operandsFor(p: LaneParams, sum: number): { x: number[]; q: number[] } | undefined {
  const zero = p.zeroPoint === 'constant' ? p.zeroPointValue : 0;
  const { min, max } = weightRange(p);
  const far = max - zero >= zero - min ? max : min;
  const near = zero < max ? zero + 1 : zero - 1;
  const x: number[] = [];
  const q: number[] = [];
  let rest = sum;
  const take = (code: number): void => {
    const value = Math.max(-X_MAX, Math.min(X_MAX, Math.trunc(rest / (code - zero))));
    x.push(value);
    q.push(code);
    rest -= value * (code - zero);
  };
  while (Math.abs(rest) >= Math.abs(far - zero)) take(far);
  while (rest !== 0) take(near);
  return x.length <= p.groupSize ? { x, q } : undefined;
}

/** Random dot products of up to three groups, the last one short or full. */
export function randomDots(p: LaneParams): fc.Arbitrary<LaneInputs> {
  const { min, max } = weightRange(p);
  const scale = fc
    .tuple(fc.boolean(), fc.integer({ min: 0, max: FP16_LARGEST }))
    .map(([negative, magnitude]) => (negative ? magnitude | FP16_SIGN : magnitude));
  const beats = p.groupSize / p.lanes;
  const dot = fc.integer({ min: 1, max: 3 * beats }).chain((n) => {
    const k = n * p.lanes;
    const values = (low: number, high: number): fc.Arbitrary<number[]> =>
      fc.array(fc.integer({ min: low, max: high }), { minLength: k, maxLength: k, size: 'max' });
    const groups = Math.ceil(k / p.groupSize);
    return fc.record({
      x: values(X_MIN, X_MAX),
      q: values(min, max),
      groups: fc.array(fc.record({ scale, zero: fc.integer(zeros(p)) }), {
        minLength: groups,
        maxLength: groups,
      }),
    });
  });
  return fc.array(dot, { minLength: 1, maxLength: 8 }).map((dots) => laneInputs(p, dots));
}
