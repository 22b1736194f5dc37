// The N largest of each group of M, as an online sorter finds them, and the dot product of an N:M processing element.
// Invariant: of equal magnitudes the earlier element stays. FP16 magnitudes compare as their 15 low bits.
// Source: SORE and USPE of "Efficient N:M Sparse DNN Training" (arXiv 2309.13015), reconstructed [D].

/** An element that stays, and its place in the group. */
export interface KeptElement {
  readonly value: number;
  readonly index: number;
}

/** What is compared: the magnitude of an INT8, or the code of an FP16 without its sign. */
export type MagnitudeFormat = 'int8' | 'fp16';

const magnitude = (value: number, format: MagnitudeFormat): number =>
  format === 'fp16' ? value & 0x7fff : Math.abs(value);

/** The `n` largest of `group`, the largest first; values are INT8 numbers or FP16 codes. */
export function topElements(group: ArrayLike<number>, n: number, format: MagnitudeFormat): KeptElement[] {
  return Array.from(group, (value, index) => ({ value, index }))
    .sort((x, y) => magnitude(y.value, format) - magnitude(x.value, format) || x.index - y.index)
    .slice(0, n);
}

/** SUM over groups of activation[index] * value: the integer dot product of one output, exact. */
export function sparseDot(
  activations: ArrayLike<number>,
  pairs: readonly KeptElement[],
  n: number,
  m: number,
): number {
  return pairs.reduce(
    (sum, { value, index }, i) => sum + value * activations[Math.floor(i / n) * m + index]!,
    0,
  );
}
