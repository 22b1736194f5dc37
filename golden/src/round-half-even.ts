// Rounding a JS number to an integer, ties to even: the rounding of IEEE 754 and of torch.round.
// Invariant: exact for |x| <= 2^51. It does not touch bit formats.

// Adding 1.5 * 2^52 puts the sum where binary64 has a unit in the last place of 1, so the addition itself rounds RNE.
const MAGIC = 6755399441055744;

/** The integer nearest to x, ties to even; for |x| <= 2^51. The sign of a zero result is not kept. */
export function roundHalfEven(x: number): number {
  return x + MAGIC - MAGIC;
}
