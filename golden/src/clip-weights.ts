// Clipping before quantisation: the range of each group shrinks to where its quantised weights serve real activations best.
// Invariant: weights only move towards zero, inside their group's own range; quantising what comes out with the same options
// is the clipped quantisation, so every consumer of plain weights gets it. Source: a search over clipping ratios as in OMSE
// and AWQ [P]; ours [I]: both ends of an asymmetric range shrink on their own, errors are weighed by the mean square of the
// activation that they meet.

import { checkMatrix } from './group-scale.ts';
import { integerRange } from './integer-format.ts';
import {
  groupExtremes,
  groupGrid,
  type WeightQuantiserOptions,
  type WeightShape,
} from './quantise-weights.ts';
import { roundHalfEven } from './round-half-even.ts';

/** What each end of the range may shrink to. */
const RATIOS = Array.from({ length: 12 }, (_, i) => 1 - 0.05 * i);

/**
 * Weights clamped per group to the range with the least SUM importance[k] * (w - quantised w)^2; of equal ranges the widest.
 * @param importance one per column of K, such as the mean square of its activations over calibration data.
 * @throws RangeError for NaN or infinite weights, or a wrong length.
 */
export function clipWeights(
  weights: Float32Array,
  shape: WeightShape,
  options: WeightQuantiserOptions,
  importance: ArrayLike<number>,
): Float32Array {
  const { outFeatures, inFeatures } = shape;
  const { bits, scheme, groupSize = 128 } = options;
  checkMatrix(weights, outFeatures, inFeatures, { tensor: 'weights', row: 'row', column: 'column' });
  if (importance.length !== inFeatures)
    throw new RangeError(`importance has ${importance.length} elements, need ${inFeatures} (inFeatures)`);
  const symmetric = scheme === 'symmetric';
  const { max } = integerRange({ bits, signed: symmetric });
  const min = symmetric ? -max : 0;
  const clipped = weights.slice();
  for (let n = 0; n < outFeatures; n++) {
    for (let first = 0; first < inFeatures; first += groupSize) {
      const start = n * inFeatures + first;
      const end = n * inFeatures + Math.min(first + groupSize, inFeatures);
      const { low, high } = groupExtremes(weights, start, end);
      let best = { low, high };
      let least = Infinity;
      for (const range of ranges(low, high, symmetric)) {
        const { s, z } = groupGrid(range, max, symmetric, `weights[row ${n}, column ${first}]`);
        let error = 0;
        for (let i = start; i < end && error < least; i++) {
          const w = weights[i]!;
          const inside = Math.max(range.low, Math.min(range.high, w));
          const code = Math.max(min, Math.min(max, roundHalfEven(inside / s) + z));
          error += importance[first + i - start]! * (w - s * (code - z)) ** 2;
        }
        if (error < least) {
          least = error;
          best = range;
        }
      }
      for (let i = start; i < end; i++) clipped[i] = Math.max(best.low, Math.min(best.high, clipped[i]!));
    }
  }
  return clipped;
}

/** The whole range first. A symmetric quantiser sees the larger end alone, so both shrink to one bound. */
function* ranges(
  low: number,
  high: number,
  symmetric: boolean,
): Generator<{ readonly low: number; readonly high: number }> {
  const bound = Math.max(-low, high);
  for (const a of RATIOS) {
    if (symmetric)
      yield { low: Math.fround(Math.max(low, -bound * a)), high: Math.fround(Math.min(high, bound * a)) };
    else for (const b of RATIOS) yield { low: Math.fround(low * a), high: Math.fround(high * b) };
  }
}
