// A linear layer on an output-stationary array: tiles of rows tokens x columns outputs, back to back.
// Invariant: quantisation is the golden quantiser's; places of a tile beyond the layer carry zeros and are thrown away.

import {
  BF16,
  FP16,
  fp32ToNumber,
  isFiniteFloat,
  numberToFloatRne,
  quantiseActivations,
  scaleTokens,
} from '@gatewright/golden';
import type { GemmWorkload } from '@gatewright/sim/unit';
import { ACTIVATION_BITS } from '../params.ts';
import { quantiseFor } from '../workload.ts';
import {
  type ArrayParams,
  columnsPerUnit,
  drainCycles,
  type ElementParams,
  isFloat,
  unitCount,
} from './params.ts';
import { type ArrayInputs, type ArrayTile, arrayInputs } from './transactions.ts';

/** The array's streams for a layer, and its results from what the array answers (tokens x outputs, row by row). */
export interface ArrayLayer {
  readonly inputs: ArrayInputs;
  results(out: readonly (readonly bigint[])[]): Float32Array;
}

/** Maps activations (tokens x depth) times weights (outputs x depth); the tiles of the first tokens come first. */
export function mapLayer(p: ArrayParams, gemm: GemmWorkload): ArrayLayer {
  const { tiles, scales } = layerTiles(p, gemm);
  return { inputs: arrayInputs(tiles), results: (out) => scaleTokens(placed(p, gemm, out), scales) };
}

/** The tiles of a layer, row by row, and the FP16 scales of its tokens. */
export function layerTiles(
  p: ElementParams & Pick<ArrayParams, 'rows' | 'columns'>,
  gemm: GemmWorkload,
): { readonly tiles: ArrayTile[]; readonly scales: Uint16Array } {
  const { tokens, depth, outputs } = gemm;
  const weights = quantiseFor(p, gemm);
  const activations = activationsFor(p, gemm);
  const tiles: ArrayTile[] = [];
  for (let token = 0; token < tokens; token += p.rows) {
    for (let output = 0; output < outputs; output += p.columns) {
      const column = (of: ArrayLike<number>, n: number, at: number, length: number): number =>
        output + n < outputs ? of[(output + n) * length + at]! : 0;
      const columns = <T>(make: (n: number) => T): T[] =>
        Array.from({ length: p.columns }, (_, n) => make(n));
      const along = <T>(length: number, make: (i: number) => T): T[] =>
        Array.from({ length }, (_, i) => make(i));
      tiles.push({
        x: along(p.rows, (m) =>
          along(depth, (k) => (token + m < tokens ? activations.codes[(token + m) * depth + k]! : 0)),
        ),
        q: columns((n) => along(depth, (k) => column(weights.codes, n, k, depth))),
        groups: along(weights.groups, (g) => ({
          scale: columns((n) => column(weights.scales, n, g, weights.groups)),
          zero: columns((n) =>
            p.zeroPoint === 'group' ? column(weights.zeroPoints, n, g, weights.groups) : 0,
          ),
        })),
      });
    }
  }
  return { tiles, scales: activations.scales };
}

/** The layer's activations as codes, and their FP16 scales by token: INT8 codes, or rounded floats, whose scale is 1. */
export function activationsFor(
  p: Pick<ElementParams, 'activation'>,
  { activations, tokens, depth }: GemmWorkload,
): { readonly codes: ArrayLike<number>; readonly scales: Uint16Array } {
  if (!isFloat(p))
    return quantiseActivations(activations, { tokens, inFeatures: depth }, { bits: ACTIVATION_BITS });
  const format = p.activation === 'fp16' ? FP16 : BF16;
  return {
    codes: Uint16Array.from(activations, (x, i) => {
      const code = numberToFloatRne(format, x);
      if (isFiniteFloat(format, code)) return code;
      throw new RangeError(`activations[${i}] is ${x}: ${p.activation} has no such number`);
    }),
    scales: new Uint16Array(tokens).fill(numberToFloatRne(FP16, 1)),
  };
}

/** Results in the order of the array, put where they belong in the layer. */
function placed(
  p: ArrayParams,
  { tokens, outputs }: GemmWorkload,
  out: readonly (readonly bigint[])[],
): Float32Array {
  const y = new Float32Array(tokens * outputs);
  const tilesAcross = Math.ceil(outputs / p.columns);
  const perTile = drainCycles(p);
  out.forEach((step, i) => {
    const tile = Math.floor(i / perTile);
    const token = Math.floor(tile / tilesAcross) * p.rows + (i % p.rows);
    const first = (tile % tilesAcross) * p.columns + Math.floor((i % perTile) / p.rows);
    for (let unit = 0; unit < unitCount(p); unit++) {
      const output = first + unit * columnsPerUnit(p);
      if (token < tokens && output < outputs) y[token * outputs + output] = fp32ToNumber(Number(step[unit]));
    }
  });
  return y;
}
