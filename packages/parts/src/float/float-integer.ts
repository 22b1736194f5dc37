// Between integers and floats: the nearest float of an integer, and the rounded, clamped integer of a float.

import {
  type BoolSig,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { shiftLeft } from '../integer/shift.ts';
import { enablePort, Pipeline, stagesParam } from '../pipeline.ts';
import { floatBias, floatWidth, formatParams, roundingParams, topExponentField } from './float-format.ts';
import { packFloat, roomForSubnormals } from './float-pack.ts';
import { unpackFloat } from './float-unpack.ts';

const integerParams = {
  integerBits: z.int().min(2).max(128).default(32).meta({ description: 'bits of the integer' }),
  integerSigned: z.boolean().default(true).meta({ description: "two's complement" }),
};

/** `y` = the float nearest to the integer `x` (its bits; two's complement if signed); 0 gives +0. */
export const IntToFloat = defineModule({
  name: 'IntToFloat',
  doc: 'integer to float, round to nearest even.',
  params: z.object({
    ...integerParams,
    ...formatParams,
    saturate: roundingParams.saturate,
    stages: stagesParam(2),
  }),
  ports: (p) => ({
    x: input(uint(p.integerBits)),
    enable: enablePort(p.stages),
    y: output(uint(floatWidth(p))),
  }),
  build(io, p) {
    const pipeline = new Pipeline(p.stages, { normalise: 5, round: 3 }, io.enable);
    const sign = p.integerSigned ? io.x.bit(p.integerBits - 1) : literal(0, uint(1)).bit(0);
    const magnitude = named('magnitude', p.integerSigned ? io.x.asSInt().abs() : io.x);
    const topExponent = magnitude.type.width - 1 + floatBias(p);
    const exact = {
      sign: named('sign', sign),
      ...roomForSubnormals('y', magnitude, literal(topExponent, uint(16)).toSInt(), p),
    };
    const packed = packFloat('y', exact, p, { ...p, cut: (n) => pipeline.cut('normalise', n) });
    io.y.set(pipeline.cut('round', { packed }).packed);
  },
});

export const INTEGER_ROUNDINGS = ['nearest_even', 'toward_zero'] as const;

/**
 * `y` = the integer of the float `x` (its bits; two's complement if signed), rounded and then clamped to the range of the
 * integer, infinities too; NaN gives 0.
 */
export const FloatToInt = defineModule({
  name: 'FloatToInt',
  doc: 'float to integer, rounded and saturating.',
  params: z.object({
    ...formatParams,
    ...integerParams,
    rounding: z.enum(INTEGER_ROUNDINGS).default('nearest_even').meta({ description: 'how to round' }),
    stages: stagesParam(2),
  }),
  ports: (p) => ({
    x: input(uint(floatWidth(p))),
    enable: enablePort(p.stages),
    y: output(uint(p.integerBits)),
  }),
  build(io, p) {
    const pipeline = new Pipeline(p.stages, { shift: 4, round: 4 }, io.enable);
    const x = unpackFloat('x', io.x, p);
    const { value, past, below } = halvesOf(x.exponent, x.significand, p);
    const special = pipeline.carry({
      sign: x.sign,
      nan: named('nan', x.nan),
      past: named('past', past.or(x.infinite)),
    });
    const shifted = pipeline.cut('shift', { value: named('halves', value) });
    const magnitude = named('magnitude', roundHalves(shifted.value, below, p.rounding));
    const { sign, nan, past: beyond } = special();
    io.y.set(pipeline.cut('round', { y: clamp(magnitude, sign, nan, beyond, p) }).y);
  },
});

interface IntegerShape {
  readonly integerBits: number;
  readonly integerSigned: boolean;
}

/** |x| as a fixed-point number with `below` fraction bits, at least one; `past` when it is 2^integerBits or more. */
function halvesOf(
  exponent: UIntSig,
  significand: UIntSig,
  p: IntegerShape & { exponentBits: number; mantissaBits: number },
): { value: UIntSig; past: BoolSig; below: number } {
  // Shifted by `up` from where its hidden one weighs a half.
  const half = floatBias(p) - 1;
  const up = named('up', exponent.toSInt().sub(half));
  const below = p.mantissaBits + 1;
  const most = Math.min(p.integerBits, topExponentField(p) - half);
  const bits = Math.floor(Math.log2(most)) + 1;
  const past = up.gt(most);
  const small = up.isNegative();
  const amount = up.asUInt().trunc(Math.min(bits, up.type.width));
  const wide = significand.extend(below + most);
  const shifted = shiftLeft('up', wide, amount);
  // Below a half nothing is left but a sticky bit.
  const sticky = cat(literal(0, uint(below + most - 1)), significand.any());
  return { value: mux(small, sticky, shifted), past, below };
}

/** The integer part, rounded. */
function roundHalves(value: UIntSig, below: number, rounding: (typeof INTEGER_ROUNDINGS)[number]): UIntSig {
  const whole = value.shr(below);
  if (rounding === 'toward_zero') return whole;
  const rest = value.bits(below - 2, 0).any();
  return whole.add(
    value
      .bit(below - 1)
      .and(rest.or(value.bit(below)))
      .asUInt(),
  );
}

function clamp(magnitude: UIntSig, sign: BoolSig, nan: BoolSig, past: BoolSig, p: IntegerShape): UIntSig {
  const { integerBits, integerSigned } = p;
  const max = (1n << BigInt(integerSigned ? integerBits - 1 : integerBits)) - 1n;
  const zero = literal(0, uint(integerBits));
  const top = literal(max, uint(integerBits));
  const fit =
    magnitude.type.width > integerBits ? magnitude.trunc(integerBits) : magnitude.extend(integerBits);
  const over = named('over', past.or(magnitude.gt(max)));
  if (!integerSigned) return mux(nan.or(sign), zero, mux(over, top, fit));
  const under = named('under', past.or(magnitude.gt(max + 1n)));
  const negated = zero.subWrap(fit);
  const bottom = literal(max + 1n, uint(integerBits));
  return mux(nan, zero, mux(sign, mux(under, bottom, negated), mux(over, top, fit)));
}
