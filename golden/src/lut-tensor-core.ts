// LUT Tensor Core (arXiv 2408.06003; related-unit specification 2 [P]), the integer path: what a unit must answer, and the offline
// encoding of weights. An unsigned q of b bits is read as 2q - (2^b - 1), so that each of its bits means -1 or +1.
// Invariant: expected values come from that identity and plain products, never from a table of sums.

import { checkIntegers } from './integer-format.ts';

/**
 * The codes of K weights, one per bit plane from the lowest: the K bits of the plane as an index, lowest k first; where the top one
 * is set, the others are complemented, so that the hardware only negates what it looks up.
 */
export function encodeLutWeights(q: readonly number[], weightBits: number): number[] {
  checkIntegers({ bits: weightBits, signed: false }, q, 'q');
  const top = 2 ** (q.length - 1);
  return Array.from({ length: weightBits }, (_, b) => {
    const index = q.reduce((sum, weight, k) => sum + ((weight >> b) & 1) * 2 ** k, 0);
    return index < top ? index : top + (2 * top - 1 - index);
  });
}

/** The weights that codes stand for: the inverse of `encodeLutWeights`. */
export function decodeLutWeights(codes: readonly number[], groupSize: number): number[] {
  const top = 2 ** (groupSize - 1);
  checkIntegers({ bits: groupSize, signed: false }, codes, 'codes');
  const planes = codes.map((code) => (code < top ? code : top + (2 * top - 1 - code)));
  return Array.from({ length: groupSize }, (_, k) =>
    planes.reduce((q, plane, b) => q + ((plane >> k) & 1) * 2 ** b, 0),
  );
}

/** SUM a * (2q - (2^b - 1)) of INT8 activations and unsigned b-bit weights, exact. */
export function lutDot(a: readonly number[], q: readonly number[], weightBits: number): number {
  if (a.length !== q.length) throw new RangeError(`${q.length} weights for ${a.length} activations`);
  checkIntegers({ bits: 8, signed: true }, a, 'a');
  checkIntegers({ bits: weightBits, signed: false }, q, 'q');
  return a.reduce((sum, value, k) => sum + value * (2 * q[k]! - (2 ** weightBits - 1)), 0);
}

/** Two's complement bits of a sum of `depth` such products. */
export const lutSumBits = (weightBits: number, depth: number): number =>
  (128n * BigInt(2 ** weightBits - 1) * BigInt(depth)).toString(2).length + 1;
