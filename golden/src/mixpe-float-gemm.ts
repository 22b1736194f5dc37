// MixPE W4A16 for a whole layer with FP32 sums: tokens x outputs.
// Invariant: element [m][n] is bit for bit mixpeFloatDot of token m and output n. Each step is one operation on FP32 numbers
// (a product of an activation and a weight is one), so binary64 rounded once to FP32 is the correctly rounded result.

import { BF16, FP16, isFiniteFloat } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { canonicalNan } from './fp32.ts';
import { checkIntegers } from './integer-format.ts';
import { checkLength, checkScales, checkZeroPoints } from './mixpe-check.ts';
import { groupCount, weightFormat } from './mixpe-config.ts';
import { checkMixpeFloatConfig, type MixpeFloatConfig } from './mixpe-float.ts';
import type { MixpeWeights } from './mixpe-gemm.ts';

/** How the activations come and how they are summed; the rest is in the weights. */
export type MixpeFloatArithmetic = Pick<MixpeFloatConfig, 'activation'>;

/** Outputs that are summed side by side: their additions do not wait for each other. */
const BLOCK = 8;

/**
 * y[m][n] with FP32 sums, exact products and subnormals, row-major [tokens][outFeatures].
 * @param x finite codes of the activation format, row-major [tokens][inFeatures].
 * @throws RangeError naming array, index and value of the first bad element, or the lengths that differ.
 */
export function mixpeFloatGemm(
  x: ArrayLike<number>,
  tokens: number,
  weights: MixpeWeights,
  { activation }: MixpeFloatArithmetic,
): Float32Array {
  checkMixpeFloatConfig({
    ...weights,
    activation,
    accumulator: 'fp32',
    product: 'mantissa',
    flushSubnormals: false,
  });
  const { outFeatures, inFeatures, groupSize } = weights;
  const groups = groupCount(inFeatures, groupSize);
  const format = activation === 'fp16' ? FP16 : BF16;
  checkLength('x', x.length, tokens * inFeatures, 'tokens * inFeatures');
  checkLength('codes', weights.codes.length, outFeatures * inFeatures, 'outFeatures * inFeatures');
  checkIntegers(weightFormat(weights), weights.codes, 'codes');
  checkLength('scales', weights.scales.length, outFeatures * groups, 'outFeatures * groups');
  checkScales(weights.scales, 'scales');
  checkZeroPoints(weights.zeroPoints, outFeatures * groups, weights);
  const activations = Float64Array.from(x, (code, i) => {
    if (!isFiniteFloat(format, code)) throw new RangeError(`x[${i}] is 0x${code.toString(16)}: need finite`);
    return floatToNumber(format, code);
  });
  const codes = panels(weights.codes, outFeatures, inFeatures);
  const sums = new Float64Array(BLOCK);
  const y = new Float32Array(tokens * outFeatures);
  for (let m = 0; m < tokens; m++) {
    for (let g = 0; g < groups; g++) {
      const from = g * groupSize;
      const to = Math.min(from + groupSize, inFeatures);
      const row = activations.subarray(m * inFeatures + from, m * inFeatures + to);
      const X = weights.zeroPoint === 'none' ? 0 : row.reduce((sum, a) => Math.fround(sum + a), 0);
      for (let n = 0; n < outFeatures; n += BLOCK) {
        sumBlock(sums, row, codes, n * inFeatures + from * BLOCK);
        for (let j = 0; j < Math.min(BLOCK, outFeatures - n); j++) {
          const z = weights.zeroPoints[(n + j) * groups + g]!;
          const T = weights.zeroPoint === 'none' ? sums[j]! : Math.fround(sums[j]! - Math.fround(z * X));
          const at = m * outFeatures + n + j;
          y[at] = y[at]! + Math.fround(T * floatToNumber(FP16, weights.scales[(n + j) * groups + g]!));
        }
      }
    }
  }
  return canonicalNan(y);
}

/** Outputs in panels of eight, each panel [k][output]; outputs past the end are zeros. */
function panels(codes: ArrayLike<number>, outFeatures: number, inFeatures: number): Float64Array {
  const packed = new Float64Array(Math.ceil(outFeatures / BLOCK) * BLOCK * inFeatures);
  for (let n = 0; n < outFeatures; n++) {
    const start = (n - (n % BLOCK)) * inFeatures + (n % BLOCK);
    for (let k = 0; k < inFeatures; k++) packed[start + k * BLOCK] = codes[n * inFeatures + k]!;
  }
  return packed;
}

/** sum = RNE32(sum + x * q) along a group, for eight outputs. */
function sumBlock(sums: Float64Array, row: Float64Array, codes: Float64Array, start: number): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  let [e, f, g, h] = [0, 0, 0, 0];
  for (let k = 0; k < row.length; k++) {
    const x = row[k]!;
    const at = start + k * BLOCK;
    a = Math.fround(a + x * codes[at]!);
    b = Math.fround(b + x * codes[at + 1]!);
    c = Math.fround(c + x * codes[at + 2]!);
    d = Math.fround(d + x * codes[at + 3]!);
    e = Math.fround(e + x * codes[at + 4]!);
    f = Math.fround(f + x * codes[at + 5]!);
    g = Math.fround(g + x * codes[at + 6]!);
    h = Math.fround(h + x * codes[at + 7]!);
  }
  sums.set([a, b, c, d, e, f, g, h]);
}
