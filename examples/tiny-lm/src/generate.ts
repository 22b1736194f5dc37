// Text from the model: each token drawn from the logits of the one before.
// Invariant: the same logits, temperature and seed give the same text. Where the logits come from is the caller's business.

export interface SamplingOptions {
  /** 0 takes the likeliest token; larger is more varied. 0 by default. */
  readonly temperature?: number | undefined;
  /** Of the draws; 1 by default. */
  readonly seed?: number | undefined;
}

/** Draws a token from the logits of one position; call it position after position. */
export function tokenSampler({
  temperature = 0,
  seed = 1,
}: SamplingOptions = {}): (logits: Float32Array) => number {
  const random = uniform(seed);
  return (logits) => {
    const likeliest = logits.reduce((best, logit, i) => (logit > logits[best]! ? i : best), 0);
    if (temperature === 0) return likeliest;
    const weights = Array.from(logits, (logit) => Math.exp((logit - logits[likeliest]!) / temperature));
    let left = random() * weights.reduce((sum, w) => sum + w, 0);
    const drawn = weights.findIndex((w) => {
      left -= w;
      return left < 0;
    });
    return drawn < 0 ? likeliest : drawn;
  };
}

/** Numbers in [0, 1) from a 32-bit state (Mulberry32). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
