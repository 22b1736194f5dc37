// LUT Tensor Core (arXiv 2408.06003; related-unit specification 2 [P]), the integer path: what a unit must answer, and the offline
// encoding of weights. An unsigned q of b bits is read as 2q - (2^b - 1), so that each of its bits means -1 or +1.
// Invariant: expected values come from that identity and plain products, never from a table of sums.

import { fp16Numbers } from './float-number.ts';
import { checkMatrix, groupScale } from './group-scale.ts';
import { checkIntegers } from './integer-format.ts';
import type { WeightShape } from './quantise-weights.ts';
import { roundHalfEven } from './round-half-even.ts';

/**
 * The codes of K weights, one per bit plane from the lowest: the K bits of the plane as an index, lowest k first; where the top one
 * is set, the others are complemented, so that the hardware only negates what it looks up.
 */
export function encodeLutWeights(q: readonly number[], weightBits: number): number[] {
  checkIntegers({ bits: weightBits, signed: false }, q, 'q');
  const top = 2 ** (q.length - 1);
  return Array.from({ length: weightBits }, (_, b) => {
    const index = q.reduce((sum, weight, k) => sum + ((weight >> b) & 1) * 2 ** k, 0);
    return index < top ? index : top + (2 * top - 1 - index);
  });
}

/** The weights that codes stand for: the inverse of `encodeLutWeights`. */
export function decodeLutWeights(codes: readonly number[], groupSize: number): number[] {
  const top = 2 ** (groupSize - 1);
  checkIntegers({ bits: groupSize, signed: false }, codes, 'codes');
  const planes = codes.map((code) => (code < top ? code : top + (2 * top - 1 - code)));
  return Array.from({ length: groupSize }, (_, k) =>
    planes.reduce((q, plane, b) => q + ((plane >> k) & 1) * 2 ** b, 0),
  );
}

/** SUM a * (2q - (2^b - 1)) of INT8 activations and unsigned b-bit weights, exact. */
export function lutDot(a: readonly number[], q: readonly number[], weightBits: number): number {
  if (a.length !== q.length) throw new RangeError(`${q.length} weights for ${a.length} activations`);
  checkIntegers({ bits: 8, signed: true }, a, 'a');
  checkIntegers({ bits: weightBits, signed: false }, q, 'q');
  return a.reduce((sum, value, k) => sum + value * (2 * q[k]! - (2 ** weightBits - 1)), 0);
}

/** Two's complement bits of a sum of `depth` such products. */
export const lutSumBits = (weightBits: number, depth: number): number =>
  (128n * BigInt(2 ** weightBits - 1) * BigInt(depth)).toString(2).length + 1;

/** A layer's weights for look-up: w[n][k] ~ s[n] * (2 q[n][k] - (2^b - 1)). */
export interface LutWeights extends WeightShape {
  readonly weightBits: number;
  /** q, row-major [outFeatures][inFeatures]. */
  readonly codes: Uint8Array;
  /** FP16 codes s, one per output. */
  readonly scales: Uint16Array;
}

/**
 * Quantises FP32 weights to the odd multiples of a scale per output, with nothing to correct afterwards (z' = 0). The scale
 * covers the largest weight; of one-bit weights it is the mean magnitude, which is nearest in squares.
 * @param weightBits 1..8.
 * @throws RangeError for NaN or infinite weights (with row and column), a wrong length, or a scale beyond FP16.
 */
export function quantiseLut(weights: Float32Array, shape: WeightShape, weightBits: number): LutWeights {
  const { outFeatures, inFeatures } = shape;
  checkMatrix(weights, outFeatures, inFeatures, { tensor: 'weights', row: 'row', column: 'column' });
  const top = 2 ** weightBits - 1;
  const scales = Uint16Array.from({ length: outFeatures }, (_, n) => {
    const row = weights.subarray(n * inFeatures, (n + 1) * inFeatures);
    const span =
      weightBits === 1
        ? row.reduce((sum, w) => sum + Math.abs(w), 0) / inFeatures
        : row.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    return groupScale(span, top, `weights[row ${n}]`);
  });
  const s = fp16Numbers(scales);
  const codes = Uint8Array.from(weights, (w, i) => {
    const q = roundHalfEven((w / s[Math.floor(i / inFeatures)]! + top) / 2);
    return Math.max(0, Math.min(top, q));
  });
  return { outFeatures, inFeatures, weightBits, codes, scales };
}

/** 2q - (2^b - 1) of each code: what the weights of a layer are, over their scales. */
export const lutLevels = ({ codes, weightBits }: LutWeights): Int16Array =>
  Int16Array.from(codes, (q) => 2 * q - (2 ** weightBits - 1));
