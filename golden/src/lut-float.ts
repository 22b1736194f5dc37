// LUT Tensor Core with FP16 activations (arXiv 2408.06003; related-unit specification 2 [P]): what a dot product must be, bit for bit.
//   per group of K activations and bit plane b, from the lowest:  v = SUM_k (bit b of q[k] ? +a[k] : -a[k]);  sum = RNE(sum + v * 2^b)
// v is made pairwise in the order of the activations, each sum rounded to the entry's format; v * 2^b is exact, and infinite where
// the accumulator's format ends. The order of additions is ours [X]; the released design's is that of its adders.
// Invariant: no table and no encoded weight is looked at here; nothing is scaled by adding to an exponent.

import { type FloatFormat, FP16, isFiniteFloat } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';
import { floatRounder } from './float-rounder.ts';
import { checkIntegers } from './integer-format.ts';

export interface LutFloatConfig {
  readonly weightBits: number;
  /** K, activations of a table. */
  readonly groupSize: number;
  /** Format that the sums of a table are rounded to. */
  readonly entry: FloatFormat;
  /** Format of the dot product; holds every value of `entry`. */
  readonly accumulator: FloatFormat;
}

/**
 * SUM a * (2q - (2^b - 1)) as the unit rounds it: the code in the accumulator's format.
 * @param a FP16 codes, finite, a multiple of `groupSize`.
 * @param q unsigned weights, one per activation.
 * @throws RangeError naming index and value for a code out of range, or the lengths that do not fit.
 */
export function lutFloatDot(a: readonly number[], q: readonly number[], c: LutFloatConfig): number {
  if (a.length !== q.length) throw new RangeError(`${q.length} weights for ${a.length} activations`);
  if (a.length % c.groupSize !== 0)
    throw new RangeError(`${a.length} activations are no multiple of ${c.groupSize}`);
  const infinite = a.findIndex((code) => !isFiniteFloat(FP16, code));
  if (infinite >= 0) throw new RangeError(`a[${infinite}] is 0x${a[infinite]!.toString(16)}: need finite`);
  checkIntegers({ bits: c.weightBits, signed: false }, q, 'q');
  const entry = floatRounder(c.entry);
  const total = floatRounder(c.accumulator);
  const values = a.map((code) => floatToNumber(FP16, code));
  // Every step is one addition of numbers of a format, so that binary64 rounded once is correctly rounded (float-rounder.ts).
  let sum = 0;
  for (let from = 0; from < a.length; from += c.groupSize) {
    for (let b = 0; b < c.weightBits; b++) {
      let terms = Array.from({ length: c.groupSize }, (_, k) => {
        const value = entry(values[from + k]!);
        return (q[from + k]! >> b) & 1 ? value : -value;
      });
      while (terms.length > 1)
        terms = terms.flatMap((x, i) => (i % 2 ? [] : [i + 1 < terms.length ? entry(x + terms[i + 1]!) : x]));
      sum = total(sum + total(terms[0]! * 2 ** b));
    }
  }
  return numberToFloatRne(c.accumulator, sum);
}
