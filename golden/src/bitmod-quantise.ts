// The BitMoD group quantiser: per group the special value with the least squared error, then 8-bit scales per channel.
// Invariant: codes are the nearest grid values under the scale that the hardware applies, scale (0..255) * channel scale.
// Source: BitMoD algorithm 1 and section 2 of the specification [P, C]. Ours [I]: all arithmetic in binary64, where the
// authors compute errors in FP16; channel scales in FP32, as FP16 makes them subnormal; codes chosen anew after the scale
// was rounded to 8 bits. Plain round-to-nearest: no calibration.

import {
  BITMOD_SPECIAL_VALUES,
  type BitmodDatatype,
  type BitmodPoint,
  bitmodGrid,
  bitmodUnit,
  bitmodUnits,
  isBitmodFloat,
} from './bitmod-datatype.ts';
import { checkMatrix } from './group-scale.ts';
import type { WeightShape } from './quantise-weights.ts';
import { roundHalfEven } from './round-half-even.ts';

/** Largest second-level scale. */
const SCALE_MAX = 255;

export interface BitmodQuantiserOptions {
  readonly datatype: BitmodDatatype;
  /** Weights along K that share a scale and a special value; default 128 [P]. */
  readonly groupSize?: number;
  /**
   * Which of the datatype's special values a group may take, by index; default all four. None: plain FP3 or FP4, whose
   * code of negative zero is not used. Integers have none.
   */
  readonly specials?: readonly number[];
}

/** A quantised layer: w[n][k] ~ channelScales[n] * scales[n][g] * unit * units(codes[n][k]). */
export interface BitmodWeights {
  readonly datatype: BitmodDatatype;
  readonly groupSize: number;
  /** N. */
  readonly outFeatures: number;
  /** K. */
  readonly inFeatures: number;
  /** Groups per output; the last one may be short. */
  readonly groups: number;
  /** Unsigned codes, row-major [outFeatures][inFeatures]. */
  readonly codes: Uint8Array;
  /** Index of each group's special value, row-major [outFeatures][groups]; 0 where there is none. */
  readonly specials: Uint8Array;
  /** Second-level scales 0..255, row-major [outFeatures][groups]. */
  readonly scales: Uint8Array;
  /** One per output. */
  readonly channelScales: Float32Array;
}

/** The special value of an index, in units. Integers have none: 0. */
export const bitmodSpecialUnits = (datatype: BitmodDatatype, index: number): number =>
  isBitmodFloat(datatype) ? BITMOD_SPECIAL_VALUES[datatype][index & 3]! : 0;

/**
 * Quantises FP32 weights. An output of zeros gets scales 0; a group whose scale rounds to 0 stands for zeros.
 * @throws RangeError for NaN or infinite weights (with row and column), a wrong length or a special value index beyond 3.
 */
export function quantiseBitmod(
  weights: Float32Array,
  shape: WeightShape,
  options: BitmodQuantiserOptions,
): BitmodWeights {
  const { datatype, groupSize = 128 } = options;
  const { outFeatures, inFeatures } = shape;
  checkMatrix(weights, outFeatures, inFeatures, { tensor: 'weights', row: 'row', column: 'column' });
  if (!Number.isInteger(groupSize) || groupSize < 1)
    throw new RangeError(`groupSize is ${groupSize}: need an integer from 1`);
  const candidates = grids(datatype, options.specials ?? [0, 1, 2, 3]);
  const groups = Math.ceil(inFeatures / groupSize);
  const codes = new Uint8Array(weights.length);
  const specials = new Uint8Array(outFeatures * groups);
  const scales = new Uint8Array(outFeatures * groups);
  const channelScales = new Float32Array(outFeatures);

  for (let n = 0; n < outFeatures; n++) {
    const row = weights.subarray(n * inFeatures, (n + 1) * inFeatures);
    const parts = Array.from({ length: groups }, (_, g) => row.subarray(g * groupSize, (g + 1) * groupSize));
    const fits = parts.map((part) => bestFit(part, candidates));
    const channel = Math.fround(fits.reduce((most, f) => Math.max(most, f.scale), 0) / SCALE_MAX);
    channelScales[n] = channel;
    parts.forEach((part, g) => {
      const { scale, candidate } = fits[g]!;
      const second = channel === 0 ? 0 : Math.min(SCALE_MAX, roundHalfEven(scale / channel));
      specials[n * groups + g] = candidate.special;
      scales[n * groups + g] = second;
      const start = n * inFeatures + g * groupSize;
      part.forEach((w, i) => {
        codes[start + i] = second === 0 ? 0 : nearest(candidate, w / (second * channel)).code;
      });
    });
  }
  return { datatype, groupSize, outFeatures, inFeatures, groups, codes, specials, scales, channelScales };
}

/** The FP32 weights that the codes stand for, rounded once; row-major [outFeatures][inFeatures]. */
export function dequantiseBitmod(q: BitmodWeights): Float32Array {
  return Float32Array.from(q.codes, (code, i) => {
    const n = Math.floor(i / q.inFeatures);
    const g = n * q.groups + Math.floor((i % q.inFeatures) / q.groupSize);
    const units = bitmodUnits(q.datatype, code, bitmodSpecialUnits(q.datatype, q.specials[g]!));
    return q.channelScales[n]! * q.scales[g]! * units * bitmodUnit(q.datatype);
  });
}

/** A grid that a group may choose, in real values, with the midpoints between neighbours. */
interface Candidate {
  readonly special: number;
  readonly points: readonly BitmodPoint[];
  readonly values: readonly number[];
  readonly midpoints: readonly number[];
  readonly largest: number;
}

function grids(datatype: BitmodDatatype, specials: readonly number[]): Candidate[] {
  const wrong = specials.find((s) => !Number.isInteger(s) || s < 0 || s > 3);
  if (wrong !== undefined) throw new RangeError(`special value index ${wrong}: need 0..3`);
  // Without a special value the code of negative zero is a second zero, which no grid lists.
  const choices = isBitmodFloat(datatype) && specials.length > 0 ? specials : [undefined];
  return choices.map((special) => {
    const units = special === undefined ? 0 : bitmodSpecialUnits(datatype, special);
    const points = bitmodGrid(datatype, units);
    const values = points.map((p) => p.units * bitmodUnit(datatype));
    const midpoints = values.slice(1).map((v, i) => (v + values[i]!) / 2);
    const largest = Math.max(-values[0]!, values.at(-1)!);
    return { special: special ?? 0, points, values, midpoints, largest };
  });
}

/** The grid point nearest to x; a tie goes to the lower one [C]. */
function nearest({ points, midpoints }: Candidate, x: number): BitmodPoint {
  let i = 0;
  while (i < midpoints.length && x > midpoints[i]!) i++;
  return points[i]!;
}

/** The candidate with the least squared error under its own scale, max|w| / max|grid|; the earlier one of equals. */
function bestFit(
  part: Float32Array,
  candidates: readonly Candidate[],
): { candidate: Candidate; scale: number } {
  const span = part.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  let best = { candidate: candidates[0]!, scale: span / candidates[0]!.largest };
  let least = Infinity;
  for (const candidate of candidates) {
    const scale = span / candidate.largest;
    const error = scale === 0 ? 0 : squaredError(part, candidate, scale);
    if (error < least) {
      least = error;
      best = { candidate, scale };
    }
  }
  return best;
}

function squaredError(part: Float32Array, candidate: Candidate, scale: number): number {
  let sum = 0;
  for (const w of part) {
    let i = 0;
    const x = w / scale;
    while (i < candidate.midpoints.length && x > candidate.midpoints[i]!) i++;
    const difference = candidate.values[i]! * scale - w;
    sum += difference * difference;
  }
  return sum;
}
