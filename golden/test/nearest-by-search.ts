// Rounding by search instead of by shifting: the reference that golden's own rounding is held to.
// Values come from the textbook formula in binary64; the nearest is found in a sorted table, ties to the even code.

import type { FloatFormat } from '../src/float-format.ts';

const bias = (f: FloatFormat) => 2 ** (f.exponentBits - 1) - 1;

/** The first magnitude code that is not finite, or would be the next one of a format that has only finite codes. */
function finiteCodes(f: FloatFormat): number {
  const { exponentBits, mantissaBits, nonFinite } = f;
  if (nonFinite === 'ieee') return (2 ** exponentBits - 1) * 2 ** mantissaBits;
  return 2 ** (exponentBits + mantissaBits) - (nonFinite === 'nan_only' ? 1 : 0);
}

/** The value of a magnitude code as if the exponent range had no end. */
function magnitudeValue(f: FloatFormat, code: number): number {
  const hidden = 2 ** f.mantissaBits;
  const e = Math.floor(code / hidden);
  const fraction = (code % hidden) / hidden;
  return e === 0 ? fraction * 2 ** (1 - bias(f)) : (1 + fraction) * 2 ** (e - bias(f));
}

/** The value of a code. */
export function textbookValue(f: FloatFormat, code: number, flushSubnormals = false): number {
  const fields = 2 ** (f.exponentBits + f.mantissaBits);
  const sign = code >= fields ? -1 : 1;
  const magnitude = code % fields;
  if (magnitude >= finiteCodes(f))
    return f.nonFinite === 'ieee' && magnitude === finiteCodes(f) ? sign * Infinity : Number.NaN;
  return sign * (flushSubnormals && magnitude < 2 ** f.mantissaBits ? 0 : magnitudeValue(f, magnitude));
}

/** The code nearest to `x`, which must be exact. */
export function nearestBySearch(
  f: FloatFormat,
  options: { flushSubnormals?: boolean; saturate?: boolean } = {},
): (x: number) => number {
  const end = finiteCodes(f);
  const hidden = 2 ** f.mantissaBits;
  const table = Array.from({ length: end + 1 }, (_, code) => magnitudeValue(f, code));
  const sign = 2 ** (f.exponentBits + f.mantissaBits);
  const nan = f.nonFinite === 'ieee' ? end + hidden / 2 : f.nonFinite === 'nan_only' ? end : end - 1;
  const overflow = (s: number) => {
    if (options.saturate || f.nonFinite === 'finite_only') return s + end - 1;
    return f.nonFinite === 'ieee' ? s + end : nan;
  };
  // Tiny: nearest to a number with all mantissa bits below the smallest normal, one binade lower than the table goes.
  const smallest = table[hidden]!;
  const largestTiny = smallest * (1 - 0.5 / hidden);
  const tiny = (m: number) => {
    const down = m - largestTiny;
    const up = smallest - m;
    // The upper neighbour is the even one.
    return m < smallest && down < up;
  };
  return (x) => {
    if (Number.isNaN(x)) return nan;
    const s = x < 0 || Object.is(x, -0) ? sign : 0;
    const magnitude = Math.abs(x);
    if (magnitude === Infinity) return overflow(s);
    if (options.flushSubnormals && tiny(magnitude)) return s;
    let low = 0;
    let high = end;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (table[middle]! <= magnitude) low = middle;
      else high = middle;
    }
    const below = magnitude - table[low]!;
    const above = table[high]! - magnitude;
    const up = magnitude >= table[end]! || above < below || (above === below && low % 2 === 1);
    const code = up ? high : low;
    return code >= end ? overflow(s) : s + code;
  };
}
