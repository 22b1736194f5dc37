// A LUT Tensor Core tile for FP16 activations: tables of signed sums, looked up by weight bits, one bit plane per cycle.
// Source: arXiv 2408.06003 (ISCA'25), 2.1 and 2.2; the order of additions is ours [X].
// Invariant: every sum is rounded once; no exponent is added to without a look at what it belongs to.

import { type BoolSig, cat, defineModule, type UIntSig, uint } from '@gatewright/hdl-core';
import { FloatAdd, FloatConvert, type FloatFormat, FP16, FP32, floatWidth } from '@gatewright/parts';
import { z } from 'zod';
import { FloatDouble } from './float-double.ts';
import { sumPlanes, tilePorts, tileShape } from './planes.ts';
import { signedSums } from './signed-sums.ts';

export const lutFloatParams = z
  .object({
    ...tileShape,
    entry: z
      .enum(['fp16', 'fp32'])
      .default('fp16')
      .meta({ description: 'what sums of a table are rounded to' }),
    accumulator: z.enum(['fp16', 'fp32']).default('fp32').meta({ description: 'format of the dot products' }),
  })
  .refine((p) => p.entry === 'fp16' || p.accumulator === 'fp32', {
    message: 'FP32 entries need FP32 sums: set accumulator to fp32',
    path: ['entry'],
  });
export type LutFloatParams = z.output<typeof lutFloatParams>;

const FORMATS = { fp16: FP16, fp32: FP32 } as const;

/**
 * O[m][n] = SUM over the transfers up to `last`, their groups and planes, of +-T * 2^b, from +0, each sum rounded once to the
 * accumulator's format; T is made pairwise, each sum rounded to the entry's. Activations are finite FP16 codes; `code` as in
 * `LutTile`. Sums that pass the end of FP16 are infinite, and infinities of both signs make NaN.
 */
export const LutTileFloat = defineModule({
  name: 'LutTileFloat',
  doc: 'matrix product of FP16 activations by table look-up, bit-serial in the weights.',
  params: lutFloatParams,
  ports: (p) => tilePorts(p, uint(floatWidth(FP16)), uint(floatWidth(FORMATS[p.accumulator]))),
  build(io, p) {
    const [entry, sum] = [FORMATS[p.entry], FORMATS[p.accumulator]];
    const width = floatWidth(sum);
    const sums = sumPlanes<UIntSig>(
      io,
      [...io.in.data.a].map((row) => [...row]),
      p,
      {
        entryBits: width,
        sumBits: width,
        table(a, m) {
          const terms = a.map((x, k) => converted(`u_activation_${m}_${k}`, x, FP16, entry));
          const signed = signedSums<UIntSig>(terms, (x, y, subtract, place) =>
            added(`u_signed_${m}_${place}`, x, subtract ? negated(y) : y, entry, p.entry === 'fp16'),
          );
          return signed.map((x, i) => converted(`u_entry_${m}_${i}`, x, entry, sum));
        },
        doubled(x, place) {
          const { exponentBits, mantissaBits } = sum;
          const double = FloatDouble.inst(`u_double_${place}`, { exponentBits, mantissaBits });
          double.x.set(x);
          return double.y;
        },
        add: (previous, x, negate, place) =>
          // Multiples of 2^-24 far below 2^128: in FP32 no sum of finite entries is subnormal or infinite.
          added(`u_sum_${place}`, previous, negatedIf(x, negate), sum, p.entry === 'fp16'),
      },
    );
    io.out.data.set(sums);
  },
});

/** RNE(x + y) in `format`; without the full range both and their sum are zero or normal. */
function added(name: string, x: UIntSig, y: UIntSig, format: FloatFormat, fullRange: boolean): UIntSig {
  const adder = FloatAdd.inst(name, { ...format, fullRange });
  adder.a.set(x);
  adder.b.set(y);
  return adder.sum;
}

/** x in a format that holds all of its values. */
function converted(name: string, x: UIntSig, from: FloatFormat, to: FloatFormat): UIntSig {
  if (from.mantissaBits === to.mantissaBits) return x;
  const { exponentBits, mantissaBits } = from;
  const widen = FloatConvert.inst(name, {
    ...{ exponentBits, mantissaBits, toExponentBits: to.exponentBits, toMantissaBits: to.mantissaBits },
  });
  widen.x.set(x);
  return widen.y;
}

const negatedIf = (x: UIntSig, negate: BoolSig): UIntSig => {
  const top = x.type.width - 1;
  return cat(x.bit(top).xor(negate), x.trunc(top));
};
const negated = (x: UIntSig): UIntSig => cat(x.bit(x.type.width - 1).not(), x.trunc(x.type.width - 1));
