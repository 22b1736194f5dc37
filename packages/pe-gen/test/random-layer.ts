// A linear layer of random numbers, the same for the same seed, for tests of how layers map on units.

import type { GemmWorkload } from '@gatewright/sim/unit';
import fc from 'fast-check';

/** Activations and weights between -1 and 1. */
export function randomLayer({
  seed,
  ...shape
}: {
  readonly tokens: number;
  readonly outputs: number;
  readonly depth: number;
  readonly seed: number;
}): GemmWorkload {
  const { tokens, outputs, depth } = shape;
  const random = fc.sample(fc.double({ min: -1, max: 1, noNaN: true }), {
    numRuns: (tokens + outputs) * depth,
    seed,
  });
  return {
    activations: Float32Array.from(random.slice(0, tokens * depth)),
    weights: Float32Array.from(random.slice(tokens * depth)),
    ...shape,
  };
}
