// Rows of small codes packed into bytes: a stream of bits, the low bit of each code first, each row on whole bytes.
// Invariant: code i of a row occupies bits i * bits .. i * bits + bits - 1 of the row, bit b of a row being bit b % 8 of its
// byte floor(b / 8); bits past the last code are 0. For 4 bits: two codes a byte, the earlier one in the low half.

/** Bytes of a row of `count` codes. */
export const packedBytes = (count: number, bits: number): number => Math.ceil((count * bits) / 8);

/** Packs row-major codes; of each code the low `bits` bits (1..8) are kept, so negative ones become two's complement. */
export function packCodes(codes: ArrayLike<number>, rows: number, count: number, bits: number): Uint8Array {
  const stride = packedBytes(count, bits);
  const packed = new Uint8Array(rows * stride);
  const mask = 2 ** bits - 1;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < count; i++) {
      const at = row * stride + ((i * bits) >>> 3);
      const shifted = (codes[row * count + i]! & mask) << ((i * bits) & 7);
      packed[at]! |= shifted;
      if (shifted > 255) packed[at + 1]! |= shifted >>> 8;
    }
  }
  return packed;
}

/** The codes again, unsigned. Throws RangeError for another number of bytes than `packCodes` makes. */
export function unpackCodes(packed: Uint8Array, rows: number, count: number, bits: number): Uint8Array {
  const stride = packedBytes(count, bits);
  if (packed.length !== rows * stride) {
    throw new RangeError(
      `${packed.length} bytes do not hold ${rows} rows of ${count} codes of ${bits} bits, which take ${rows * stride}`,
    );
  }
  const codes = new Uint8Array(rows * count);
  const mask = 2 ** bits - 1;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < count; i++) {
      const at = row * stride + ((i * bits) >>> 3);
      const pair = packed[at]! | ((packed[at + 1] ?? 0) << 8);
      codes[row * count + i] = (pair >>> ((i * bits) & 7)) & mask;
    }
  }
  return codes;
}
