// Group quantiser of a weight matrix along K, and back: w[n][k] ~ s[n][g] * (q[n][k] - z[n][g]), g = floor(k / G).
// Invariant: the scale is rounded to FP16 before any code is computed from it, and every code fits the weight format.
// Plain round-to-nearest: no calibration, clipping search or reordering (GPTQ, AWQ and the like would come before this).

import { FP16 } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { checkMatrix, groupScale } from './group-scale.ts';
import { integerRange } from './integer-format.ts';
import { checkMixpeConfig, groupCount, weightFormat, type ZeroPointMode } from './mixpe-config.ts';
import type { MixpeWeights } from './mixpe-gemm.ts';
import { roundHalfEven } from './round-half-even.ts';

/** A quantised layer in typed arrays; ready for the reference and the hardware as it is. */
export interface QuantisedWeights extends MixpeWeights {
  /** Groups per output, ceil(inFeatures / groupSize); the last one may be short. */
  readonly groups: number;
  readonly codes: Int8Array | Uint8Array;
  readonly scales: Uint16Array;
  readonly zeroPoints: Int8Array | Uint8Array;
}

/** PyTorch nn.Linear layout: row-major [outFeatures][inFeatures], inFeatures = K. */
export interface WeightShape {
  readonly outFeatures: number;
  readonly inFeatures: number;
}

export interface WeightQuantiserOptions {
  /** Width of a code, 2..8. */
  readonly bits: number;
  /** G, 1..65536; default 128, as in the MixPE authors' workloads [R]. Give K for one group per output. */
  readonly groupSize?: number;
  /**
   * 'symmetric': signed codes in +-(2^(bits-1) - 1), the most negative code unused, zero points all 0.
   * 'asymmetric': unsigned codes 0..2^bits - 1 and an integer zero point per group; the range always takes in 0.
   */
  readonly scheme: 'symmetric' | 'asymmetric';
}

/**
 * Quantises FP32 weights to integer codes with one FP16 scale (and zero point) per output and group.
 * A group of zeros gets scale 1 and codes that stand for 0; a group too small for FP16 gets the smallest scale, 2^-24.
 * @throws RangeError for NaN or infinite weights (with row and column), a wrong length, or a scale beyond FP16.
 */
export function quantiseWeights(
  weights: Float32Array,
  shape: WeightShape,
  options: WeightQuantiserOptions,
): QuantisedWeights {
  const { outFeatures, inFeatures } = shape;
  const symmetric = options.scheme === 'symmetric';
  const zeroPoint: ZeroPointMode = symmetric ? 'none' : 'group';
  const config = {
    groupSize: options.groupSize ?? 128,
    weightBits: options.bits,
    weightSigned: symmetric,
    zeroPoint,
  };
  checkMixpeConfig(config);
  checkMatrix(weights, outFeatures, inFeatures, { tensor: 'weights', row: 'row', column: 'column' });
  const groups = groupCount(inFeatures, config.groupSize);
  const CodeArray = symmetric ? Int8Array : Uint8Array;
  const codes = new CodeArray(weights.length);
  const zeroPoints = new CodeArray(outFeatures * groups);
  const scales = new Uint16Array(outFeatures * groups);
  const { max } = integerRange(weightFormat(config));
  const min = symmetric ? -max : 0;

  for (let n = 0; n < outFeatures; n++) {
    for (let g = 0; g < groups; g++) {
      const start = n * inFeatures + g * config.groupSize;
      const end = Math.min(start + config.groupSize, (n + 1) * inFeatures);
      const range = groupExtremes(weights, start, end);
      const { scaleCode, s, z } = groupGrid(range, max, symmetric, `weights[row ${n}, group ${g}]`);
      // w / s in binary64 never crosses a tie: a 24-bit over an 11-bit significand that is off a tie is off by 2^-25 or more.
      for (let i = start; i < end; i++) {
        codes[i] = Math.max(min, Math.min(max, roundHalfEven(weights[i]! / s) + z));
      }
      scales[n * groups + g] = scaleCode;
      zeroPoints[n * groups + g] = z;
    }
  }
  return { ...config, outFeatures, inFeatures, groups, codes, scales, zeroPoints };
}

/** The FP32 weights that the codes stand for, s * (q - z), exact; row-major [outFeatures][inFeatures]. */
export function dequantiseWeights(q: QuantisedWeights): Float32Array {
  return Float32Array.from(q.codes, (code, i) => {
    const n = Math.floor(i / q.inFeatures);
    const g = n * q.groups + Math.floor((i % q.inFeatures) / q.groupSize);
    return (code - q.zeroPoints[g]!) * floatToNumber(FP16, q.scales[g]!);
  });
}

/**
 * The same weights in offset binary: unsigned codes q + 2^(bits-1) and that constant as every zero point, the form in
 * which many checkpoints store symmetric codes. Every s * (q - z) is unchanged. Throws RangeError unless the input is
 * signed and has no zero points.
 */
export function offsetBinaryWeights(q: QuantisedWeights): QuantisedWeights {
  if (!q.weightSigned || q.zeroPoint !== 'none') {
    throw new RangeError(
      `offsetBinaryWeights: need signed codes without zero points, got zeroPoint '${q.zeroPoint}'`,
    );
  }
  const offset = 2 ** (q.weightBits - 1);
  return {
    ...q,
    weightSigned: false,
    zeroPoint: 'constant',
    codes: Uint8Array.from(q.codes, (code) => code + offset),
    zeroPoints: new Uint8Array(q.zeroPoints.length).fill(offset),
  };
}

/** Smallest and largest value of a group, with 0 always taken in; private to this package. */
export function groupExtremes(
  values: Float32Array,
  start: number,
  end: number,
): { low: number; high: number } {
  let low = 0;
  let high = 0;
  for (let i = start; i < end; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return { low, high };
}

/** Scale and zero point of a group whose weights lie in low..high, for codes up to `max`; private to this package. */
export function groupGrid(
  { low, high }: { readonly low: number; readonly high: number },
  max: number,
  symmetric: boolean,
  place: string,
): { readonly scaleCode: number; readonly s: number; readonly z: number } {
  const span = symmetric ? Math.max(-low, high) : high - low;
  const scaleCode = groupScale(span, max, place);
  const s = floatToNumber(FP16, scaleCode);
  return { scaleCode, s, z: symmetric ? 0 : Math.min(max, roundHalfEven(-low / s)) };
}
