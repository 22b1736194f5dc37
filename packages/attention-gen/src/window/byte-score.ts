// The score of rows of bytes: an exact integer sum, converted to FP32 and multiplied by the scales of both rows.
// Invariant: one FP32 multiplier does both products: the two scales while the row begins, and their product times the sum
// when that is complete. The control says when: `start` with the first product, `dequantise` with the converted sum.

import {
  type BoolSig,
  mux,
  named,
  registered,
  regs,
  sint,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { FloatMultiply, FP32, IntToFloat } from '@gatewright/parts';
import { CONVERT_STAGES, MULTIPLY_STAGES } from './params.ts';

/** Sums of 256 products of bytes, -128 times -128 at most. */
const SUM_BITS = 24;

interface Scales {
  readonly query: UIntSig;
  /** Of the row that is loaded when `load` is high. */
  readonly incoming: UIntSig;
  readonly load: BoolSig;
}

/** FP32: RNE(RNE(query scale x key scale) x sum of query x key). */
export function byteScore(
  query: UIntSig,
  key: UIntSig,
  scales: Scales,
  control: { readonly start: BoolSig; readonly dequantise: UIntSig },
): UIntSig {
  // As many registers as a multiplier of floats has.
  const early = registered('early_product', query.asSInt().mul(key.asSInt()));
  const product = registered('product', early);
  const { sum, key_scale, row_scale } = regs({
    sum: sint(SUM_BITS),
    key_scale: uint(32),
    row_scale: uint(32),
  });
  sum.next(mux(control.start, product.extend(SUM_BITS), sum.addWrap(product.extend(SUM_BITS))));
  const convert = IntToFloat.inst('u_convert', { integerBits: SUM_BITS, ...FP32, stages: CONVERT_STAGES });
  convert.x.set(sum.asUInt());
  convert.enable.set(1);

  when(scales.load, () => key_scale.next(scales.incoming));
  const dequantise = named('dequantise', control.dequantise.bit(0));
  const scale = FloatMultiply.inst('u_scale', { ...FP32, stages: MULTIPLY_STAGES });
  scale.a.set(mux(dequantise, convert.y, scales.query));
  scale.b.set(mux(dequantise, row_scale, key_scale));
  scale.enable.set(1);
  when(control.start, () => row_scale.next(scale.product));
  return scale.product;
}
