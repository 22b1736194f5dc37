// Sizes at which the compiler chooses otherwise, for speed alone.
// Invariant: what a design does is the same for all values; the fuzz compiles with small ones to reach every way.

export interface Tuning {
  /** Bytes of code after which a new function begins. */
  readonly functionBytes: number;
  /** Words that a branch around stores saves, at least. */
  readonly branchWords: number;
  /** Operators of vectors by those of the words in their lanes, at most. */
  readonly vectorShare: number;
  /** Down to this depth the words in the lanes of a vector are made by the same operators. */
  readonly alike: number;
}

export const TUNED: Tuning = {
  // V8 optimises functions of this size as well as larger ones, and in three quarters of the time.
  functionBytes: 12_000,
  // A wrong guess of the processor costs more than a few words.
  branchWords: 24,
  // Vectors have fewer units, and a larger code.
  vectorShare: 0.7,
  alike: 3,
};
