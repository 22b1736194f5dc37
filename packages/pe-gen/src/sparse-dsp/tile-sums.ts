// The sums of one activation row and one chain: each group of slices adds up its own dot products, at home.
// A column whose blocks differ in n has parts at several groups; they are added when the column is read. So results need
// neither be brought together in time nor steered to their column, and a change of n costs nothing.
// Invariant: which places hold a sum is known outside, the same for all rows; nothing is cleared here.

import {
  bool,
  defineModule,
  input,
  literal,
  mem,
  mux,
  named,
  output,
  sint,
  sumTree,
  uint,
  vec,
} from '@gatewright/hdl-core';
import { chainOf, MPE_GROUPS, mpeParams, placeBits, placesOf, SUM_TOTAL_BITS } from './mpe-params.ts';
import { sumBits } from './params.ts';

export const TileSums = defineModule({
  name: 'TileSums',
  doc: 'accumulators of one row and one chain, and the sum of the parts of a column.',
  params: mpeParams,
  ports: (p) => ({
    sums: input(vec(MPE_GROUPS, sint(sumBits(chainOf(p)))), 'dot products of the groups'),
    done: input(vec(MPE_GROUPS, bool), 'which of them are complete'),
    place: input(vec(MPE_GROUPS, uint(placeBits(p))), 'bank and column they belong to'),
    first: input(vec(MPE_GROUPS, bool), 'nothing is at that place yet'),
    read_place: input(uint(placeBits(p)), 'bank and column to read'),
    read_used: input(vec(MPE_GROUPS, bool), 'which groups have a part of it'),
    total: output(sint(SUM_TOTAL_BITS)),
  }),
  build(io, p) {
    const zero = literal(0, sint(1));
    const parts = Array.from({ length: MPE_GROUPS }, (_, g) => {
      const words = mem(`words_${g}`, {
        depth: placesOf(p),
        type: sint(SUM_TOTAL_BITS),
        style: 'distributed',
      });
      const before = words.readAsync(io.place.at(g), { name: `before_${g}` });
      const kept = mux(io.first.at(g), zero, before);
      const sum = named(`sum_${g}`, kept.add(io.sums.at(g)).trunc(SUM_TOTAL_BITS));
      words.write(io.place.at(g), sum, { en: io.done.at(g) });
      const part = words.readAsync(io.read_place, { name: `part_${g}` });
      return mux(io.read_used.at(g), part, zero);
    });
    io.total.set(sumTree(parts).trunc(SUM_TOTAL_BITS));
  },
});
