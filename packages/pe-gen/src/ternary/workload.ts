// A linear layer on a ternary lane: weights -1, 0 and 1 with one scale for the tensor, INT8 activations with one per token.
// Invariant: quantisation is the golden quantiser's; the scales are applied to what the lane answered. Lanes beyond the depth
// carry zeros.

import { fp16Numbers, quantiseActivations, quantiseTernary, scaleSums } from '@gatewright/golden';
import type { GemmWorkload } from '@gatewright/sim/unit';
import type { TernaryParams } from './lane.ts';

/** Operands of one transfer. */
export interface TernaryBeat {
  readonly x: readonly number[];
  readonly t: readonly number[];
  readonly last: boolean;
}

/**
 * Maps activations (tokens x depth) times weights (outputs x depth), a dot product per token and output. Throws RangeError for
 * values that are not finite, and for a depth that the lane's sum does not hold.
 */
export function mapTernaryLayer(
  p: TernaryParams,
  gemm: GemmWorkload,
): {
  readonly inputs: { readonly in: readonly TernaryBeat[] };
  results(out: readonly bigint[]): Float32Array;
} {
  const { tokens, depth, outputs } = gemm;
  const beats = Math.ceil(depth / p.lanes);
  if (beats * p.lanes > p.maxDepth)
    throw new RangeError(
      `a depth of ${depth} in ${p.lanes} lanes needs maxDepth ${beats * p.lanes}, not ${p.maxDepth}`,
    );
  const activations = quantiseActivations(gemm.activations, { tokens, inFeatures: depth });
  const weights = quantiseTernary(gemm.weights);
  const rowsOf = (list: ArrayLike<number>, count: number): number[][][] =>
    Array.from({ length: count }, (_, row) =>
      Array.from({ length: beats }, (_, beat) =>
        Array.from({ length: p.lanes }, (_, lane) => {
          const k = beat * p.lanes + lane;
          return k < depth ? list[row * depth + k]! : 0;
        }),
      ),
    );
  const [x, t] = [rowsOf(activations.codes, tokens), rowsOf(weights.codes, outputs)];
  const s = new Array<number>(outputs).fill(weights.scale);
  const a = fp16Numbers(activations.scales);
  return {
    inputs: {
      in: x.flatMap((row) =>
        t.flatMap((column) =>
          row.map((values, beat) => ({ x: values, t: column[beat]!, last: beat === beats - 1 })),
        ),
      ),
    },
    results: (out) => scaleSums(out.map(Number), s, a),
  };
}
