// What a float MixPE lane is fed with to verify it: every activation code, every weight code, long and cancelling groups, scale
// corners, zero points, and random dot products.
// Invariant: transactions only; expected values come from the golden model, never from here.

import { floatWidth } from '@gatewright/parts';
import fc from 'fast-check';
import { weightRange } from '../mixpe/params.ts';
import { activationFormat, type FloatLaneParams } from './params.ts';

export interface FloatBeat {
  readonly x: number;
  readonly q: number;
  readonly last: boolean;
}
export interface FloatLaneInputs {
  readonly in: readonly FloatBeat[];
  readonly group: readonly { readonly scale: number; readonly zero: number }[];
}
/** One dot product: K activation codes and weight codes, and the constants of its groups. */
export interface FloatDot {
  readonly x: readonly number[];
  readonly q: readonly number[];
  readonly groups: FloatLaneInputs['group'];
}

const ONE = 0x3c00;
const SCALES = [0, 1, 0x3ff, 0x400, ONE, ONE + 1, 0x7bff].flatMap((s) => [s, s | 0x8000]);

/** The streams that compute `dots`, one after the other. */
export const floatLaneInputs = (dots: readonly FloatDot[]): FloatLaneInputs => ({
  in: dots.flatMap(({ x, q }) => x.map((code, k) => ({ x: code, q: q[k]!, last: k === x.length - 1 }))),
  group: dots.flatMap((d) => d.groups),
});

/** Every finite code of the activation's format. */
export function finiteCodes(p: FloatLaneParams): number[] {
  const format = activationFormat(p);
  const sign = 2 ** (floatWidth(format) - 1);
  const finite = sign - 2 ** format.mantissaBits;
  return Array.from({ length: 2 * finite }, (_, i) => (i < finite ? i : sign + i - finite));
}
const weightCodes = (p: FloatLaneParams): number[] => {
  const { min, max } = weightRange(p);
  return Array.from({ length: max - min + 1 }, (_, i) => min + i);
};
const zeros = (p: FloatLaneParams): number[] =>
  p.zeroPoint === 'group' ? [weightRange(p).min, 0, weightRange(p).max] : [0];

/** Each pair alone in a dot product with scale 1, so that the result is the product. */
export const pairs = (list: Iterable<readonly [x: number, q: number]>, zero = 0): FloatLaneInputs =>
  floatLaneInputs(Array.from(list, ([x, q]) => ({ x: [x], q: [q], groups: [{ scale: ONE, zero }] })));

/** Every `step`-th finite activation, each with the next weight code in turn. */
export function everyActivation(p: FloatLaneParams, step: number): FloatLaneInputs {
  const codes = weightCodes(p);
  return pairs(
    finiteCodes(p).flatMap((x, i) =>
      i % step === 0 ? [[x, codes[(i / step) % codes.length]!] as const] : [],
    ),
  );
}

/** Codes at which the circuit does something else: zeros, the ends of subnormals and normals, both neighbours of powers of two. */
export function cornerCodes(p: FloatLaneParams): number[] {
  const { mantissaBits, exponentBits } = activationFormat(p);
  const hidden = 2 ** mantissaBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  const largest = (2 ** exponentBits - 1) * hidden - 1;
  const codes = [0, 1, 2, 3, hidden / 2, hidden - 1, hidden, hidden + 1, 2 * hidden - 1, bias * hidden - 1];
  codes.push(bias * hidden, bias * hidden + 1, (bias + 8) * hidden + 5, largest - 1, largest);
  return codes.flatMap((c) => [c, c + (largest + 1 + hidden)]);
}

/** Every corner activation with every weight code. */
export const cornerPairs = (p: FloatLaneParams): FloatLaneInputs =>
  pairs(cornerCodes(p).flatMap((x) => weightCodes(p).map((q) => [x, q] as const)));

/** Groups in which a first product meets a second of any size and sign: alignments, cancellations, rounding ties. */
export function meetings(p: FloatLaneParams): FloatLaneInputs {
  const weights = [weightRange(p).min, 1, weightRange(p).max];
  const codes = cornerCodes(p);
  const zero = zeros(p).at(-1)!;
  const dots = codes.flatMap((a, i) =>
    codes.map((b, j) => {
      const q = [weights[(i + j) % 3]!, weights[(i + 2 * j + 1) % 3]!];
      return {
        x: [a, b],
        q,
        groups: [a, b].slice(0, Math.ceil(2 / p.groupSize)).map(() => ({ scale: ONE, zero })),
      };
    }),
  );
  return floatLaneInputs(dots);
}

/** Full groups of the largest operands, back to back and short after full. */
export function extremes(p: FloatLaneParams): FloatLaneInputs {
  const { mantissaBits, exponentBits } = activationFormat(p);
  const largest = (2 ** exponentBits - 1) * 2 ** mantissaBits - 1;
  const sign = 2 ** (exponentBits + mantissaBits);
  const dots: FloatDot[] = [];
  for (const x of [largest, largest + sign])
    for (const q of [weightRange(p).min, weightRange(p).max])
      for (const zero of zeros(p))
        for (const k of [p.groupSize, 2 * p.groupSize, p.groupSize + 1])
          dots.push({
            x: new Array<number>(k).fill(x),
            q: new Array<number>(k).fill(q),
            groups: Array.from({ length: Math.ceil(k / p.groupSize) }, () => ({ scale: ONE, zero })),
          });
  return floatLaneInputs(dots);
}

/** Pairs of groups with scales at the ends of FP16. */
export function scaleCorners(p: FloatLaneParams): FloatLaneInputs {
  const codes = cornerCodes(p);
  const dots = SCALES.flatMap((first, i) =>
    SCALES.map((second, j) => ({
      x: Array.from({ length: p.groupSize + 1 }, (_, k) => codes[(i + j + k) % codes.length]!),
      q: Array.from({ length: p.groupSize + 1 }, (_, k) => (k % 2 ? weightRange(p).min : weightRange(p).max)),
      groups: [first, second].map((scale, g) => ({ scale, zero: zeros(p)[g % zeros(p).length]! })),
    })),
  );
  return floatLaneInputs(dots);
}

/** Random dot products of up to three groups, of activations near one another or anywhere. */
export function randomFloatDots(p: FloatLaneParams): fc.Arbitrary<FloatLaneInputs> {
  const { min, max } = weightRange(p);
  const { mantissaBits, exponentBits } = activationFormat(p);
  const sign = 2 ** (exponentBits + mantissaBits);
  const hidden = 2 ** mantissaBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  const magnitude = fc.oneof(
    fc.integer({ min: 0, max: (2 ** exponentBits - 1) * hidden - 1 }),
    fc.integer({ min: (bias - 3) * hidden, max: (bias + 3) * hidden }),
  );
  const x = fc.tuple(fc.boolean(), magnitude).map(([negative, m]) => (negative ? m + sign : m));
  const scale = fc
    .tuple(fc.boolean(), fc.integer({ min: 0, max: 0x7bff }))
    .map(([negative, m]) => (negative ? m | 0x8000 : m));
  const zero = p.zeroPoint === 'group' ? fc.integer({ min, max }) : fc.constant(0);
  const dot = fc.integer({ min: 1, max: Math.min(3 * p.groupSize, 200) }).chain((k) => {
    const list = <T>(of: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
      fc.array(of, { minLength: length, maxLength: length, size: 'max' });
    return fc.record({
      x: list(x, k),
      q: list(fc.integer({ min, max }), k),
      groups: list(fc.record({ scale, zero }), Math.ceil(k / p.groupSize)),
    });
  });
  return fc.array(dot, { minLength: 1, maxLength: 8 }).map(floatLaneInputs);
}
