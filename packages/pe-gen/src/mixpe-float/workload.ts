// A linear layer on a float MixPE lane: weights quantised per group, activations rounded to the lane's format.
// Invariant: quantisation is the golden quantiser's; nothing is scaled afterwards.

import { fp32ToNumber } from '@gatewright/golden';
import type { GemmWorkload } from '@gatewright/sim/unit';
import { activationsFor } from '../mixpe/array/workload.ts';
import { quantiseFor } from '../mixpe/workload.ts';
import type { FloatLaneParams } from './params.ts';
import { type FloatDot, type FloatLaneInputs, floatLaneInputs } from './stimulus.ts';

/** The lane's streams for activations (tokens x depth) times weights (outputs x depth), and its results row by row. */
export function mapFloatLayer(
  p: FloatLaneParams,
  gemm: GemmWorkload,
): { readonly inputs: FloatLaneInputs; results(codes: readonly bigint[]): Float32Array } {
  const { tokens, depth, outputs } = gemm;
  const weights = quantiseFor(p, gemm);
  const { codes } = activationsFor(p, gemm);
  const row = (of: ArrayLike<number>, index: number, length: number): number[] =>
    Array.from({ length }, (_, i) => of[index * length + i]!);
  const dots: FloatDot[] = [];
  for (let m = 0; m < tokens; m++) {
    for (let n = 0; n < outputs; n++) {
      const zeros = row(weights.zeroPoints, n, weights.groups);
      const groups = row(weights.scales, n, weights.groups).map((scale, g) => ({
        scale,
        zero: p.zeroPoint === 'group' ? zeros[g]! : 0,
      }));
      dots.push({ x: row(codes, m, depth), q: row(weights.codes, n, depth), groups });
    }
  }
  return {
    inputs: floatLaneInputs(dots),
    results: (y) => Float32Array.from(y, (code) => fp32ToNumber(Number(code))),
  };
}
