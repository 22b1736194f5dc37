// The largest of all scores, a comparison and a register per level.
// Invariant: floats compare as integers once negative ones are turned round; -inf loses against everything, NaN wins.

import {
  cat,
  defineModule,
  input,
  mux,
  named,
  output,
  registered,
  type UIntSig,
  uint,
  vec,
} from '@gatewright/hdl-core';
import { arrayParams, sumBits } from './params.ts';

export const MaximumTree = defineModule({
  name: 'MaximumTree',
  doc: 'the largest of all scores.',
  params: arrayParams,
  ports: (p) => ({
    scores: input(vec(p.window, uint(sumBits(p)))),
    largest: output(uint(sumBits(p)), 'as many cycles later as the tree has levels'),
  }),
  build(io, p) {
    const top = sumBits(p) - 1;
    // An order of unsigned integers: the sign bit inverted, and all bits of what was negative.
    const turned = (x: UIntSig): UIntSig =>
      mux(x.bit(top), x.not(), cat(x.bit(top).not(), x.bits(top - 1, 0)));
    let level: UIntSig[] = io.scores.map((score, k) => named(`rank_${k}`, turned(score)));
    for (let depth = 0; level.length > 1; depth++) {
      const half = Math.ceil(level.length / 2);
      level = registered(
        `level_${depth}`,
        Array.from({ length: half }, (_, k) => {
          const [a, b] = [level[k]!, level[k + half]];
          return b ? mux(a.ge(b), a, b) : a;
        }),
      );
    }
    const rank = level[0]!;
    io.largest.set(mux(rank.bit(top), cat(rank.bit(top).not(), rank.bits(top - 1, 0)), rank.not()));
  },
});
