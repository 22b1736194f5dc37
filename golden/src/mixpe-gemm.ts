// MixPE W4A8 reference for a whole layer: tokens x outputs, then the token scale.
// Invariant: element [m][n] is bit for bit mixpeDot of token m and output n; inputs are checked once, then tight loops run.
// It measures nothing and has no notion of array shape: results do not depend on the tiling.

import { FP16 } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { checkIntegers } from './integer-format.ts';
import { checkLength, checkScales, checkZeroPoints } from './mixpe-check.ts';
import {
  ACTIVATION_FORMAT,
  checkMixpeConfig,
  groupCount,
  type MixpeConfig,
  weightFormat,
} from './mixpe-config.ts';

/** A layer's quantised weights: what `quantiseWeights` makes, and what the reference and the hardware take. */
export interface MixpeWeights extends MixpeConfig {
  /** N. */
  readonly outFeatures: number;
  /** K. */
  readonly inFeatures: number;
  /** Codes q, row-major [outFeatures][inFeatures]. */
  readonly codes: ArrayLike<number>;
  /** FP16 codes s, row-major [outFeatures][groups]. */
  readonly scales: ArrayLike<number>;
  /** Codes z, row-major [outFeatures][groups]; all 0 with mode 'none', all equal with 'constant'. */
  readonly zeroPoints: ArrayLike<number>;
}

/**
 * y[m][n] before the token scale, row-major [tokens][outFeatures]; `fp32Codes` views the bits.
 * @param x INT8 activations, row-major [tokens][inFeatures].
 * @throws RangeError naming array, index and value of the first bad element, or the lengths that differ.
 */
export function mixpeGemm(x: ArrayLike<number>, tokens: number, weights: MixpeWeights): Float32Array {
  checkMixpeConfig(weights);
  const { outFeatures, inFeatures, groupSize } = weights;
  const groups = groupCount(inFeatures, groupSize);
  checkLength('x', x.length, tokens * inFeatures, 'tokens * inFeatures');
  checkLength('codes', weights.codes.length, outFeatures * inFeatures, 'outFeatures * inFeatures');
  checkLength('scales', weights.scales.length, outFeatures * groups, 'outFeatures * groups');
  checkIntegers(ACTIVATION_FORMAT, x, 'x');
  checkIntegers(weightFormat(weights), weights.codes, 'codes');
  checkScales(weights.scales, 'scales');
  checkZeroPoints(weights.zeroPoints, outFeatures * groups, weights);

  // Private copies of one element type each keep the inner loop monomorphic, whatever array types came in.
  const activations = Int8Array.from(x);
  const q = Int16Array.from(weights.codes);
  const z = Int16Array.from(weights.zeroPoints);
  const s = Float64Array.from(weights.scales, (code) => floatToNumber(FP16, code));
  const X = groupTotals(activations, tokens, inFeatures, groupSize);
  const y = new Float32Array(tokens * outFeatures);
  for (let m = 0; m < tokens; m++) {
    for (let n = 0; n < outFeatures; n++) {
      let sum = 0;
      for (let g = 0; g < groups; g++) {
        const length = Math.min(groupSize, inFeatures - g * groupSize);
        const xBase = m * inFeatures + g * groupSize;
        const qBase = n * inFeatures + g * groupSize;
        let P = 0;
        for (let k = 0; k < length; k++) P = (P + activations[xBase + k]! * q[qBase + k]!) | 0;
        const T = (P - z[n * groups + g]! * X[m * groups + g]!) | 0;
        sum = Math.fround(sum + Math.fround(T * s[n * groups + g]!));
      }
      y[m * outFeatures + n] = sum;
    }
  }
  return y;
}

/**
 * out[m][n] = RNE32(y[m][n] * a[m]), the last step of the layer; a new array, row-major [tokens][outFeatures].
 * @param tokenScales FP16 codes a, one per token, finite.
 */
export function scaleTokens(y: Float32Array, tokenScales: ArrayLike<number>): Float32Array {
  const tokens = tokenScales.length;
  if (tokens === 0 ? y.length > 0 : y.length % tokens !== 0) {
    throw new RangeError(`y has ${y.length} elements, not a multiple of ${tokens} tokens`);
  }
  checkScales(tokenScales, 'tokenScales');
  const outFeatures = tokens === 0 ? 0 : y.length / tokens;
  // 24 x 11 bits: exact in binary64, so storing to FP32 rounds once.
  return y.map((value, i) => value * floatToNumber(FP16, tokenScales[Math.floor(i / outFeatures)]!));
}

/** X[m][g], row-major [tokens][groups]: one adder per token, shared by all outputs. */
function groupTotals(x: Int8Array, tokens: number, inFeatures: number, groupSize: number): Int32Array {
  const groups = groupCount(inFeatures, groupSize);
  const totals = new Int32Array(tokens * groups);
  for (let m = 0; m < tokens; m++) {
    for (let k = 0; k < inFeatures; k++)
      totals[m * groups + Math.floor(k / groupSize)]! += x[m * inFeatures + k]!;
  }
  return totals;
}
