// Division of floats: correctly rounded, and by a table of reciprocals with one rounding at the end.
// Invariant: pure functions on codes; the table is the least-error line of 1/x per segment, computed, not written down.

import { decodeFloat, encodeFloatRne } from './float-codec.ts';
import { type FloatFormat, infinityBits, quietNanBits, signBit } from './float-format.ts';

/** What a quotient is when an operand is not a finite number other than zero; undefined otherwise. */
function specialQuotient(from: FloatFormat, to: FloatFormat, a: number, b: number): number | undefined {
  const [x, y] = [decodeFloat(from, a), decodeFloat(from, b)];
  if (x.kind === 'nan' || y.kind === 'nan') return quietNanBits(to);
  const sign = x.negative !== y.negative ? signBit(to) : 0;
  if (x.kind === y.kind && x.kind !== 'finite') return quietNanBits(to);
  if (x.kind === 'infinite' || y.kind === 'zero') return infinityBits(to) + sign;
  if (x.kind === 'zero' || y.kind === 'infinite') return sign;
  return undefined;
}

/** Bits of the significand, its leading one included, and the power of two of that one. */
function normalised(
  f: FloatFormat,
  code: number,
): { significand: bigint; leading: number; negative: boolean } {
  const x = decodeFloat(f, code);
  if (x.kind !== 'finite') throw new RangeError(`${code} is no finite number of ${f.name} other than zero`);
  const length = x.significand.toString(2).length;
  return {
    significand: x.significand << BigInt(f.mantissaBits + 1 - length),
    leading: x.exponent + length - 1,
    negative: x.negative,
  };
}

/** RNE(a / b): codes of `from`, the result rounded once to `to`. 0/0 and inf/inf are NaN, x/0 is infinite. */
export function divideFloatRne(from: FloatFormat, to: FloatFormat, a: number, b: number): number {
  const special = specialQuotient(from, to, a, b);
  if (special !== undefined) return special;
  const [x, y] = [normalised(from, a), normalised(from, b)];
  const extra = BigInt(Math.max(from.mantissaBits, to.mantissaBits) + 4);
  const quotient = (x.significand << extra) / y.significand;
  const sticky = (x.significand << extra) % y.significand === 0n ? 0n : 1n;
  return encodeFloatRne(to, {
    kind: 'finite',
    negative: x.negative !== y.negative,
    significand: (quotient << 1n) | sticky,
    exponent: x.leading - y.leading - Number(extra) - 1,
  });
}

/** Segments of the table of reciprocals, as a power of two, and the fraction bits of its lines and of a reciprocal. */
export interface ReciprocalTable {
  readonly segmentBits: number;
  readonly fractionBits: number;
}

/** 1/d for d in [1, 2): the line value - slope * u of each segment, u in [0, 1), in units of 2^-fractionBits. */
export function reciprocalLines(table: ReciprocalTable): readonly ReciprocalLine[] {
  const key = `${table.segmentBits} ${table.fractionBits}`;
  let lines = known.get(key);
  if (!lines) {
    lines = makeLines(table);
    known.set(key, lines);
  }
  return lines;
}

interface ReciprocalLine {
  readonly value: bigint;
  readonly slope: bigint;
}
const known = new Map<string, readonly ReciprocalLine[]>();

function makeLines({ segmentBits, fractionBits }: ReciprocalTable): ReciprocalLine[] {
  const segments = 2 ** segmentBits;
  return Array.from({ length: segments }, (_, s) => {
    const [a, b] = [1 + s / segments, 1 + (s + 1) / segments];
    // The chord of 1/x lies above it; half of the largest gap, at sqrt(a b), is the least error.
    const gap = 1 / a + 1 / b - 2 / Math.sqrt(a * b);
    const scaled = (x: number): bigint => BigInt(Math.round(x * 2 ** fractionBits));
    return { value: scaled(1 / a - gap / 2), slope: scaled(1 / a - 1 / b) };
  });
}

/**
 * a / b by reciprocal: 1/b's significand from the table (u: the bits of b under the segment, product rounded down), times the
 * significand of a, exact, and rounded once to `to`. At most 1 ulp from the quotient with 64 segments and 16 bits in FP16.
 */
export function divideByReciprocal(
  table: ReciprocalTable,
  from: FloatFormat,
  to: FloatFormat,
  a: number,
  b: number,
): number {
  const special = specialQuotient(from, to, a, b);
  if (special !== undefined) return special;
  const [x, y] = [normalised(from, a), normalised(from, b)];
  const lowBits = BigInt(from.mantissaBits - table.segmentBits);
  const fraction = y.significand - (1n << BigInt(from.mantissaBits));
  const { value, slope } = reciprocalLines(table)[Number(fraction >> lowBits)]!;
  const u = fraction & ((1n << lowBits) - 1n);
  const reciprocal = value - ((slope * u) >> lowBits);
  return encodeFloatRne(to, {
    kind: 'finite',
    negative: x.negative !== y.negative,
    significand: x.significand * reciprocal,
    exponent: x.leading - y.leading - from.mantissaBits - table.fractionBits,
  });
}
