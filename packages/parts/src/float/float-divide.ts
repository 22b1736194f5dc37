// Floating-point division: restoring, correctly rounded; or a table of reciprocals and one product, about 1 ulp.
// Invariant: operands are normalised first, so subnormals lose nothing; one rounding, at the end.

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
  vec,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { normalise } from '../integer/shift.ts';
import { enablePort, Pipeline, stagesParam } from '../pipeline.ts';
import { floatBias, floatWidth, formatParams, secondFormat, secondFormatParams } from './float-format.ts';
import { packFloat, roomForSubnormals, selectSpecial } from './float-pack.ts';
import { type UnpackedFloat, unpackFloat } from './float-unpack.ts';

const divideParams = z.object({
  ...formatParams,
  ...secondFormatParams('to'),
  method: z
    .enum(['restoring', 'reciprocal'])
    .default('restoring')
    .meta({ description: 'a row per bit, correctly rounded; or reciprocals by table and a product' }),
  segmentBits: z.int().min(1).max(10).default(6).meta({ description: 'reciprocal: segments are 2^this' }),
  fractionBits: z.int().min(6).max(32).default(16).meta({ description: 'reciprocal: fraction bits' }),
  stages: stagesParam(8),
});
type DivideParams = z.output<typeof divideParams>;

/**
 * `quotient = a / b`, `stages` enabled clock edges later: a and b in the format of exponentBits and mantissaBits, the quotient
 * in that of toExponentBits and toMantissaBits (the same by default). 0/0 and inf/inf are NaN, x/0 is infinite.
 */
export const FloatDivide = defineModule({
  name: 'FloatDivide',
  doc: 'division, correctly rounded (restoring) or by a table of reciprocals.',
  params: divideParams,
  ports: (p) => ({
    a: input(uint(floatWidth(p))),
    b: input(uint(floatWidth(p))),
    enable: enablePort(p.stages),
    quotient: output(uint(floatWidth(secondFormat(p, 'to')))),
  }),
  build(io, p) {
    const to = secondFormat(p, 'to');
    const rows = p.method === 'restoring' ? to.mantissaBits + 4 : 2;
    const places = Array.from({ length: rows }, (_, k) => [`row_${k}`, p.method === 'restoring' ? 2 : 5]);
    const delays = { unpack: 4, ...Object.fromEntries(places), normalise: 4, round: 3 };
    const pipeline = new Pipeline(p.stages, delays, io.enable);
    const a = unpackFloat('a', io.a, p);
    const b = unpackFloat('b', io.b, p);
    const zeroA = named('a_zero', a.significand.any().not());
    const zeroB = named('b_zero', b.significand.any().not());
    const special = pipeline.carry({
      nan: named('nan', a.nan.or(b.nan).or(a.infinite.and(b.infinite)).or(zeroA.and(zeroB))),
      infinite: named('infinite', a.infinite.or(zeroB)),
    });
    const operands = pipeline.cut('unpack', {
      sign: named('sign', a.sign.xor(b.sign)),
      ...significands(a, b),
    });
    const { magnitude, above, exponent, ...rest } =
      p.method === 'restoring' ? restore(operands, rows, pipeline) : reciprocal(operands, p, pipeline);
    const topExponent = named('top_exponent', exponent.add(floatBias(to) + above));
    const exact = { sign: rest.sign, ...roomForSubnormals('quotient', magnitude, topExponent, to) };
    const packed = packFloat('quotient', exact, to, { cut: (x) => pipeline.cut('normalise', x) });
    const { nan, infinite } = special();
    const sign = packed.bit(floatWidth(to) - 1);
    const rounded = selectSpecial(packed, { nan, infinite, sign }, to, {});
    io.quotient.set(pipeline.cut('round', { rounded }).rounded);
  },
});

interface Operands {
  readonly sign: BoolSig;
  readonly dividend: UIntSig;
  readonly divisor: UIntSig;
  /** Exponent of the dividend less that of the divisor. */
  readonly exponent: ReturnType<UIntSig['toSInt']>;
}

/** Both significands with their leading one at the top. */
function significands(a: UnpackedFloat, b: UnpackedFloat): Omit<Operands, 'sign'> {
  const x = normalise('a', a.significand);
  const y = normalise('b', b.significand);
  return {
    // Divided by infinity nothing is left.
    dividend: named('dividend', mux(b.infinite, literal(0, uint(1)), x.value)),
    divisor: named('divisor', y.value),
    exponent: named('exponent', a.exponent.sub(x.leadingZeros).sub(b.exponent.sub(y.leadingZeros))),
  };
}

interface Quotient extends Pick<Operands, 'sign' | 'exponent'> {
  readonly magnitude: UIntSig;
  /** Power of two of the top bit of `magnitude`. */
  readonly above: number;
}

/** One quotient bit per row, from the bit of weight one down; what is left at the end is sticky. */
function restore(operands: Operands, rows: number, pipeline: Pipeline): Quotient {
  let state = { ...operands, quotient: literal(0, uint(1)) as UIntSig };
  for (let row = 0; row < rows; row++) {
    const { dividend, divisor } = state;
    const enough = named(`bit_${row}`, dividend.ge(divisor));
    const rest = mux(enough, dividend.subWrap(divisor), dividend).trunc(divisor.type.width);
    const next = {
      sign: state.sign,
      exponent: state.exponent,
      dividend: named(`rest_${row}`, rest.shl(1)),
      quotient: row === 0 ? enough.asUInt() : cat(state.quotient, enough),
    };
    // Behind the last row nobody asks for the divisor.
    if (row === rows - 1) state = { divisor, ...pipeline.cut(`row_${row}`, next) };
    else state = pipeline.cut(`row_${row}`, { divisor, ...next });
  }
  const magnitude = named('magnitude', cat(state.quotient, state.dividend.any()));
  return { magnitude, above: 0, sign: state.sign, exponent: state.exponent };
}

/** The dividend times the divisor's reciprocal, which is a line per segment. */
function reciprocal(operands: Operands, p: DivideParams, pipeline: Pipeline): Quotient {
  const lowBits = p.mantissaBits - p.segmentBits;
  const fraction = operands.divisor.bits(p.mantissaBits - 1, 0);
  const lines = reciprocalLines(p.segmentBits, p.fractionBits);
  const lookUp = (name: string, column: readonly bigint[]): UIntSig => {
    const width = Math.max(...column.map((c) => c.toString(2).length));
    return named(
      name,
      literal(column, vec(column.length, uint(width))).at(fraction.bits(p.mantissaBits - 1, lowBits)),
    );
  };
  const value = lookUp(
    'value',
    lines.map((l) => l.value),
  );
  const slope = lookUp(
    'slope',
    lines.map((l) => l.slope),
  );
  const drop = named('drop', slope.mul(fraction.bits(lowBits - 1, 0)).shr(lowBits));
  const { sign: signBefore, exponent: exponentBefore, dividend } = operands;
  const found = pipeline.cut('row_0', {
    sign: signBefore,
    exponent: exponentBefore,
    dividend,
    reciprocal: named('reciprocal', value.subWrap(drop.trunc(Math.min(drop.type.width, value.type.width)))),
  });
  const product = found.dividend.mul(found.reciprocal).extend(p.mantissaBits + p.fractionBits + 2);
  const { sign, exponent } = found;
  return { above: 1, ...pipeline.cut('row_1', { sign, exponent, magnitude: named('magnitude', product) }) };
}

/** 1/d of d in [1, 2): value - slope u per segment, u in [0, 1), least error, in units of 2^-fractionBits. */
function reciprocalLines(segmentBits: number, fractionBits: number) {
  const segments = 2 ** segmentBits;
  return Array.from({ length: segments }, (_, s) => {
    const [a, b] = [1 + s / segments, 1 + (s + 1) / segments];
    const gap = 1 / a + 1 / b - 2 / Math.sqrt(a * b);
    const scaled = (x: number): bigint => BigInt(Math.round(x * 2 ** fractionBits));
    return { value: scaled(1 / a - gap / 2), slope: scaled(1 / a - 1 / b) };
  });
}
