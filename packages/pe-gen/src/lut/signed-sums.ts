// The sums of a table: the last activation added, each of the others added or subtracted.
// Invariant: activations are added pairwise in their order, an odd one joins a level later, and every pair sum is made once; no
// sum is made by negating another.

/** Adds or subtracts; `place` names the sum among those of its table, such as `0_1_at_2`. */
export type AddSigned<S> = (x: S, y: S, subtract: boolean, place: string) => S;

/** Sums of activations `first`..`last`: that of index i adds the last one, and activation first + k as bit k of i says. */
interface Sums<S> {
  readonly first: number;
  readonly last: number;
  readonly values: readonly S[];
}

/** a[K-1] + SUM_k (bit k of i ? +1 : -1) * a[k] at index i, for i below 2^(K-1). */
export function signedSums<S>(a: readonly S[], add: AddSigned<S>): readonly S[] {
  let level = a.map((x, k): Sums<S> => ({ first: k, last: k, values: [x] }));
  while (level.length > 1)
    level = level.flatMap((low, i) => {
      if (i % 2 === 1) return [];
      const high = level[i + 1];
      return high ? [joined(low, high, add)] : [low];
    });
  return level[0]!.values;
}

function joined<S>(low: Sums<S>, high: Sums<S>, add: AddSigned<S>): Sums<S> {
  const half = low.values.length;
  const values = Array.from({ length: 2 * half * high.values.length }, (_, i) => {
    // Where the last activation of the lower ones is subtracted, theirs is the negative of the sum with all bits turned over.
    const index = i % (2 * half);
    const subtract = index < half;
    const x = high.values[Math.floor(i / (2 * half))]!;
    const y = low.values[subtract ? half - 1 - index : index - half]!;
    return add(x, y, subtract, `${low.first}_${high.last}_at_${i}`);
  });
  return { first: low.first, last: high.last, values };
}
