// A linear layer on LUT Tensor Core tiles for FP16 activations: rounded to FP16, nothing to scale but the outputs.
// Invariant: as in workload.ts, which does the tiling.

import {
  type FloatFormat,
  FP16,
  FP32,
  floatToNumber,
  fp16Numbers,
  isFiniteFloat,
  numberToFloatRne,
} from '@gatewright/golden';
import type { GemmWorkload } from '@gatewright/sim/unit';
import type { LutFloatParams } from './float-tile.ts';
import { layerResults, lutWeightsOf, type TileTransfer, tileTransfers } from './workload.ts';

/** Format of the dot products, as the golden model knows it. */
export const sumFormat = (p: LutFloatParams): FloatFormat => (p.accumulator === 'fp32' ? FP32 : FP16);

/**
 * Activations (tokens x depth) times weights (outputs x depth), a scale per output: RNE32(sum * s). Throws RangeError for values
 * that are not finite in FP16.
 */
export function mapLutFloatLayer(
  p: LutFloatParams,
  gemm: GemmWorkload,
): {
  readonly inputs: { readonly in: readonly TileTransfer[] };
  results(out: readonly (readonly (readonly bigint[])[])[]): Float32Array;
} {
  const weights = lutWeightsOf(p, gemm);
  const codes = Uint16Array.from(gemm.activations, (x, i) => {
    const code = numberToFloatRne(FP16, x);
    if (isFiniteFloat(FP16, code)) return code;
    throw new RangeError(`activations[${i}] is ${x}: FP16 has no such number`);
  });
  const s = fp16Numbers(weights.scales);
  return {
    inputs: tileTransfers(p, gemm, codes, weights.codes),
    // 24 x 11 bits are exact in binary64: one rounding.
    results: (out) =>
      Float32Array.from(layerResults(p, gemm, out), (code, i) => {
        return floatToNumber(sumFormat(p), Number(code)) * s[i % gemm.outputs]!;
      }),
  };
}
