// How far one tensor is from another: largest and mean absolute error, relative RMS, signal-to-noise ratio.
// Invariant: sums run in binary64 over all elements in order; both tensors must be finite and of one length.
// It judges nothing: what error is acceptable is the caller's business.

export interface ErrorMetrics {
  /** max |actual - reference|. */
  readonly maxAbs: number;
  /** mean |actual - reference|. */
  readonly meanAbs: number;
  /** sqrt(SUM (actual - reference)^2 / SUM reference^2); 0 without any error, infinite over an all-zero reference. */
  readonly relativeRms: number;
  /** -20 log10(relativeRms), in dB; infinite without any error. */
  readonly snrDb: number;
}

/** Compares `actual` with `reference`. Throws RangeError for different or zero lengths, or the first non-finite element. */
export function compareTensors(reference: Float32Array, actual: Float32Array): ErrorMetrics {
  if (reference.length !== actual.length || reference.length === 0) {
    throw new RangeError(
      `compareTensors: ${reference.length} reference and ${actual.length} actual elements`,
    );
  }
  let maxAbs = 0;
  let sumAbs = 0;
  let noise = 0;
  let signal = 0;
  for (let i = 0; i < reference.length; i++) {
    const r = reference[i]!;
    const error = actual[i]! - r;
    if (!Number.isFinite(error)) {
      throw new RangeError(
        `compareTensors: element ${i} is ${actual[i]}, reference ${r}: need finite numbers`,
      );
    }
    maxAbs = Math.max(maxAbs, Math.abs(error));
    sumAbs += Math.abs(error);
    noise += error * error;
    signal += r * r;
  }
  const relativeRms = noise === 0 ? 0 : Math.sqrt(noise / signal);
  return {
    maxAbs,
    meanAbs: sumAbs / reference.length,
    relativeRms,
    snrDb: relativeRms === 0 ? Infinity : -20 * Math.log10(relativeRms),
  };
}
