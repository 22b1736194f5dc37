// Parameters and ports of the streaming attention graphs, and the depth of the FIFO that the naive one needs.

import { bool, bundle, input, output, stream, type UIntSig, uint, vec } from '@gatewright/hdl-core';
import {
  BF16,
  FloatAdd,
  FloatExp,
  type FloatFormat,
  FloatMultiply,
  FP16,
  FP32,
  floatWidth,
} from '@gatewright/parts';
import { z } from 'zod';

export const streamingParams = z.object({
  valueDim: z.int().min(1).max(128).default(4).meta({ description: 'elements of a value row' }),
  dataType: z.enum(['fp16', 'bf16']).default('fp16').meta({ description: 'format of values and outputs' }),
});
export type StreamingParams = z.output<typeof streamingParams>;

export const dataFormat = (p: StreamingParams): FloatFormat => ({ fp16: FP16, bf16: BF16 })[p.dataType];
export const dataBits = (p: StreamingParams): number => floatWidth(dataFormat(p));
/** The exponential of both graphs: FP32, 1 ulp. */
export const EXP_KIND = 'cubic_8';

export const streamingPorts = (p: StreamingParams) => ({
  score: input(
    stream(bundle({ data: uint(32), last: bool })),
    'FP32 scores of a row, one per key; last ends the row',
  ),
  value: input(stream(vec(p.valueDim, uint(dataBits(p)))), 'value rows, one per key'),
  out: output(stream(vec(p.valueDim, uint(dataBits(p)))), 'one row per row of scores'),
});

/**
 * Words that a FIFO beside a reduction needs for full rate: the reduction is silent for a row of `keys` tokens; then come the
 * registers by which its path is longer (here the total and its repetition, less the FIFO's own), and one word more, since a
 * full FIFO does not take a word while it gives one.
 */
export const longFifoDepth = (keys: number, reductions = 1, registers = 1): number =>
  keys * reductions + registers + 1;

/** a + b, a * b and exp(x) in FP32, combinational; `name` is the instance. */
export function add(name: string, a: UIntSig, b: UIntSig): UIntSig {
  const part = FloatAdd.inst(name, FP32);
  part.a.set(a);
  part.b.set(b);
  return part.sum;
}
export function multiply(name: string, a: UIntSig, b: UIntSig): UIntSig {
  const part = FloatMultiply.inst(name, FP32);
  part.a.set(a);
  part.b.set(b);
  return part.product;
}
export function exponential(name: string, x: UIntSig): UIntSig {
  const part = FloatExp.inst(name, { ...FP32, kind: EXP_KIND });
  part.x.set(x);
  return part.y;
}
