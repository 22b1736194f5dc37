// Exact integer dot products made FP32: the last step of a layer whose weights have one scale per output.
// Invariant: one rounding.

/**
 * y[m][n] = RNE32(sums[m][n] * s[n] * a[m]), row-major.
 * @param sums integers below 2^31.
 * @param s a scale per output, @param a a scale per token; both values of FP16.
 * @throws RangeError when the lengths do not fit.
 */
export function scaleSums(sums: ArrayLike<number>, s: readonly number[], a: readonly number[]): Float32Array {
  if (sums.length !== s.length * a.length)
    throw new RangeError(`${sums.length} sums for ${a.length} tokens x ${s.length} outputs`);
  // 31 + 22 bits: the product is exact in binary64, and storing it to FP32 rounds once.
  return Float32Array.from(sums, (sum, i) => sum * (s[i % s.length]! * a[Math.floor(i / s.length)]!));
}
