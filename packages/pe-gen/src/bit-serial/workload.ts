// A linear layer on the bit-serial array: weights in one datatype, float activations, tiles of tokens x outputs.
// Invariant: quantisation is the golden quantiser's; places of a tile beyond the layer carry zeros and are thrown away. The
// channel's own scale is applied to what the array answered.

import {
  BF16,
  BITMOD_DATATYPES,
  type BitmodDatatype,
  bitmodBits,
  FP16,
  fp32ToNumber,
  isBitmodFloat,
  isFiniteFloat,
  numberToFloatRne,
  quantiseBitmod,
  scaleChannels,
} from '@gatewright/golden';
import type { GemmWorkload } from '@gatewright/sim/unit';
import type { ArrayParams } from './params.ts';
import { type ArrayDots, type ArrayInputs, arrayInputs } from './transactions.ts';

/** The array's streams for a layer, and its results from what the array answers (tokens x outputs, row by row). */
export interface BitSerialLayer {
  readonly inputs: ArrayInputs;
  results(out: readonly (readonly (readonly bigint[])[])[]): Float32Array;
}

/**
 * Maps activations (tokens x depth) times weights (outputs x depth). Weights become FP4 with special values unless the
 * workload names another datatype. Throws RangeError for INT8 activations, datatypes that are not there or too wide, and
 * activations that the format cannot hold.
 */
export function mapLayer(p: ArrayParams, gemm: GemmWorkload): BitSerialLayer {
  const { tokens, depth, outputs } = gemm;
  const { groupSize } = p;
  const datatype = datatypeOf(p, gemm);
  const weights = quantiseBitmod(
    gemm.weights,
    { outFeatures: outputs, inFeatures: depth },
    { datatype, groupSize },
  );
  const codes = activationCodes(p, gemm.activations);
  const [rows, columns] = [p.tileRows * p.rows, p.tileColumns * p.columns];
  const dots: ArrayDots[] = [];
  for (let token = 0; token < tokens; token += rows)
    for (let output = 0; output < outputs; output += columns)
      dots.push({
        activations: Array.from({ length: rows }, (_, m) =>
          Array.from({ length: depth }, (_, k) => (token + m < tokens ? codes[(token + m) * depth + k]! : 0)),
        ),
        groups: Array.from({ length: weights.groups }, (_, g) => ({
          datatype,
          columns: Array.from({ length: columns }, (_, n) => {
            const length = Math.min(groupSize, depth - g * groupSize);
            if (output + n >= outputs)
              return { codes: new Array<number>(length).fill(0), special: 0, scale: 0 };
            const at = (output + n) * weights.groups + g;
            const from = (output + n) * depth + g * groupSize;
            return {
              codes: [...weights.codes.subarray(from, from + length)],
              special: weights.specials[at]!,
              scale: weights.scales[at]!,
            };
          }),
        })),
      });
  return {
    inputs: arrayInputs(p, dots),
    results(out) {
      const y = new Float32Array(tokens * outputs);
      const across = Math.ceil(outputs / columns);
      out.forEach((tiles, i) => {
        const tile = Math.floor(i / p.rows);
        tiles.forEach((sums, t) => {
          const token = Math.floor(tile / across) * rows + t * p.rows + (i % p.rows);
          sums.forEach((sum, n) => {
            const output = (tile % across) * columns + n;
            if (token < tokens && output < outputs) y[token * outputs + output] = fp32ToNumber(Number(sum));
          });
        });
      });
      return scaleChannels(y, weights.channelScales);
    },
  };
}

/** Codes that are float numbers, rounded to the format. */
function activationCodes(p: ArrayParams, activations: Float32Array): Uint16Array {
  if (p.activation === 'int8')
    throw new RangeError("a layer on bit-serial PEs takes float activations: set activation to 'fp16'");
  const format = p.activation === 'fp16' ? FP16 : BF16;
  return Uint16Array.from(activations, (x, i) => {
    const code = numberToFloatRne(format, x);
    if (isFiniteFloat(format, code)) return code;
    throw new RangeError(`activations[${i}] is ${x}: ${p.activation} has no such number`);
  });
}

/** The datatype asked for, as long as the array has the bits for it. */
function datatypeOf(p: ArrayParams, { weightFormat = 'fp4' }: GemmWorkload): BitmodDatatype {
  const datatype = BITMOD_DATATYPES.find((known) => known === weightFormat);
  if (!datatype)
    throw new RangeError(`there are no '${weightFormat}' weights; there are ${BITMOD_DATATYPES.join(', ')}`);
  if (!isBitmodFloat(datatype) && bitmodBits(datatype) > p.weightBits)
    throw new RangeError(`${datatype} weights need weightBits ${bitmodBits(datatype)}, not ${p.weightBits}`);
  return datatype;
}
