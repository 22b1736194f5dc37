// Narrow integer weights side by side in a word, as the low-bit expander reads them.
// Invariant: bits are packed little-endian, code i at bits i * width upward; a weight is its code times 2^shift.
// Source: FlightLLM's low-bit weights that become INT8 in front of the engine [P]; the layout is ours [I].

/** How the weights of a word are written. */
export interface CodeFormat {
  /** Bits of a code, 2..8. */
  readonly width: number;
  /** Zeros that are left out below, 0..7. */
  readonly shift: number;
}

/** The narrowest of `widths` that holds all of `weights` exactly, with the largest shift. Throws RangeError when none does. */
export function narrowestCodes(weights: readonly number[], widths: readonly number[]): CodeFormat {
  const any = weights.reduce((bits, w) => bits | w, 0);
  let shift = 0;
  while (shift < 7 && any !== 0 && ((any >> shift) & 1) === 0) shift++;
  const width = [...widths]
    .sort((x, y) => x - y)
    .find((bits) => weights.every((w) => w >> shift >= -(2 ** (bits - 1)) && w >> shift < 2 ** (bits - 1)));
  if (width === undefined)
    throw new RangeError(`weights ${weights.join(', ')} need more than ${Math.max(...widths)} bits`);
  return { width, shift };
}

/** The word of `weights`, which must be multiples of 2^shift that fit. */
export function weightWord(weights: readonly number[], { width, shift }: CodeFormat): bigint {
  return weights.reduce((word, w, i) => {
    const code = w / 2 ** shift;
    if (!Number.isInteger(code) || code < -(2 ** (width - 1)) || code >= 2 ** (width - 1))
      throw new RangeError(`weight ${i} is ${w}, no ${width}-bit code times 2^${shift}`);
    return word | (BigInt.asUintN(width, BigInt(code)) << BigInt(i * width));
  }, 0n);
}

/** `count` weights of a word. */
export function weightsOfWord(word: bigint, count: number, { width, shift }: CodeFormat): number[] {
  return Array.from(
    { length: count },
    (_, i) => Number(BigInt.asIntN(width, word >> BigInt(i * width))) * 2 ** shift,
  );
}
