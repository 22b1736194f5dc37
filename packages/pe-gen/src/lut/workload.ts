// A linear layer on LUT Tensor Core tiles: tokens x outputs in tiles, the depth in groups of K.
// Invariant: quantisation is the golden quantiser's; places of a tile beyond the layer, and activations beyond its depth, are
// zeros, and what comes of them is thrown away or adds nothing. Scales are applied to what the tile answered.

import {
  encodeLutWeights,
  fp16Numbers,
  type LutWeights,
  quantiseActivations,
  quantiseLut,
  scaleSums,
} from '@gatewright/golden';
import type { GemmWorkload } from '@gatewright/sim/unit';
import type { TileShape } from './planes.ts';
import type { LutTileParams } from './tile.ts';

/** Operands of one transfer. */
export interface TileTransfer {
  readonly a: readonly (readonly number[])[];
  readonly code: readonly (readonly number[])[];
  readonly last: boolean;
}
interface TileInputs {
  readonly in: readonly TileTransfer[];
}
/** Results of a tile, tokens x outputs. */
type TileResult = readonly (readonly bigint[])[];

const times = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));
/** First places of consecutive parts of `size`. */
const starts = (total: number, size: number): number[] => times(Math.ceil(total / size), (i) => i * size);

/** The transfers of a layer whose operands are codes already; tiles token by token, then output by output. */
export function tileTransfers(
  p: TileShape,
  { tokens, outputs, depth }: Omit<GemmWorkload, 'activations' | 'weights'>,
  activations: ArrayLike<number>,
  weights: ArrayLike<number>,
): TileInputs {
  const groups = starts(depth, p.tableInputs);
  const element = (list: ArrayLike<number>, rows: number, row: number, k: number): number =>
    row < rows && k < depth ? list[row * depth + k]! : 0;
  const a = starts(tokens, p.tokens).map((token) =>
    groups.map((from) =>
      times(p.tokens, (m) => times(p.tableInputs, (k) => element(activations, tokens, token + m, from + k))),
    ),
  );
  const code = starts(outputs, p.outputs).map((output) =>
    groups.map((from) =>
      times(p.outputs, (n) =>
        encodeLutWeights(
          times(p.tableInputs, (k) => element(weights, outputs, output + n, from + k)),
          p.weightBits,
        ),
      ),
    ),
  );
  return {
    in: a.flatMap((rows) =>
      code.flatMap((columns) =>
        groups.map((_, g) => ({ a: rows[g]!, code: columns[g]!, last: g === groups.length - 1 })),
      ),
    ),
  };
}

/** The results of the tiles in the order of the layer, row-major tokens x outputs. */
export function layerResults(
  p: TileShape,
  { tokens, outputs }: Pick<GemmWorkload, 'tokens' | 'outputs'>,
  out: readonly TileResult[],
): bigint[] {
  const across = Math.ceil(outputs / p.outputs);
  return times(tokens * outputs, (i) => {
    const [token, output] = [Math.floor(i / outputs), i % outputs];
    const tile = Math.floor(token / p.tokens) * across + Math.floor(output / p.outputs);
    return out[tile]![token % p.tokens]![output % p.outputs]!;
  });
}

/** The layer's weights as the tile takes them. */
export const lutWeightsOf = (p: TileShape, { weights, outputs, depth }: GemmWorkload): LutWeights =>
  quantiseLut(weights, { outFeatures: outputs, inFeatures: depth }, p.weightBits);

/**
 * Activations (tokens x depth), INT8 with a scale per token, times weights (outputs x depth), a scale per output. Throws
 * RangeError for values that are not finite, and for a depth that the tile's sums do not hold.
 */
export function mapLutLayer(
  p: LutTileParams,
  gemm: GemmWorkload,
): { readonly inputs: TileInputs; results(out: readonly TileResult[]): Float32Array } {
  const { tokens, depth } = gemm;
  if (depth > p.maxDepth)
    throw new RangeError(`a depth of ${depth} needs maxDepth ${depth}, not ${p.maxDepth}`);
  const weights = lutWeightsOf(p, gemm);
  const activations = quantiseActivations(gemm.activations, { tokens, inFeatures: depth });
  const [s, a] = [fp16Numbers(weights.scales), fp16Numbers(activations.scales)];
  return {
    inputs: tileTransfers(p, gemm, activations.codes, weights.codes),
    results: (out) => scaleSums(layerResults(p, gemm, out).map(Number), s, a),
  };
}
