// Where the sums of every group belong, and which places hold one: the part of the accumulators that all rows share.
// Invariant: a place is forgotten when its column is read, so that the next tile in its bank starts from nothing.

import {
  assertAlways,
  bool,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  oneHot,
  output,
  regs,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { delayed, sinceReset } from './delay.ts';
import {
  BLOCK,
  bankBits,
  chainOf,
  columnsOf,
  MPE_GROUPS,
  mpeParams,
  placeBits,
  placesOf,
} from './mpe-params.ts';
import { groupLatency } from './params.ts';

export const PlaceTracker = defineModule({
  name: 'PlaceTracker',
  doc: 'places of the sums of each group, and whether they are in use.',
  params: mpeParams,
  ports: (p) => ({
    n: input(uint(5), 'of the row that enters the chains'),
    row: input(uint(4), 'its number within the block'),
    bank: input(uint(bankBits(p))),
    done: input(vec(MPE_GROUPS, bool), 'which groups end a dot product now'),
    place: output(vec(MPE_GROUPS, uint(placeBits(p)))),
    first: output(vec(MPE_GROUPS, bool), 'nothing is there yet'),
    read: input(bool, 'a column is read and forgotten'),
    read_place: input(uint(placeBits(p))),
    read_used: output(vec(MPE_GROUPS, bool), 'which groups have a part of it'),
  }),
  build(io, p) {
    const places = placesOf(p);
    const { used } = regs(
      { used: vec(MPE_GROUPS, uint(places)) },
      { used: Array.from({ length: MPE_GROUPS }, () => 0) },
    );
    const latencies = Array.from({ length: MPE_GROUPS }, (_, g) => groupLatency(chainOf(p), g));
    const passed = sinceReset('edges_since_reset', Math.max(...latencies));
    const forget = named('forget', mux(io.read, oneHot(io.read_place, places), literal(0, uint(places))));
    for (let g = 0; g < MPE_GROUPS; g++) {
      const end = 2 * (g + 1);
      // Column of the group's dot product: its place among those of a row, times the rows of a block, plus the row.
      const offset = [2, 4, 8, BLOCK]
        .filter((n) => end % n === 0)
        .reduce<UIntSig>(
          (otherwise, n) => mux(io.n.eq(n), literal((end - n) / p.chains, uint(4)), otherwise),
          literal(0, uint(4)),
        );
      const column = named(
        `column_${g}`,
        offset
          .extend(4)
          .addWrap(io.row)
          .bits(Math.log2(columnsOf(p)) - 1, 0),
      );
      const place = delayed(`place_of_${g}`, cat(io.bank, column), latencies[g]!);
      const arrives = named(`arrives_${g}`, io.done.at(g).and(passed.bit(latencies[g]! - 1)));
      const here = named(`here_${g}`, mux(arrives, oneHot(place, places), literal(0, uint(places))));
      used.at(g).next(used.at(g).or(here).and(forget.not()));
      when(io.read, () =>
        assertAlways(
          `read_when_complete_${g}`,
          arrives.not().or(place.ne(io.read_place)),
          'a sum arrives as it is read',
        ),
      );
      io.place.at(g).set(place);
      io.first.at(g).set(used.at(g).bit(place).not());
      io.read_used.at(g).set(used.at(g).bit(io.read_place));
    }
  },
});
