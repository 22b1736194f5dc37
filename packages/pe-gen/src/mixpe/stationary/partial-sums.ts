// What the passes of a group hand on: the sum that each token has so far, from the last row back to the first.
// Invariant: a token comes at least `rows` cycles after it came before. After exactly that many it meets its sum as it leaves; later
// it finds it stored.

import {
  bool,
  bundle,
  defineModule,
  input,
  literal,
  mem,
  mux,
  named,
  output,
  registered,
  uint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { countBits } from '../array/ring.ts';

const params = z.object({
  bits: z.int().min(1).max(4096).default(32).meta({ description: 'bits of a sum' }),
  places: z.int().min(2).max(4096).default(64).meta({ description: 'tokens of a pass, at most' }),
});

/** `start` is 0 for the first pass of a group, later what the token's last pass left. */
export const PartialSums = defineModule({
  name: 'PartialSums',
  doc: 'sums that go from the end of a column back to its start, for the next pass.',
  params,
  ports: (p) => ({
    enter: input(
      bundle({ place: uint(countBits(p.places)), opens: bool }),
      'a token, a cycle before it is in the first row; opens: its sum begins',
    ),
    start: output(uint(p.bits), 'where its sum begins, a cycle later'),
    leave: input(
      bundle({ valid: bool, place: uint(countBits(p.places)) }),
      'a token, a cycle before its sum leaves the last row',
    ),
    sum: input(uint(p.bits), 'its sum, a cycle later'),
  }),
  build(io, p) {
    const stored = mem('stored', { depth: p.places, type: uint(p.bits), collision: 'new' });
    const found = stored.readSync(io.enter.place, { name: 'found' });
    const entered = registered('entered', { place: io.enter.place, opens: io.enter.opens });
    const leaving = registered('leaving', { valid: io.leave.valid }, { reset: { valid: false } });
    const { place } = registered('leaving', { place: io.leave.place });
    when(leaving.valid, () => stored.write(place, io.sum));
    const meets = named('meets', leaving.valid.and(place.eq(entered.place)));
    io.start.set(mux(entered.opens, literal(0, uint(p.bits)), mux(meets, io.sum, found)));
  },
});
