// MixPE W4A8 reference for a whole layer: tokens x outputs, then the token scale.
// Invariant: element [m][n] is bit for bit mixpeDot of token m and output n; inputs are checked once, then tight loops run.
// It measures nothing and has no notion of array shape: results do not depend on the tiling.

import { FP16 } from './float-format.ts';
import { floatToNumber, fp16Numbers } from './float-number.ts';
import { checkIntegers } from './integer-format.ts';
import { productSums } from './matrix-product.ts';
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

  const s = fp16Numbers(weights.scales);
  const y = new Float32Array(tokens * outFeatures);
  for (let g = 0; g < groups; g++) {
    const range = { from: g * groupSize, to: Math.min((g + 1) * groupSize, inFeatures) };
    // Integers far below 2^53: exact.
    const P = productSums(x, weights.codes, { tokens, outFeatures, inFeatures }, range);
    for (let m = 0; m < tokens; m++) {
      let X = 0;
      for (let k = range.from; k < range.to; k++) X += x[m * inFeatures + k]!;
      for (let n = 0; n < outFeatures; n++) {
        const T = P[m * outFeatures + n]! - weights.zeroPoints[n * groups + g]! * X;
        const at = m * outFeatures + n;
        y[at] = y[at]! + Math.fround(T * s[n * groups + g]!);
      }
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
