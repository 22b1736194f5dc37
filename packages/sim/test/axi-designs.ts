// Small designs with AXI ports, for the tests of the models.
// Invariant: plain and correct by the rules of AXI; broken ones are made from them in the tests.

import {
  bool,
  bundle,
  cat,
  defineModule,
  enumOf,
  input,
  literal,
  match,
  mux,
  output,
  regs,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const response = enumOf('Okay', 'ExOkay', 'SlvErr', 'DecErr');

/** Two registers of 16 bits at 0 and 2; writes by bytes; anything else is a DecErr. */
export const Registers = defineModule({
  name: 'Registers',
  params: z.object({}),
  ports: () => ({
    aw: input(stream(bundle({ addr: uint(4), prot: uint(3) }))),
    w: input(stream(bundle({ data: uint(16), strb: uint(2) }))),
    b: output(stream(response)),
    ar: input(stream(uint(4))),
    r: output(stream(bundle({ data: uint(16), resp: response }))),
  }),
  build(io) {
    const { low, high, answered, bad } = regs(
      { low: vec(2, uint(8)), high: vec(2, uint(8)), answered: bool, bad: bool },
      { low: [0, 0], high: [0, 0], answered: false, bad: false },
    );
    const [okay, outside] = [literal('Okay', response), literal('DecErr', response)];
    const take = io.aw.valid.and(io.w.valid).and(answered.not().or(io.b.ready));
    io.aw.ready.set(take);
    io.w.ready.set(take);
    io.b.valid.set(answered);
    io.b.data.set(mux(bad, outside, okay));
    when(io.b.ready, () => answered.next(false));
    const { addr } = io.aw.data;
    when(take, () => {
      answered.next(true);
      bad.next(addr.gt(2));
      [0, 1].forEach((lane) => {
        const byte = io.w.data.data.bits(8 * lane + 7, 8 * lane);
        const set = io.w.data.strb.bit(lane);
        when(set.and(addr.eq(0)), () => low.at(lane).next(byte));
        when(set.and(addr.eq(2)), () => high.at(lane).next(byte));
      });
    });
    io.ar.ready.set(io.r.ready);
    io.r.valid.set(io.ar.valid);
    const known = io.ar.data.le(2);
    const words = [low, high].map((bytes) => cat(bytes.at(1), bytes.at(0)));
    io.r.data.data.set(mux(io.ar.data.eq(0), words[0]!, words[1]!));
    io.r.data.resp.set(mux(known, okay, outside));
  },
});

const request = bundle({ id: uint(2), addr: uint(16), len: uint(8), size: uint(3), burst: uint(2) });

/** Copies 4 words of 32 bits per command: one AXI4 burst in, one out. */
export const Copier = defineModule({
  name: 'Copier',
  params: z.object({}),
  ports: () => ({
    command: input(stream(bundle({ from: uint(16), to: uint(16) }))),
    done: output(stream(uint(2))),
    ar: output(stream(request)),
    r: input(stream(bundle({ id: uint(2), data: uint(32), resp: uint(2), last: bool }))),
    aw: output(stream(request)),
    w: output(stream(bundle({ data: uint(32), strb: uint(4), last: bool }))),
    b: input(stream(bundle({ id: uint(2), resp: uint(2) }))),
  }),
  build(io) {
    const state = enumOf('Idle', 'Ask', 'Fill', 'Post', 'Drain', 'Wait', 'Done');
    const { now, source, target, words, beat, error } = regs(
      {
        now: state,
        source: uint(16),
        target: uint(16),
        words: vec(4, uint(32)),
        beat: uint(2),
        error: uint(2),
      },
      { now: 'Idle', beat: 0, error: 0 },
    );
    const is = (label: 'Idle' | 'Ask' | 'Fill' | 'Post' | 'Drain' | 'Wait' | 'Done') => now.is(label);
    io.command.ready.set(is('Idle'));
    io.ar.valid.set(is('Ask'));
    io.ar.data.set({ id: 1, addr: source, len: 3, size: 2, burst: 1 });
    io.r.ready.set(is('Fill'));
    io.aw.valid.set(is('Post'));
    io.aw.data.set({ id: 2, addr: target, len: 3, size: 2, burst: 1 });
    io.w.valid.set(is('Drain'));
    io.w.data.set({ data: words.at(0), strb: 15, last: beat.eq(3) });
    io.b.ready.set(is('Wait'));
    io.done.valid.set(is('Done'));
    io.done.data.set(error);
    const shift = () => {
      beat.next(beat.addWrap(1));
      [0, 1, 2].forEach((i) => words.at(i).next(words.at(i + 1)));
    };
    match(now, {
      Idle: () =>
        when(io.command.fire, () => {
          source.next(io.command.data.from);
          target.next(io.command.data.to);
          now.next('Ask');
        }),
      Ask: () => when(io.ar.fire, () => now.next('Fill')),
      Fill: () =>
        when(io.r.fire, () => {
          shift();
          words.at(3).next(io.r.data.data);
          when(io.r.data.last, () => now.next('Post'));
        }),
      Post: () => when(io.aw.fire, () => now.next('Drain')),
      Drain: () =>
        when(io.w.fire, () => {
          shift();
          when(beat.eq(3), () => now.next('Wait'));
        }),
      Wait: () =>
        when(io.b.fire, () => {
          error.next(io.b.data.resp);
          now.next('Done');
        }),
      Done: () => when(io.done.fire, () => now.next('Idle')),
    });
  },
});

/** Passes frames on with every bit inverted. */
export const Inverter = defineModule({
  name: 'Inverter',
  params: z.object({}),
  ports: () => {
    const beat = bundle({ data: uint(32), keep: uint(4), last: bool });
    return { in: input(stream(beat)), out: output(stream(beat)) };
  },
  build(io) {
    io.in.ready.set(io.out.ready);
    io.out.valid.set(io.in.valid);
    io.out.data.set({ data: io.in.data.data.not(), keep: io.in.data.keep, last: io.in.data.last });
  },
});
