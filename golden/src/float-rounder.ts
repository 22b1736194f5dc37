// Rounding JS numbers to a float format, as numbers: the fast path of models that compute millions of operations.
// Invariant: equal to floatToNumber(f, numberToFloatRne(f, x)) for every x, signs of zero included; the tests hold them together.
// A +, -, * or / of two FP16, BF16 or FP32 numbers in binary64, rounded once by this, is correctly rounded: binary64 has more
// than twice the bits of the format plus two.

import { type FloatFormat, floatBias, infinityBits, subnormalExponent } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';

const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);
// The word with sign, exponent and the top 20 bits of the mantissa.
value[0] = 1;
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;

/** x -> the nearest value of an IEEE format with at most 19 mantissa bits, or of FP32; ties to even. */
export function floatRounder(f: FloatFormat): (x: number) => number {
  if (f.exponentBits === 8 && f.mantissaBits === 23 && f.nonFinite === 'ieee') return Math.fround;
  if (f.mantissaBits > 19 || f.nonFinite !== 'ieee') return (x) => floatToNumber(f, numberToFloatRne(f, x));
  const dropped = 20 - f.mantissaBits;
  const keep = (-1 << dropped) >>> 0;
  const half = 1 << (dropped - 1);
  const smallestNormal = 2 ** (1 - floatBias(f));
  // Adding and subtracting this rounds to a multiple of the smallest subnormal.
  const magic = 1.5 * 2 ** (52 + subnormalExponent(f));
  const largest = floatToNumber(f, infinityBits(f) - 1);
  return (x) => {
    const magnitude = Math.abs(x);
    if (magnitude < smallestNormal) {
      const rounded = magnitude + magic - magic;
      return x < 0 || Object.is(x, -0) ? -rounded : rounded;
    }
    value[0] = x;
    const high = words[HIGH]!;
    const rest = high & (2 * half - 1);
    const low = words[1 - HIGH]!;
    const up = rest > half || (rest === half && (low !== 0 || (high & (2 * half)) !== 0));
    words[HIGH] = (high & keep) + (up ? 2 * half : 0);
    words[1 - HIGH] = 0;
    // NaN is not below infinity; its mantissa may have been cut away.
    if (!(magnitude < Infinity)) return x;
    const rounded = value[0];
    return Math.abs(rounded) > largest ? (x < 0 ? -Infinity : Infinity) : rounded;
  };
}
