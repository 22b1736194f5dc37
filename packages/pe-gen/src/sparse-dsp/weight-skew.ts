// The skew of the weights outside of the chains that share it: every weight reaches its tap in time.
// Invariant: what is assumed of weights is assumed where n and the weights still belong together.

import {
  assume,
  cat,
  defineModule,
  input,
  output,
  type SIntSig,
  type UIntSig,
  unused,
  when,
} from '@gatewright/hdl-core';
import { chainInputs } from './chain-ports.ts';
import { delayed } from './delay.ts';
import { type ChainParams, chainParams, needsSymmetric, operandsOf, weightDelay } from './params.ts';

/** Weights of the taps, and in each of the columns. */
type Weights = Iterable<Iterable<SIntSig>>;

/** In simulation: no weight is the most negative one, where a field does not hold the sum of such products. */
export function assumeWeights(p: ChainParams, n: UIntSig, weights: Weights): void {
  if (!needsSymmetric(p)) return;
  const least = -(2 ** (operandsOf(p).weightBits - 1));
  const legal = [...weights].flatMap((w) => [...w].map((x) => x.ne(least)));
  when(n.any(), () =>
    assume(
      'weights_symmetric',
      legal.reduce((a, b) => a.and(b)),
      `a weight is ${least}: a field can overflow`,
    ),
  );
}

export const WeightSkew = defineModule({
  name: 'WeightSkew',
  doc: 'weights of a chain, each in time for its tap.',
  params: chainParams,
  ports: (p) => {
    const { weights, n } = chainInputs(p);
    return {
      weights: input(weights, 'of all taps at once'),
      n: input(n, 'of the dot product that they belong to'),
      skewed: output(weights, 'to chains whose weights are skewed outside'),
    };
  },
  build(io, p) {
    assumeWeights(p, io.n, io.weights);
    // Only what is assumed asks for n.
    unused(io.n);
    for (let tap = 0; tap < p.taps; tap++) {
      const weights = [...io.weights.at(tap)];
      const late = delayed(`weights_${tap}`, cat(...weights.toReversed()), weightDelay(p, tap));
      const { width } = weights[0]!.type;
      weights.forEach((_, c) => {
        io.skewed
          .at(tap)
          .at(c)
          .set(late.bits((c + 1) * width - 1, c * width).asSInt());
      });
    }
  },
});
