// MixPE W4A8 reference: one token against one output, bit exact (specification 1.2 and 1.6 [D]; data path [X]).
//   for each group g of G along K:  P = SUM x*q,  X = SUM x,  T = P - z*X,  y = RNE32(y + RNE32(T * s));   out = RNE32(y * a)
// Invariant: P, X and T are exact integers; each RNE32 is one rounding of an exact operand. y starts from +0.
// It knows no array, schedule or pipeline; whole layers are in mixpe-gemm.ts, widths in mixpe-config.ts.

import { FP16 } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { fp32FromNumber } from './fp32.ts';
import { checkIntegers } from './integer-format.ts';
import { checkLength, checkScales, checkZeroPoints } from './mixpe-check.ts';
import {
  ACTIVATION_FORMAT,
  checkMixpeConfig,
  groupCount,
  type MixpeConfig,
  weightFormat,
} from './mixpe-config.ts';

/** What the PEs, the activation adder and the zero-point correction hold at the end of each group. */
export interface MixpeGroupSums {
  /** P[g] = SUM x * q. */
  readonly P: Int32Array;
  /** X[g] = SUM x. */
  readonly X: Int32Array;
  /** T[g] = P - z * X. */
  readonly T: Int32Array;
}

/**
 * P, X and T of every group of one dot product.
 * @param x K activations, INT8.
 * @param q K weight codes of the weight format.
 * @param zeroPoints one code per group; with 'none' all 0 or left out, with 'constant' all equal.
 * @throws RangeError naming array, index and value for a code out of range, or the two lengths that differ.
 */
export function mixpeGroupSums(
  x: ArrayLike<number>,
  q: ArrayLike<number>,
  zeroPoints: ArrayLike<number> | undefined,
  config: MixpeConfig,
): MixpeGroupSums {
  checkMixpeConfig(config);
  checkLength('q', q.length, x.length, 'K activations');
  checkIntegers(ACTIVATION_FORMAT, x, 'x');
  checkIntegers(weightFormat(config), q, 'q');
  const groups = groupCount(x.length, config.groupSize);
  checkZeroPoints(zeroPoints, groups, config);
  const P = new Int32Array(groups);
  const X = new Int32Array(groups);
  const T = new Int32Array(groups);
  for (let g = 0; g < groups; g++) {
    const end = Math.min((g + 1) * config.groupSize, x.length);
    for (let k = g * config.groupSize; k < end; k++) {
      P[g]! += x[k]! * q[k]!;
      X[g]! += x[k]!;
    }
    T[g] = P[g]! - (zeroPoints?.[g] ?? 0) * X[g]!;
  }
  return { P, X, T };
}

/**
 * The dequantisation: y = RNE32(y + RNE32(T[g] * s[g])) over the groups in order, from +0. Returns the FP32 code of y.
 * @param T corrected sums, |T| <= 2^31.
 * @param scales FP16 codes, one per group, finite.
 * @throws RangeError naming the index of a scale that is NaN, infinite or no FP16 code.
 */
export function mixpeDequantise(T: ArrayLike<number>, scales: ArrayLike<number>): number {
  checkLength('scales', scales.length, T.length, 'groups');
  checkScales(scales, 'scales');
  let y = 0;
  for (let g = 0; g < T.length; g++) {
    // T has at most 32 bits and an FP16 significand 11: the binary64 product is exact, so fround rounds once.
    // The sum of two FP32 numbers through binary64 rounds as if once: see fp32.ts.
    y = Math.fround(y + Math.fround(T[g]! * floatToNumber(FP16, scales[g]!)));
  }
  return fp32FromNumber(y);
}

/**
 * The dot product of one token and one output before the token scale: the FP32 code of y (an unsigned 32-bit number).
 * Parameters and errors as in `mixpeGroupSums` and `mixpeDequantise`. K = 0 gives +0.
 */
export function mixpeDot(
  x: ArrayLike<number>,
  q: ArrayLike<number>,
  scales: ArrayLike<number>,
  zeroPoints: ArrayLike<number> | undefined,
  config: MixpeConfig,
): number {
  return mixpeDequantise(mixpeGroupSums(x, q, zeroPoints, config).T, scales);
}
