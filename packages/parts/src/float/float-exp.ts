// exp(x) of a float by table: fixed-point argument, times log2(e), 2^fraction by a piecewise polynomial, one rounding.
// Invariant: the approximation of 2^f stays in [1, 2), so that the exponent of a normal result is floor(x log2 e); what the
// tables give is monotone. The error is in the tests: 1 ulp for the kinds meant for a format.

import {
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
import { shiftRightSticky } from '../integer/shift.ts';
import { enablePort, Pipeline, stagesParam } from '../pipeline.ts';
import { EXP_KINDS, type ExpTable, expTable, log2eFixed } from './exp-table.ts';
import {
  type FloatFormat,
  floatBias,
  floatWidth,
  formatParams,
  infinityFields,
  nanFields,
  secondFormat,
  secondFormatParams,
  topExponentField,
} from './float-format.ts';
import { type UnpackedFloat, unpackFloat } from './float-unpack.ts';

const expParams = z
  .object({
    ...formatParams,
    ...secondFormatParams('to'),
    kind: z.enum(EXP_KINDS).default('quadratic_4').meta({ description: 'table of 2^f: degree and segments' }),
    stages: stagesParam(4),
  })
  // Both formats have infinities.
  .omit({ nonFinite: true, toNonFinite: true });

/**
 * `y` = exp(x), `stages` enabled clock edges later: x in the format of exponentBits and mantissaBits, y in that of
 * toExponentBits and toMantissaBits (the same by default). Both have infinities and NaN. exp(-inf) is +0.
 */
export const FloatExp = defineModule({
  name: 'FloatExp',
  doc: 'exponential by table, at most 1 ulp from the correctly rounded one with the kind meant for the format.',
  params: expParams,
  ports: (p) => ({
    x: input(uint(floatWidth(p))),
    enable: enablePort(p.stages),
    y: output(uint(floatWidth(secondFormat(p, 'to')))),
  }),
  build(io, p) {
    const to = secondFormat(p, 'to');
    const table = expTable(p.kind);
    const degree = table.segments[0]!.length - 1;
    const steps = Object.fromEntries(Array.from({ length: Math.max(1, degree) }, (_, k) => [`step_${k}`, 5]));
    const pipeline = new Pipeline(p.stages, { argument: 5, scale: 6, ...steps, round: 6 }, io.enable);
    const x = unpackFloat('x', io.x, p);
    const special = pipeline.carry({ nan: named('nan', x.nan) });

    const { argument } = pipeline.cut('argument', { argument: fixedArgument(x, p, to, table) });
    const shift = table.x + table.log2e - table.t;
    const product = named('scaled', argument.mul(log2eFixed(table.log2e)));
    const t = named('t', product.add(1n << BigInt(shift - 1)).shr(shift));
    const scaled = pipeline.cut('scale', {
      whole: named('whole', t.shr(table.t)),
      fraction: named('fraction', t.asUInt().bits(table.t - 1, 0)),
    });

    const lowBits = table.t - Math.log2(table.segments.length);
    let { whole, fraction } = scaled;
    let value = coefficient(table, degree, fraction, lowBits);
    for (let k = degree - 1; k >= 0; k--) {
      const u = fraction.bits(lowBits - 1, 0);
      const product = named(`product_${k}`, value.mul(u).round(lowBits, 'half-up'));
      const sum = named(`sum_${k}`, product.add(coefficient(table, k, fraction, lowBits)));
      const place = `step_${degree - 1 - k}`;
      // Behind the last step only the sum is left.
      if (k === 0) ({ whole, value } = pipeline.cut(place, { whole, value: sum }));
      else ({ whole, fraction, value } = pipeline.cut(place, { whole, fraction, value: sum }));
    }
    if (degree === 0) ({ whole, value } = pipeline.cut('step_0', { whole, value }));

    const rounded = packPower(whole, atLeastOne(value, table), table, to);
    const nan = literal(nanFields(to), uint(floatWidth(to)));
    io.y.set(pipeline.cut('round', { y: named('result', mux(special().nan, nan, rounded)) }).y);
  },
});

/** A power of two above every |x| whose exponential is neither 0 nor infinite in the format, as its logarithm. */
const limitExponent = (to: FloatFormat): number =>
  Math.ceil(Math.log2((floatBias(to) + to.mantissaBits + 2) * Math.LN2));

/** x with `table.x` fraction bits, rounded to nearest even, clamped to the limit of the result's format. */
function fixedArgument(x: UnpackedFloat, from: FloatFormat, to: FloatFormat, table: ExpTable) {
  const limit = limitExponent(to);
  const up = limit - 1 - from.mantissaBits + table.x;
  const guard = Math.max(1, -up);
  const largest = floatBias(from) + limit - 1;
  const distance = named('distance', literal(largest, uint(from.exponentBits)).subWrap(x.exponent));
  const aligned = shiftRightSticky('argument', x.significand.shl(up + guard), distance);
  const magnitude = named('magnitude', aligned.round(guard + 1, 'half-even'));
  const far = named('far', x.exponent.gt(largest));
  const clamped = mux(
    far,
    literal(1n << BigInt(limit + table.x), uint(limit + table.x + 1)),
    magnitude.extend(limit + table.x + 1),
  );
  return named('argument', mux(x.sign, clamped.toSInt().neg(), clamped.toSInt()));
}

/** Coefficient `k` of the segment that the fraction lies in. */
function coefficient(table: ExpTable, k: number, fraction: UIntSig, lowBits: number): UIntSig {
  const column = table.segments.map((s) => s[k]!);
  const width = Math.max(...column.map((c) => c.toString(2).length));
  const segment = fraction.bits(table.t - 1, lowBits);
  return named(`coefficient_${k}`, literal(column, vec(column.length, uint(width))).at(segment));
}

/** The approximation in coefficient + 1 bits; what lies just under 1 becomes 1. */
function atLeastOne(value: UIntSig, { coefficient: bits }: ExpTable): UIntSig {
  const one = 1n << BigInt(bits);
  const narrow = value.type.width > bits + 1 ? value.trunc(bits + 1) : value.extend(bits + 1);
  return named('power', mux(narrow.bit(bits), narrow, literal(one, uint(bits + 1))));
}

/** RNE(power 2^whole) with power in [1, 2): normal, subnormal, zero or infinite. */
function packPower(
  whole: ReturnType<UIntSig['toSInt']>,
  power: UIntSig,
  { coefficient: bits }: ExpTable,
  to: FloatFormat,
): UIntSig {
  const { exponentBits, mantissaBits } = to;
  const padded = power.shl(Math.max(0, mantissaBits + 1 - bits));
  const exponent = named('exponent', whole.add(floatBias(to) - 1));
  const subnormal = named('subnormal', exponent.isNegative());
  const positive = exponent.asUInt().trunc(exponent.type.width - 1);
  const shift = mux(
    subnormal,
    exponent
      .neg()
      .asUInt()
      .trunc(exponent.type.width - 1),
    literal(0, uint(1)),
  );
  const value = named('significand', shiftRightSticky('power', padded, named('shift', shift)));
  const below = value.type.width - 1 - mantissaBits;
  const roundUp = value.bit(below - 1).and(
    value
      .bits(below - 2, 0)
      .any()
      .or(value.bit(below)),
  );
  // The leading one of a normal number makes up for an exponent that is one too small, and a carry increments it again.
  const field = mux(subnormal, literal(0, uint(1)), positive);
  const sum = cat(field, literal(0, uint(mantissaBits)))
    .add(value.bits(value.type.width - 1, below))
    .add(roundUp.asUInt());
  const rounded = named('rounded', sum);
  const overflow = named('overflow', exponent.ge(topExponentField(to) - 1));
  const width = exponentBits + mantissaBits;
  return cat(
    literal(0, uint(1)),
    mux(overflow, literal(infinityFields(to), uint(width)), rounded.trunc(width)),
  );
}
