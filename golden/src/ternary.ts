// Ternary weights (MatMul-free language models, arXiv 2406.02528; related-unit specification 5 [R]): codes, quantiser, dot product.
// Invariant: a code is 0b00 for 0, 0b01 for +1, 0b11 for -1; 0b10 stands for nothing and is refused.

import { FP16 } from './float-format.ts';
import { floatRounder } from './float-rounder.ts';
import { checkIntegers } from './integer-format.ts';
import { roundHalfEven } from './round-half-even.ts';

/** Code of a ternary weight. Throws RangeError unless it is -1, 0 or 1. */
export function ternaryCode(weight: number): number {
  if (weight !== 0 && weight !== 1 && weight !== -1)
    throw new RangeError(`ternary weight is ${weight}: need -1, 0 or 1`);
  return weight & 3;
}

/** Weight of a code. Throws RangeError for 0b10. */
export function ternaryWeight(code: number): number {
  if (code !== 0 && code !== 1 && code !== 3) throw new RangeError(`ternary code is ${code}: need 0, 1 or 3`);
  return code === 3 ? -1 : code;
}

/** SUM x * t of INT8 activations and ternary codes, exact. Throws RangeError naming the first element at fault. */
export function ternaryDot(x: readonly number[], codes: readonly number[]): number {
  if (x.length !== codes.length)
    throw new RangeError(`${codes.length} ternary codes for ${x.length} activations`);
  checkIntegers({ bits: 8, signed: true }, x, 'x');
  return x.reduce((sum, value, k) => sum + value * ternaryWeight(codes[k]!), 0);
}

/**
 * Codes of the weights of one tensor as -1, 0 and 1, clamp(round(w / scale)), and the scale mean(|w|), rounded to FP16 first.
 * All zero gives scale 0. Throws RangeError for a weight that is not finite, by index.
 */
export function quantiseTernary(weights: Float32Array): {
  readonly codes: Uint8Array;
  readonly scale: number;
} {
  const bad = weights.findIndex((w) => !Number.isFinite(w));
  if (bad >= 0) throw new RangeError(`weights[${bad}] is ${weights[bad]}: need finite`);
  const mean = weights.reduce((sum, w) => sum + Math.abs(w), 0) / Math.max(weights.length, 1);
  const scale = floatRounder(FP16)(mean);
  const codes = Uint8Array.from(weights, (w) =>
    ternaryCode(scale === 0 ? 0 : Math.max(-1, Math.min(1, roundHalfEven(w / scale))) + 0),
  );
  return { codes, scale };
}

/** Two's complement bits of a sum of `depth` products: 20 at 2048, because -1 * -128 sums to +2^18. */
export const ternarySumBits = (depth: number): number => (128n * BigInt(depth)).toString(2).length + 1;
