// A linear layer on the engine: INT8 weights per output, INT8 activations per token, blocks as sparse as their zeros let them be.
// Invariant: the engine's sums are exact; the scales are applied to what it answered, so the error is that of quantisation alone.

import { FP16, floatToNumber, quantiseActivations, quantiseWeights } from '@gatewright/golden';
import type { StreamOutputs } from '@gatewright/hdl-core';
import type { GemmWorkload } from '@gatewright/sim/unit';
import type { SparseMpe } from './mpe.ts';
import { BLOCK, columnsOf, type MpeParams } from './mpe-params.ts';
import { type MpeInputs, type MpeProduct, mpeInputs } from './mpe-transactions.ts';

/**
 * The layer as instructions, one per 2 * pairs tokens. Throws RangeError when K does not fit the activation buffer or the
 * engine rescales its sums.
 */
export function mapSparseLayer(
  p: MpeParams,
  { activations, weights, tokens, depth, outputs }: GemmWorkload,
): { inputs: MpeInputs; results(out: StreamOutputs<ReturnType<typeof SparseMpe.ports>>): Float32Array } {
  if (p.output !== 'int32') throw new RangeError("a layer needs exact sums: set output to 'int32'");
  const blocks = Math.ceil(depth / BLOCK);
  if (blocks > p.depth)
    throw new RangeError(`K = ${depth} needs a depth of ${blocks} blocks, not ${p.depth}`);
  const w = quantiseWeights(
    weights,
    { outFeatures: outputs, inFeatures: depth },
    { bits: 8, groupSize: depth, scheme: 'symmetric' },
  );
  const x = quantiseActivations(activations, { tokens, inFeatures: depth });
  const rows = 2 * p.pairs;
  const codes = Array.from({ length: outputs }, (_, n) => [...w.codes.subarray(n * depth, (n + 1) * depth)]);
  const products: MpeProduct[] = [];
  for (let token = 0; token < tokens; token += rows)
    products.push({
      kind: 'sparse',
      weights: codes,
      activations: Array.from({ length: rows }, (_, r) =>
        token + r < tokens
          ? [...x.codes.subarray((token + r) * depth, (token + r + 1) * depth)]
          : new Array<number>(depth).fill(0),
      ),
    });
  const columns = columnsOf(p);
  const tiles = Math.ceil(outputs / BLOCK);
  return {
    inputs: mpeInputs(p, products),
    results({ out }) {
      const y = new Float32Array(tokens * outputs);
      out.forEach((rowSums, i) => {
        const tile = Math.floor(i / columns) % tiles;
        const first = Math.floor(i / (columns * tiles)) * rows;
        rowSums.forEach((sums, r) => {
          sums.forEach((sum, chain) => {
            const output = tile * BLOCK + chain * columns + (i % columns);
            const token = first + r;
            if (token >= tokens || output >= outputs) return;
            const scale = floatToNumber(FP16, w.scales[output]!) * floatToNumber(FP16, x.scales[token]!);
            y[token * outputs + output] = Number(sum) * scale;
          });
        });
      });
      return y;
    },
  };
}
