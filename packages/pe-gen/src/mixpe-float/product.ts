// x * q of a float activation and a weight code: exactly by shifts of the significand (variant B), or by float additions of
// copies with other exponents (variant A). Source: specification 1.5, reconstructions [X]; the paper says "shift" for both.

import { bool, cat, literal, mux, named, replicate, type UIntSig, uint } from '@gatewright/hdl-core';
import {
  FloatAdd,
  type FloatFormat,
  floatBias,
  floatWidth,
  normalise,
  type UnpackedFloat,
  unpackFloat,
} from '@gatewright/parts';
import { type ExactTerm, termExponent } from './add-exact.ts';
import type { FloatPeParams } from './params.ts';

/** Sign and magnitude of a weight code. */
export function weightMagnitude(q: UIntSig, p: Pick<FloatPeParams, 'weightBits' | 'weightSigned'>) {
  return p.weightSigned
    ? {
        negative: named('q_negative', q.bit(p.weightBits - 1)),
        magnitude: named('q_magnitude', q.asSInt().abs()),
      }
    : { negative: literal(false, bool), magnitude: q };
}

/** The sum of the copies of `x` that the bits of `q` choose; the top one is chosen whenever `some` is. */
function gatedCopies(x: UIntSig, q: UIntSig, some: ReturnType<UIntSig['bit']>): UIntSig {
  const width = x.type.width + q.type.width;
  const row = (enable: typeof some, place: number): UIntSig =>
    x.and(replicate(enable, x.type.width)).shl(place).extend(width);
  const top = q.type.width - 1;
  let sum = row(some, top);
  for (let i = top - 1; i >= 0; i--) sum = sum.addWrap(named(`q_row_${i}`, row(q.bit(i), i)));
  return sum;
}

/**
 * The exact product as a term for a sum in `format`. |q| is shifted up to its leading one first, so that the product of a
 * normal number starts at its first or second bit: the adder that takes it needs no room for more zeros.
 */
export function mantissaProduct(
  x: UnpackedFloat,
  q: UIntSig,
  p: FloatPeParams,
  activation: FloatFormat,
  format: FloatFormat,
): ExactTerm {
  const { negative, magnitude } = weightMagnitude(q, p);
  const { value, leadingZeros } = normalise('q', magnitude.extend(p.weightBits));
  // |q| of a signed code is 2^(bits - 1) or has a zero on top, so that its normalised lowest bit is 0.
  const dropped = p.weightSigned ? 1 : 0;
  const weight = named('q_normal', value.bits(p.weightBits - 1, dropped));
  const product = named(
    'product',
    p.multiplier === 'operator'
      ? x.significand.mul(weight)
      : gatedCopies(x.significand, weight, named('q_some', magnitude.any())),
  );
  const bits = product.type.width;
  const top = bits - 1 + dropped - floatBias(activation) - activation.mantissaBits + floatBias(format);
  const exponentBits = Math.max(format.exponentBits, activation.exponentBits) + 1;
  const place = termExponent(x.exponent, top, exponentBits);
  return {
    sign: named('product_sign', x.sign.xor(negative)),
    significand: product,
    exponent: named('product_exponent', place.subWrap(leadingZeros.extend(exponentBits))),
    leadingZeros: 1,
  };
}

/** The activation itself as a term. */
export function activationTerm(x: UnpackedFloat, activation: FloatFormat, format: FloatFormat): ExactTerm {
  const exponentBits = Math.max(format.exponentBits, activation.exponentBits) + 1;
  return {
    sign: x.sign,
    significand: x.significand,
    exponent: named(
      'x_place',
      termExponent(x.exponent, floatBias(format) - floatBias(activation), exponentBits),
    ),
    leadingZeros: 0,
  };
}

/**
 * Variant A: the copies x * 2^i that the bits of |q| choose, made by adding i to the exponent (guarded: zero stays zero, overflow
 * gives the largest value), added pairwise by float adders that round; the code of the sum, in the format of x.
 */
export function exponentProduct(x: UIntSig, q: UIntSig, p: FloatPeParams, format: FloatFormat): UIntSig {
  const { negative, magnitude } = weightMagnitude(q, p);
  const width = floatWidth(format);
  const unpacked = unpackFloat('x', x, format, { flushSubnormals: true });
  const normal = named('x_is_normal', unpacked.significand.bit(format.mantissaBits));
  const most = 2 ** format.exponentBits - 2;
  const copies = Array.from({ length: p.weightBits }, (_, i) => {
    const raised = unpacked.exponent.add(i);
    const over = raised.gt(most);
    const mantissa = unpacked.significand.trunc(format.mantissaBits);
    const largest = literal(
      2 ** (format.exponentBits + format.mantissaBits) - 2 ** format.mantissaBits - 1,
      uint(width - 1),
    );
    const fields = mux(over, largest, cat(raised.trunc(format.exponentBits), mantissa));
    const there = magnitude.extend(p.weightBits).bit(i).and(normal);
    return named(`copy_${i}`, cat(unpacked.sign, fields).and(replicate(there, width)));
  });
  let level: UIntSig[] = copies;
  for (let depth = 0; level.length > 1; depth++) {
    level = level.flatMap((a, i) => {
      const b = level[i + 1];
      if (i % 2) return [];
      if (!b) return [a];
      const add = FloatAdd.inst(`u_copies_${depth}_${i / 2}`, {
        ...format,
        flushSubnormals: true,
        saturate: true,
      });
      add.a.set(a);
      add.b.set(b);
      return [add.sum];
    });
  }
  const sum = named('copies_sum', level[0]!);
  return cat(sum.bit(width - 1).xor(negative), sum.bits(width - 2, 0));
}
