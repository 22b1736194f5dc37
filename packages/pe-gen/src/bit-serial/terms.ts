// Bit-serial terms in wires, and the encoder that takes weights apart into them.
// A weight is SUM digit * 4^k with digits 0, +-1, +-2, +-4, most significant first: radix-4 Booth digits for integers, two
// digits for FP3 and FP4 in units of one half. One radix for all datatypes is our decision (docs/units/bit-serial.md).

import {
  type BoolSig,
  bool,
  bundle,
  cat,
  defineModule,
  type EnumSig,
  enumOf,
  input,
  literal,
  mux,
  named,
  output,
  type SigOf,
  type UIntSig,
  uint,
  vec,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/** A digit: its magnitude one-hot (none: zero), and its sign. */
export const digitType = bundle({ negative: bool, one: bool, two: bool, four: bool });
/** A special value as its two digits: 4 * high + low half units. */
export const specialType = bundle({ high: digitType, low: digitType });
/** The datatypes of a group, in the order of `BITMOD_DATATYPES`. */
export const datatypeType = enumOf('fp3', 'fp4', 'int3', 'int4', 'int5', 'int6', 'int7', 'int8');
type Datatype = EnumSig<'fp3' | 'fp4' | 'int3' | 'int4' | 'int5' | 'int6' | 'int7' | 'int8'>;

interface Digit {
  readonly negative: BoolSig;
  readonly one: BoolSig;
  readonly two: BoolSig;
  readonly four: BoolSig;
}

/** True for the datatypes whose unit is one half. */
export const isFloat = (datatype: Datatype): BoolSig => datatype.is('fp3').or(datatype.is('fp4'));

/** Index of the first (most significant) term: 1, 2 or 3. */
export function firstTerm(datatype: Datatype): UIntSig {
  const three = datatype.is('int5').or(datatype.is('int6'));
  const four = datatype.is('int7').or(datatype.is('int8'));
  return cat(three.or(four), three.not());
}

/**
 * Term `term` of the weights of a set, combinational. A code holds the datatype's bits at its low end; bits above are not
 * read. The code of negative zero in FP3 and FP4 stands for `special`.
 */
export const TermEncoder = defineModule({
  name: 'TermEncoder',
  doc: 'one bit-serial term of the weights of a set: radix-4 Booth, or the two digits of FP3 and FP4.',
  params: z.object({
    lanes: z.int().min(1).max(32).default(4).meta({ description: 'weights of a set' }),
    weightBits: z.int().min(4).max(8).default(8).meta({ description: 'bits of the widest weights' }),
  }),
  ports: (p) => ({
    datatype: input(datatypeType),
    special: input(specialType, 'the special value of the group'),
    term: input(uint(2), 'index of the term, the most significant first'),
    codes: input(vec(p.lanes, uint(p.weightBits))),
    digits: output(vec(p.lanes, digitType)),
  }),
  build(io, p) {
    const float = named('float', isFloat(io.datatype));
    const high = named('high_term', io.term.bit(0));
    io.digits.set(
      io.codes.map((code, lane) => {
        const integer = boothDigit(lane, code, io.datatype, io.term, p.weightBits);
        const fp = floatDigit(lane, code, io.datatype, io.special, high);
        return {
          negative: mux(float, fp.negative, integer.negative),
          one: mux(float, fp.one, integer.one),
          two: mux(float, fp.two, integer.two),
          four: float.and(fp.four),
        };
      }),
    );
  },
});

/** The Booth digit of bits 2k+1, 2k, 2k-1; an odd width repeats its sign once. */
function boothDigit(
  lane: number,
  code: UIntSig,
  datatype: Datatype,
  term: UIntSig,
  weightBits: number,
): Digit {
  const bit = (n: number): BoolSig => (n < 0 ? literal(false, bool) : code.bit(Math.min(n, weightBits - 1)));
  const top = (n: 3 | 5 | 7): BoolSig => mux(datatype.is(`int${n}`), bit(n - 1), bit(n));
  const windows = [
    cat(bit(1), bit(0), literal(false, bool)),
    cat(top(3), bit(2), bit(1)),
    cat(top(5), bit(4), bit(3)),
    cat(top(7), bit(6), bit(5)),
  ].slice(0, Math.ceil(weightBits / 2));
  const window = named(`window_${lane}`, select(windows, term));
  const [upper, middle, lower] = [window.bit(2), window.bit(1), window.bit(0)];
  const one = middle.xor(lower);
  return { negative: upper, one, two: upper.xor(middle).and(one.not()), four: literal(false, bool) };
}

const select = (items: readonly UIntSig[], index: UIntSig): UIntSig =>
  items.slice(1).reduce((rest, item, i) => mux(index.eq(i + 1), item, rest), items[0]!);

/** A digit of FP3 or FP4: 3 half units are 4 - 1, 6 are 4 + 2, 12 are 8 + 4; the other magnitudes are single digits. */
function floatDigit(
  lane: number,
  code: UIntSig,
  datatype: Datatype,
  special: SigOf<typeof specialType>,
  high: BoolSig,
): Digit {
  // FP3 is FP4 without its mantissa bit.
  const fp4 = named(
    `fp4_${lane}`,
    mux(datatype.is('fp3'), cat(code.bits(2, 0), literal(0, uint(1))), code.bits(3, 0)),
  );
  const is = (...magnitudes: number[]): BoolSig =>
    magnitudes.map((m) => fp4.bits(2, 0).eq(m)).reduce((a, b) => a.or(b));
  const isSpecial = named(`special_${lane}`, fp4.eq(8));
  const sign = fp4.bit(3);
  const digit = (k: keyof Digit, upper: BoolSig, lower: BoolSig): BoolSig =>
    mux(isSpecial, mux(high, special.high[k], special.low[k]), mux(high, upper, lower));
  return {
    negative: digit('negative', sign, sign.xor(is(3))),
    one: digit('one', is(3, 4, 5), is(1, 3)),
    two: digit('two', is(6, 7), is(2, 5)),
    four: digit('four', literal(false, bool), is(7)),
  };
}
