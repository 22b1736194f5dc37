// A linear layer on a MixPE lane: quantised per group, one dot product per token and output, token scale on the way out.
// Invariant: quantisation is the golden quantiser's; the lane computes y, and out = RNE32(y * a) is left to its consumer.

import {
  fp32ToNumber,
  offsetBinaryWeights,
  type QuantisedWeights,
  quantiseActivations,
  quantiseWeights,
  scaleTokens,
} from '@gatewright/golden';
import type { GemmWorkload } from '@gatewright/sim/unit';
import { ACTIVATION_BITS, type LaneParams } from './params.ts';
import { type DotProduct, type LaneInputs, laneInputs } from './stimulus.ts';

/** The lane's streams for a layer, and its results from the lane's FP32 codes (tokens x outputs, row by row). */
export interface LaneLayer {
  readonly inputs: LaneInputs;
  results(codes: readonly bigint[]): Float32Array;
}

/**
 * Maps activations (tokens x depth) times weights (outputs x depth) on the lane.
 * Throws RangeError for values that are not finite, and for parameters that cannot hold negative weights.
 */
export function mapLayer(p: LaneParams, gemm: GemmWorkload): LaneLayer {
  const { tokens, depth, outputs } = gemm;
  const weights = quantiseFor(p, gemm);
  const activations = quantiseActivations(
    gemm.activations,
    { tokens, inFeatures: depth },
    { bits: ACTIVATION_BITS },
  );
  const row = <T extends number>(values: ArrayLike<T>, index: number, length: number): T[] =>
    Array.from({ length }, (_, i) => values[index * length + i]!);

  const codes = Array.from({ length: outputs }, (_, n) => row(weights.codes, n, depth));
  const groups = Array.from({ length: outputs }, (_, n) => {
    const zeros = row(weights.zeroPoints, n, weights.groups);
    return row(weights.scales, n, weights.groups).map((scale, g) => ({
      scale,
      zero: p.zeroPoint === 'group' ? zeros[g]! : 0,
    }));
  });
  const dots: DotProduct[] = [];
  for (let m = 0; m < tokens; m++) {
    const x = row(activations.codes, m, depth);
    for (let n = 0; n < outputs; n++) dots.push({ x, q: codes[n]!, groups: groups[n]! });
  }
  return {
    inputs: laneInputs(p, dots),
    results: (y) =>
      scaleTokens(
        Float32Array.from(y, (code) => fp32ToNumber(Number(code))),
        activations.scales,
      ),
  };
}

/** The layer's weights in the code format and zero-point mode of the lane. */
export function quantiseFor(
  p: Omit<LaneParams, 'lanes' | 'multiplier'>,
  { weights, outputs, depth }: GemmWorkload,
): QuantisedWeights {
  const quantise = (scheme: 'symmetric' | 'asymmetric'): QuantisedWeights =>
    quantiseWeights(
      weights,
      { outFeatures: outputs, inFeatures: depth },
      { bits: p.weightBits, groupSize: p.groupSize, scheme },
    );
  const middle = 2 ** (p.weightBits - 1);
  switch (p.zeroPoint) {
    case 'none':
      if (p.weightSigned) return quantise('symmetric');
      throw new RangeError(
        "weights of both signs need weightSigned or a zero point: set zeroPoint to 'group'",
      );
    case 'group':
      return p.weightSigned ? lowered(quantise('asymmetric'), middle) : quantise('asymmetric');
    case 'constant':
      if (p.weightSigned && p.zeroPointValue === 0) return quantise('symmetric');
      if (!p.weightSigned && p.zeroPointValue === middle) return offsetBinaryWeights(quantise('symmetric'));
      throw new RangeError(
        `symmetric weights need zeroPointValue ${p.weightSigned ? 0 : middle}, not ${p.zeroPointValue}`,
      );
  }
}

/** Unsigned codes and zero points as signed ones: both less `offset`, so that every q - z stays. */
const lowered = (w: QuantisedWeights, offset: number): QuantisedWeights => ({
  ...w,
  weightSigned: true,
  codes: Int8Array.from(w.codes, (q) => q - offset),
  zeroPoints: Int8Array.from(w.zeroPoints, (z) => z - offset),
});
