// Width converters: `ratio` narrow beats to one wide beat, and back. The last beat of a packet may be partly filled.
// Invariant: a wide beat keeps its lanes from lane 0 up without a gap (`keep`, one bit per lane, as AXI4-Stream's TKEEP);
// no cycle is lost between packets on the narrow side.

import {
  bool,
  bundle,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const converterParams = z.object({
  width: z.int().min(1).max(1024).default(8).meta({ description: 'bits of a narrow beat' }),
  ratio: z.int().min(2).max(64).default(4).meta({ description: 'narrow beats in a wide one' }),
});
type ConverterParams = z.output<typeof converterParams>;

const narrowBeat = (p: ConverterParams) => bundle({ payload: uint(p.width), last: bool });
const wideBeat = (p: ConverterParams) =>
  bundle({ payload: vec(p.ratio, uint(p.width)), keep: uint(p.ratio), last: bool });
const placeBits = (p: ConverterParams): number => Math.ceil(Math.log2(p.ratio));

/** Gathers narrow beats, the first in lane 0; a wide beat is complete when all lanes are filled or at `last`. */
export const WidthUpConverter = defineModule({
  name: 'WidthUpConverter',
  doc: 'narrow beats to wide ones.',
  params: converterParams,
  ports: (p) => ({ in: input(stream(narrowBeat(p))), out: output(stream(wideBeat(p))) }),
  build(io, p) {
    const { lanes } = regs({ lanes: vec(p.ratio, uint(p.width)) });
    const { keep, place, last, full } = regs(
      { keep: uint(p.ratio), place: uint(placeBits(p)), last: bool, full: bool },
      { keep: 0, place: 0, last: false, full: false },
    );
    io.in.ready.set(full.not().or(io.out.ready));
    const complete = named('complete', io.in.data.last.or(place.eq(p.ratio - 1)));
    when(io.out.fire, () => full.next(false));
    when(io.in.fire, () => {
      for (let i = 0; i < p.ratio; i++) when(place.eq(i), () => lanes.at(i).next(io.in.data.payload));
      keep.next(
        cat(mux(place.eq(0), literal(0, uint(p.ratio - 1)), keep.trunc(p.ratio - 1)), literal(true, bool)),
      );
      last.next(io.in.data.last);
      full.next(complete);
      when(complete, () => place.next(0)).otherwise(() => place.next(place.addWrap(1)));
    });
    io.out.valid.set(full);
    io.out.data.set({ payload: lanes, keep, last });
  },
});

/** Sends the kept lanes of each wide beat, lane 0 first; `last` goes with the last of them. At least lane 0 must be kept. */
export const WidthDownConverter = defineModule({
  name: 'WidthDownConverter',
  doc: 'wide beats to narrow ones.',
  params: converterParams,
  ports: (p) => ({ in: input(stream(wideBeat(p))), out: output(stream(narrowBeat(p))) }),
  build(io, p) {
    const { lanes, keep, last } = regs({
      lanes: vec(p.ratio, uint(p.width)),
      keep: uint(p.ratio),
      last: bool,
    });
    const { full } = regs({ full: bool }, { full: false });
    // The rest of the beat moves down a lane with each transfer, so that lane 0 is always the next one.
    // With one lane left its transfer ends the beat.
    const onlyLane = named('only_lane', keep.bit(1).not());
    io.in.ready.set(full.not().or(io.out.ready.and(onlyLane)));
    when(io.in.fire, () => {
      lanes.next(io.in.data.payload);
      keep.next(io.in.data.keep);
      last.next(io.in.data.last);
      full.next(true);
    }).elseWhen(io.out.fire, () => {
      for (let i = 0; i + 1 < p.ratio; i++) lanes.at(i).next(lanes.at(i + 1));
      keep.next(keep.shr(1).extend(p.ratio));
      full.next(onlyLane.not());
    });
    io.out.valid.set(full);
    io.out.data.set({ payload: lanes.at(0), last: last.and(onlyLane) });
  },
});
