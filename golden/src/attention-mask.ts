// Which keys a query attends to: the masks of windowed and sparse attention.
// Invariant: a mask gives the keys of a query in ascending order, a key repeated as often as the softmax counts it.
// How the rows are scheduled on hardware is in attention-steps.ts.

/** The keys that query `query` of `rows` attends to. */
export type AttentionMask = (query: number, rows: number) => readonly number[];

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
const clipped = (from: number, to: number, rows: number): number[] =>
  range(Math.max(0, from), Math.min(rows - 1, to));

/** `left` keys before the query, itself, and `right` keys after it (flash attention's window). */
export const windowMask =
  (left: number, right: number): AttentionMask =>
  (i, rows) =>
    clipped(i - left, i + right, rows);

/** The last `window` keys, the query's own included (Mistral). */
export const causalWindowMask = (window: number): AttentionMask => windowMask(window - 1, 0);

/** Every key. */
export const denseMask: AttentionMask = (_, rows) => range(0, rows - 1);

/** |i - j| <= `each` (Longformer), or a global key, or a global query, which attends to all. */
export const longformerMask = (each: number, globals: readonly number[]): AttentionMask => {
  const isGlobal = new Set(globals);
  return (i, rows) =>
    isGlobal.has(i)
      ? range(0, rows - 1)
      : range(0, rows - 1).filter((j) => Math.abs(i - j) <= each || isGlobal.has(j));
};

/** Keys i + d k for k in -each .. each (0 .. -each when causal): Longformer's dilated window. */
export const dilatedMask =
  (each: number, dilation: number, causal = false): AttentionMask =>
  (i, rows) =>
    range(-each, causal ? 0 : each)
      .map((k) => i + dilation * k)
      .filter((j) => j >= 0 && j < rows);

export interface BigBirdLayout {
  /** Rows of a block; it divides the rows of the sequence. */
  readonly block: number;
  /** Random key blocks of query blocks 1 .. count - 2, in that order. */
  readonly random: readonly (readonly number[])[];
}

/**
 * BigBird, internal transformer construction: first and last block are global both ways, every other block of queries
 * attends to its neighbours and its random blocks. A block listed twice counts twice, as in the published code.
 */
export const bigBirdMask =
  ({ block, random }: BigBirdLayout): AttentionMask =>
  (i, rows) => {
    const count = rows / block;
    if (!Number.isInteger(count) || count < 5 || random.length !== count - 2)
      throw new RangeError(
        `bigBirdMask: ${rows} rows of blocks of ${block}, random blocks for ${random.length}`,
      );
    const b = Math.floor(i / block);
    if (b === 0 || b === count - 1) return range(0, rows - 1);
    const near = new Set([0, b - 1, b, b + 1, count - 1]);
    if (b === 1) near.add(2);
    if (b === count - 2) near.add(count - 3);
    return [...near, ...random[b - 1]!]
      .flatMap((n) => range(n * block, (n + 1) * block - 1))
      .sort((x, y) => x - y);
  };
