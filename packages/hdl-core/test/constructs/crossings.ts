// Two clocks: the crossings of cdc, and a module that is written in Verilog.

import {
  bool,
  cdc,
  connect,
  defineModule,
  domain,
  externModule,
  inDomain,
  input,
  output,
  regs,
  stream,
  uint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const source = domain('source', { clock: 'source_clk', reset: { name: 'source_rst' } });

/** A queue between two clocks: the sender's is `source`, the receiver's is the module's own. */
export const AsyncFifo = defineModule({
  name: 'AsyncFifo',
  doc: 'a queue whose two ends have a clock each.',
  params: z.object({ width: z.int().default(8), depth: z.int().default(8) }),
  ports: (p) => ({ in: input(stream(uint(p.width))), out: output(stream(uint(p.width))) }),
  build(io, p) {
    connect(io.out, cdc.fifo('queue', io.in, { from: source, depth: p.depth }));
  },
});

/** One payload at a time between two clocks. */
export const Handover = defineModule({
  name: 'Handover',
  doc: 'payloads that cross one at a time.',
  params: z.object({}),
  ports: () => ({ in: input(stream(uint(8))), out: output(stream(uint(8))) }),
  build(io) {
    connect(io.out, cdc.handshake('hand', io.in, { from: source }));
  },
});

/** A level, an event and a count that cross. */
export const Signals = defineModule({
  name: 'Signals',
  doc: 'a level, an event and a counter of another clock.',
  params: z.object({}),
  ports: () => ({
    go: input(bool),
    level: input(bool),
    seen: output(bool),
    events: output(uint(8)),
    total: output(uint(4)),
  }),
  build(io) {
    const { held, counter } = inDomain(source, () =>
      regs({ held: bool, counter: uint(4) }, { held: false, counter: 0 }),
    );
    held.next(io.level);
    when(io.go, () => counter.next(counter.addWrap(1)));
    const { count } = regs({ count: uint(8) }, { count: 0 });
    when(cdc.pulse('event', io.go, { from: source }), () => count.next(count.addWrap(1)));
    io.seen.set(cdc.sync('held', held));
    io.events.set(count);
    io.total.set(cdc.counter('counter', counter, { from: source }));
  },
});

/** A clock buffer of a vendor, with a model to simulate it by. */
export const ClockGate = externModule({
  name: 'CLOCK_GATE',
  params: z.object({
    INVERT: z.boolean().default(false),
    DELAY: z.int().default(3),
    MODE: z.string().default('FAST'),
  }),
  ports: () => ({ enable: input(bool), gated: output(bool) }),
  domains: [domain('main', { clock: 'clock_in' })],
  verilog: `module CLOCK_GATE #(parameter INVERT = 0, parameter DELAY = 0, parameter MODE = "FAST") (
  input  wire clock_in,
  input  wire enable,
  output wire gated
);
  reg open = 1'b0;
  always @(negedge clock_in) open <= enable && (DELAY != 0) && (MODE == "FAST");
  assign gated = (INVERT != 0) ? !(clock_in & open) : (clock_in & open);
endmodule
`,
});

/** A reset that is released by the clock, a gated clock, attributes. */
export const Board = defineModule({
  name: 'Board',
  doc: 'an asynchronous reset released by the clock, and a gated clock of a module written in Verilog.',
  params: z.object({}),
  domain: domain('board', { clock: 'osc', reset: { name: 'button_n', kind: 'async' } }),
  attributes: { keep_hierarchy: 'yes' },
  ports: () => ({ run: input(bool), ticks: output(uint(8)), slow: output(uint(8)) }),
  build(io) {
    const core = cdc.syncReset('core');
    const gate = ClockGate.inst('u_gate', { DELAY: 5 }, { attributes: { keep: 'true' } });
    inDomain(core, () => {
      const { count } = regs(
        { count: uint(8) },
        { count: 0 },
        { attributes: { keep: 'true', max_fanout: 8 } },
      );
      count.next(count.addWrap(1));
      gate.enable.set(io.run);
      io.ticks.set(count);
    });
    const gated = domain('gated', { clock: gate.gated });
    inDomain(gated, () => {
      const { steps } = regs({ steps: uint(8) }, {}, { init: { steps: 0 } });
      steps.next(steps.addWrap(1));
      io.slow.set(steps);
    });
  },
});
