// Multiply-accumulate with approximate normalisation, beside the exact FloatFma: the accumulator may keep leading zeros.
// Source: arXiv 2408.11997 (BF16 matrix engines). Its logic was not published; this is a reconstruction from first principles:
// instead of a leading-zero counter and a barrel shifter, two OR trees choose among three left shifts.
// Invariant: only bits that are zero leave the window at the top; what leaves it at the bottom is dropped, not rounded.

import {
  bool,
  bundle,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  sint,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { shiftRight } from '../integer/barrel-shifter.ts';
import { type FloatFormat, floatBias, floatWidth, formatParams } from './float-format.ts';
import { packFloat, roomForSubnormals } from './float-pack.ts';
import { unpackFloat } from './float-unpack.ts';

const windowParams = {
  exponentBits: formatParams.exponentBits,
  mantissaBits: formatParams.mantissaBits.default(7),
  windowBits: z
    .int()
    .min(4)
    .max(256)
    .default(16)
    .meta({ description: "bits of the accumulator's significand; at least 2 * (mantissaBits + 1)" }),
};

/** Carries in a row that the stored exponent has room for: sums of 2^64 products. */
const GROWTH = 64;
const precision = (f: FloatFormat): number => f.mantissaBits + 1;
/** Bits of the stored exponent: ea + eb + 2 * (mantissaBits + 1), less the shifts and plus the carries so far; 0 when empty. */
const exponentWidth = (f: FloatFormat): number =>
  Math.floor(Math.log2(2 * (2 ** f.exponentBits - 1) + 2 * precision(f) + GROWTH)) + 1;

const accumulator = (p: FloatFormat & { windowBits: number }) =>
  bundle({ sign: bool, exponent: uint(exponentWidth(p)), significand: uint(p.windowBits) });

/**
 * `next` = state + a * b, combinational; the register of the accumulator is the user's. All zeros is the empty one. The factors
 * must be finite. `coarseBits` (k) and `fineBits` (lambda) are the widths of the two tests: no shift when one of the top k bits
 * is set, else by k when one of the next lambda is, else by k + lambda.
 */
export const FloatAccumulateApproximate = defineModule({
  name: 'FloatAccumulateApproximate',
  doc: 'multiply-accumulate with approximate normalisation.',
  params: z.object({
    ...windowParams,
    coarseBits: z.int().min(1).max(16).default(1).meta({ description: 'width of the first test, k' }),
    fineBits: z.int().min(1).max(16).default(2).meta({ description: 'width of the second test, lambda' }),
    flushSubnormals: z.boolean().default(true).meta({ description: 'read subnormal factors as zero' }),
  }),
  ports: (p) => ({
    a: input(uint(floatWidth(p))),
    b: input(uint(floatWidth(p))),
    state: input(accumulator(p)),
    next: output(accumulator(p)),
  }),
  build(io, p) {
    if (p.windowBits < 2 * precision(p))
      throw new RangeError(
        `windowBits ${p.windowBits} is less than the ${2 * precision(p)} bits of a product`,
      );
    const width = exponentWidth(p);
    const a = unpackFloat('a', io.a, p, p);
    const b = unpackFloat('b', io.b, p, p);
    const significand = named('product', a.significand.mul(b.significand));
    const some = named('product_some', significand.any());
    const biased = a.exponent
      .add(b.exponent)
      .add(2 * precision(p))
      .extend(width);
    const product = {
      sign: named('product_sign', a.sign.xor(b.sign)),
      exponent: named('product_exponent', mux(some, biased, literal(0, uint(width)))),
      significand: significand.shl(p.windowBits - 2 * precision(p)).extend(p.windowBits),
    };

    const stateLeads = named('state_leads', io.state.exponent.gt(product.exponent));
    const lead = named('lead', mux(stateLeads, io.state.significand, product.significand));
    const other = named('other', mux(stateLeads, product.significand, io.state.significand));
    const leadExponent = named('lead_exponent', mux(stateLeads, io.state.exponent, product.exponent));
    const otherExponent = mux(stateLeads, product.exponent, io.state.exponent);
    const distance = named('distance', leadExponent.subWrap(otherExponent));
    const aligned = named('aligned', alignRight(other, distance));

    const subtract = named('subtract', io.state.sign.xor(product.sign));
    const total = named(
      'total',
      mux(subtract, lead.toSInt().sub(aligned.toSInt()), lead.toSInt().add(aligned.toSInt())),
    );
    const magnitude = named('magnitude', total.abs().extend(p.windowBits + 1));
    const leadSign = mux(stateLeads, io.state.sign, product.sign);
    const carry = named('carry', magnitude.bit(p.windowBits));
    const low = magnitude.trunc(p.windowBits);

    const { coarseBits: k, fineBits: lambda } = p;
    const top = named('top', low.bits(p.windowBits - 1, p.windowBits - k).any());
    const next = named('next_bits', low.bits(p.windowBits - k - 1, p.windowBits - k - lambda).any());
    const shifted = mux(
      top,
      low,
      mux(next, low.shl(k).trunc(p.windowBits), low.shl(k + lambda).trunc(p.windowBits)),
    );
    const shift = mux(top, literal(0, uint(1)), mux(next, literal(k, uint(5)), literal(k + lambda, uint(6))));
    const any = named('any', magnitude.any());
    const exponent = mux(carry, leadExponent.addWrap(1), leadExponent.subWrap(shift));
    io.next.set({
      sign: any.and(leadSign.xor(total.isNegative())),
      exponent: mux(any, exponent, literal(0, uint(width))),
      significand: mux(carry, magnitude.bits(p.windowBits, 1), shifted),
    });
  },
});

/** x / 2^by for any `by`. */
function alignRight(x: UIntSig, by: UIntSig): UIntSig {
  const bits = Math.min(by.type.width, Math.ceil(Math.log2(x.type.width)));
  const near = shiftRight('other', x, by.trunc(bits), literal(0, uint(1)).bit(0));
  if (bits === by.type.width) return near;
  return mux(by.bits(by.type.width - 1, bits).any(), literal(0, uint(x.type.width)), near);
}

/** `y` = the value of an accumulator of `FloatAccumulateApproximate`, normalised exactly and rounded once; +0 when empty. */
export const FloatAccumulatorRound = defineModule({
  name: 'FloatAccumulatorRound',
  doc: 'exact normalisation and rounding of an accumulator.',
  params: z.object({
    ...windowParams,
    toExponentBits: z.int().min(2).max(11).default(8).meta({ description: 'exponent bits of the result' }),
    toMantissaBits: z.int().min(1).max(52).default(23).meta({ description: 'mantissa bits of the result' }),
  }),
  ports: (p) => ({
    state: input(accumulator(p)),
    y: output(uint(1 + p.toExponentBits + p.toMantissaBits)),
  }),
  build(io, p) {
    const format = { exponentBits: p.toExponentBits, mantissaBits: p.toMantissaBits };
    const offset = 1 - 2 * floatBias(p) - 2 * precision(p) + floatBias(format);
    const topExponent = named('top_exponent', io.state.exponent.toSInt().add(literal(offset, sint(16))));
    const placed = roomForSubnormals('y', io.state.significand, topExponent, format);
    io.y.set(packFloat('y', { sign: io.state.sign, ...placed }, format));
  },
});
