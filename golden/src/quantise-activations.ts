// Per-token symmetric quantiser of activations, and back: x[m][k] ~ a[m] * q[m][k].
// Invariant: codes lie in +-(2^(bits-1) - 1), so INT8 never uses -128; the scale is rounded to FP16 before the codes.
// Dynamic and per token only: no static calibration, no outlier handling.

import { FP16 } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { checkMatrix, groupScale } from './group-scale.ts';
import { roundHalfEven } from './round-half-even.ts';

/** Row-major [tokens][inFeatures], inFeatures = K. */
export interface ActivationShape {
  readonly tokens: number;
  readonly inFeatures: number;
}

export interface QuantisedActivations extends ActivationShape {
  /** Width of a code. */
  readonly bits: number;
  /** Codes, row-major [tokens][inFeatures]. */
  readonly codes: Int8Array;
  /** FP16 codes a, one per token. */
  readonly scales: Uint16Array;
}

/**
 * Quantises FP32 activations to signed codes (default INT8, +-127) with one FP16 scale per token. A token of zeros gets
 * scale 1; one too small for FP16 gets the smallest scale, 2^-24.
 * @throws RangeError for NaN or infinite values (with token and column), a wrong length, bits outside 2..8, or a scale
 * beyond FP16.
 */
export function quantiseActivations(
  activations: Float32Array,
  shape: ActivationShape,
  options: { readonly bits?: number } = {},
): QuantisedActivations {
  const { tokens, inFeatures } = shape;
  const bits = options.bits ?? 8;
  if (!(Number.isInteger(bits) && bits >= 2 && bits <= 8)) {
    throw new RangeError(`activation bits is ${bits}: need an integer in 2..8`);
  }
  checkMatrix(activations, tokens, inFeatures, { tensor: 'activations', row: 'token', column: 'column' });
  const max = 2 ** (bits - 1) - 1;
  const codes = new Int8Array(activations.length);
  const scales = new Uint16Array(tokens);
  for (let m = 0; m < tokens; m++) {
    const row = activations.subarray(m * inFeatures, (m + 1) * inFeatures);
    const span = row.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
    scales[m] = groupScale(span, max, `activations[token ${m}]`);
    const s = floatToNumber(FP16, scales[m]!);
    for (let k = 0; k < inFeatures; k++) {
      codes[m * inFeatures + k] = Math.max(-max, Math.min(max, roundHalfEven(row[k]! / s)));
    }
  }
  return { tokens, inFeatures, bits, codes, scales };
}

/** The FP32 activations that the codes stand for, a * q, exact; row-major [tokens][inFeatures]. */
export function dequantiseActivations(q: QuantisedActivations): Float32Array {
  return Float32Array.from(
    q.codes,
    (code, i) => code * floatToNumber(FP16, q.scales[Math.floor(i / q.inFeatures)]!),
  );
}
