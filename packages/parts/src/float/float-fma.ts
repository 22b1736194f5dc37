// Fused multiply-add with one rounding (nearest, ties to even), the factors and the sum in formats of their own.
// The product stands still in a window of bits, the addend is shifted to it; nothing is lost but what a sticky bit can hold.

import { defineModule, input, literal, mux, named, output, uint } from '@gatewright/hdl-core';
import { z } from 'zod';
import { shiftRightSticky } from '../integer/shift.ts';
import { enablePort, Pipeline, stagesParam } from '../pipeline.ts';
import {
  type FloatFormat,
  floatBias,
  floatWidth,
  formatParams,
  roundingParams,
  secondFormat,
  secondFormatParams,
  subnormalExponent,
} from './float-format.ts';
import { packFloat, selectSpecial } from './float-pack.ts';
import { unpackFloat } from './float-unpack.ts';

const DELAYS = { multiply: 6, sum: 4, magnitude: 2, normalise: 6, round: 3 };

const fmaParams = z.object({
  ...formatParams,
  ...secondFormatParams('sum'),
  ...roundingParams,
  stages: stagesParam(5),
});

/**
 * `sum = a * b + c` with one rounding, `stages` enabled clock edges later: a and b in the format of exponentBits,
 * mantissaBits and nonFinite; c and sum in that of sumExponentBits, sumMantissaBits and sumNonFinite (the same by default).
 */
export const FloatFma = defineModule({
  name: 'FloatFma',
  doc: 'IEEE 754 fused multiply-add, round to nearest even.',
  params: fmaParams,
  ports: (p) => ({
    a: input(uint(floatWidth(p))),
    b: input(uint(floatWidth(p))),
    c: input(uint(floatWidth(secondFormat(p, 'sum')))),
    enable: enablePort(p.stages),
    sum: output(uint(floatWidth(secondFormat(p, 'sum')))),
  }),
  build(io, p) {
    const format = secondFormat(p, 'sum');
    const pipeline = new Pipeline(p.stages, DELAYS, io.enable);
    const a = unpackFloat('a', io.a, p, p);
    const b = unpackFloat('b', io.b, p, p);
    const c = unpackFloat('c', io.c, format, p);
    const productSign = named('product_sign', a.sign.xor(b.sign));
    const subtract = named('subtract', productSign.xor(c.sign));
    const productZero = named('product_zero', a.significand.any().and(b.significand.any()).not());
    const special = pipeline.carry(
      specialResult(a, b, c, { sign: productSign, zero: productZero, subtract }),
    );

    const { left, bits, below } = fmaWindow(p, format);
    // Biased exponents, as in the format of the sum, of the window's top bit and of the addend's.
    const offset = floatBias(format) - 2 * floatBias(p) + 1 + left;
    const windowExponent = named('window_exponent', a.exponent.add(b.exponent).toSInt().add(offset));
    const distance = named('distance', windowExponent.sub(c.exponent.toSInt()));
    // An addend that would stand further to the left stays at the top: the product below it is only sticky then, or zero.
    const leads = named('addend_leads', distance.isNegative().or(productZero));
    const shift = named('addend_shift', mux(leads, literal(0, uint(1)), magnitudeBits(distance)));
    const addend = named('addend', c.significand.shl(bits - c.significand.type.width));
    const operands = pipeline.cut('multiply', {
      product: named('product', a.significand.mul(b.significand)),
      aligned: named('aligned', shiftRightSticky('addend', addend, shift)),
      subtract,
      product_sign: productSign,
      // The greater of the two exponents, so at least the addend's, which is 1 or more.
      limit: named(
        'limit',
        mux(leads, c.exponent.sub(1), windowExponent.sub(1))
          .asUInt()
          .trunc(limitBits(p, format, left)),
      ),
    });

    const reference = named('reference', operands.product.shl(below + 1));
    const aligned = operands.aligned.toSInt();
    const difference = reference.toSInt().sub(aligned);
    const total = pipeline.cut('sum', {
      total: named('total', mux(operands.subtract, difference, reference.toSInt().add(aligned))),
      subtract: operands.subtract,
      product_sign: operands.product_sign,
      limit: operands.limit,
    });
    const negative = total.total.isNegative();
    // An exact zero is positive unless both terms are negative.
    const zeroSign = total.product_sign.and(total.subtract.not());
    const exact = pipeline.cut('magnitude', {
      sign: named('sum_sign', mux(total.total.any(), total.product_sign.xor(negative), zeroSign)),
      magnitude: named('magnitude', total.total.abs().trunc(bits + 1)),
      limit: total.limit,
    });
    const packed = packFloat('sum', exact, format, { ...p, cut: (x) => pipeline.cut('normalise', x) });
    const { nan, infinite, infinite_sign: sign } = special();
    const rounded = selectSpecial(packed, { nan, infinite, sign }, format, p);
    io.sum.set(pipeline.cut('round', { rounded }).rounded);
  },
});

type Unpacked = ReturnType<typeof unpackFloat>;
type Bool = Unpacked['sign'];

/** NaN from NaN, infinity times zero, and infinity minus infinity; an infinite product or addend is the result. */
function specialResult(
  a: Unpacked,
  b: Unpacked,
  c: Unpacked,
  product: { readonly sign: Bool; readonly zero: Bool; readonly subtract: Bool },
) {
  const infinite = named('product_infinite', a.infinite.or(b.infinite));
  const invalid = infinite.and(product.zero.or(c.infinite.and(product.subtract)));
  return {
    nan: named('nan', a.nan.or(b.nan).or(c.nan).or(invalid)),
    infinite: named('infinite', infinite.or(c.infinite)),
    infinite_sign: named('infinite_sign', mux(infinite, product.sign, c.sign)),
  };
}

/**
 * The window, from its top: `left` bits above the product, the product, `below` bits under it (and a sticky bit).
 * left: the addend and two more, so that a product under an addend at the top is less than a quarter of its last place.
 * below: what the rounding of the shortest product keeps under that product's last bit, with a guard bit and one for a
 * cancellation. A product of two subnormals may be one bit long, but matters then only if addends reach as far down.
 */
function fmaWindow(factors: FloatFormat, sum: FloatFormat) {
  const precision = sum.mantissaBits + 1;
  const product = 2 * (factors.mantissaBits + 1);
  const shortest = subnormalExponent(sum) >= 2 * subnormalExponent(factors) ? factors.mantissaBits + 1 : 1;
  const left = precision + 2;
  const below = Math.max(0, precision + 2 - shortest);
  return { left, below, bits: left + product + below };
}

/** Bits of the window's exponent, less 1, when it is not negative. */
function limitBits(factors: FloatFormat, sum: FloatFormat, left: number): number {
  const window = 2 * (2 ** factors.exponentBits - 1) + floatBias(sum) - 2 * floatBias(factors) + left;
  const addend = 2 ** sum.exponentBits - 2;
  return Math.floor(Math.log2(Math.max(window, addend))) + 1;
}

/** A signed value as an unsigned one where it is not negative. */
function magnitudeBits(x: ReturnType<Unpacked['exponent']['toSInt']>): Unpacked['exponent'] {
  return x.asUInt().trunc(x.type.width - 1);
}
