// What a user reads about registers and memories: clocks, resets, depths and collisions.
// The texts are whole; a place stands as the line that it names (rendered.ts).

import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  bool,
  cdc,
  defineModule,
  domain,
  externModule,
  inDomain,
  input,
  mem,
  output,
  registered,
  regs,
  uint,
} from '../../src/index.ts';
import { faults, rendered } from './rendered.ts';

test('E08 clocks are crossed by synchronisers only, also through an instance', () => {
  const fast = domain('fast', { clock: 'fast_clk', reset: { name: 'fast_rst' } });
  const Held = defineModule({
    name: 'Held',
    params: z.object({}),
    ports: () => ({ a: input(bool), y: output(bool) }),
    build(io) {
      const { held } = regs({ held: bool }, { held: false });
      held.next(io.a);
      io.y.set(held);
    },
  });
  expect(
    faults({ a: input(bool), y: output(bool), z: output(bool) }, (io) => {
      const { slow, quick } = regs({ slow: bool, quick: bool }, { slow: false, quick: false });
      slow.next(io.a);
      quick.next(slow);
      const child = inDomain(fast, () => Held.inst('u_child'));
      child.a.set(quick.and(slow));
      const back = regs({ back: bool }, { back: false }).back;
      back.next(child.y.not());
      io.y.set(back.xor(cdc.sync('child', child.y)));
      io.z.set(inDomain(fast, () => cdc.sync('both', quick.and(slow))));
    }),
  ).toMatchInlineSnapshot(`
    "error[E08]: the register \`held\` in \`u_child\` of the clock \`fast_clk\` reads the register \`quick\` of the clock \`clk\`
      ‹const child = inDomain(fast, () => Held.inst('u_child'));› (in module M)
      the register \`quick\` is declared here (‹const { slow, quick } = regs({ slow: bool, quick: bool }, { slow: false, quick: false });›)
      the register \`held\` in \`u_child\` is declared here (‹const { held } = regs({ held: bool }, { held: false });›)
      help: let it cross: cdc.sync for a level, cdc.pulse for an event, cdc.fifo or cdc.handshake for data, cdc.stable for what does not change while it is read
    error[E08]: the register \`back\` of the clock \`clk\` reads the register \`held\` in \`u_child\` of the clock \`fast_clk\`
      ‹back.next(child.y.not());› (in module M)
      the register \`held\` in \`u_child\` is declared here (‹const { held } = regs({ held: bool }, { held: false });›)
      the register \`back\` is declared here (‹const back = regs({ back: bool }, { back: false }).back;›)
      help: let it cross: cdc.sync for a level, cdc.pulse for an event, cdc.fifo or cdc.handshake for data, cdc.stable for what does not change while it is read
    error[E08]: the register \`both_meta\` begins a synchroniser and is fed by logic of the clock \`clk\`, which may glitch
      ‹io.z.set(inDomain(fast, () => cdc.sync('both', quick.and(slow))));› (in module M)
      it reads the register \`quick\`, declared here (‹const { slow, quick } = regs({ slow: bool, quick: bool }, { slow: false, quick: false });›)
      help: register it first, in the domain that it comes from"
  `);
  expect(
    faults({ a: input(bool), y: output(bool) }, (io) => {
      const { slow } = regs({ slow: bool }, { slow: false });
      const quick = inDomain(fast, () => regs({ quick: bool }, { quick: false }).quick);
      slow.next(io.a);
      quick.next(cdc.stable('mode', io.a).and(io.a));
      io.y.set(slow.or(quick));
    }),
  ).toMatchInlineSnapshot(`
    "error[E08]: the input \`a\` is read by two clocks: by the register \`slow\` of \`clk\`, and by the register \`quick\` of \`fast_clk\`
      ‹const M = defineModule({› (in module M)
      the register \`slow\` is declared here (‹const { slow } = regs({ slow: bool }, { slow: false });›)
      the register \`quick\` is declared here (‹const quick = inDomain(fast, () => regs({ quick: bool }, { quick: false }).quick);›)
      help: give each domain its own copy: cdc.sync in at least one of them, or cdc.stable for what does not change"
  `);
});

test('E13 a memory says what a collision gives, and is addressed inside', () => {
  const ports = { a: input(uint(4)), wide: input(uint(6)), y: output(uint(8)) };
  expect(
    faults(ports, (io) => {
      const store = mem('store', { depth: 12, type: uint(8) });
      store.write(io.a, 1);
      io.y.set(store.readSync(io.a));
      store.write(io.wide, 1);
      store.write(12, 1, { mask: io.a });
    }),
  ).toMatchInlineSnapshot(`
    "error[E13]: \`store\` does not say what a read of a word gives that is written at the same edge
      ‹io.y.set(store.readSync(io.a));› (in module M)
      written here (‹store.write(io.a, 1);›)
      read here (‹io.y.set(store.readSync(io.a));›)
      help: add collision: 'undefined' (free everywhere; the design never relies on it), 'old', or 'new'
    error[E13]: a uint(6), range 0..63 is too wide an address for \`store\`, which has 12 words
      ‹store.write(io.wide, 1);› (in module M)
      help: write .trunc(4), which the address needs
    error[E13]: the address 12 is outside \`store\`, which has 12 words
      ‹store.write(12, 1, { mask: io.a });› (in module M)
      help: use 0 to 11
    error[E13]: a mask of 4 bits for \`store\`, which has 1 lane
      ‹store.write(12, 1, { mask: io.a });› (in module M)
      help: declare the lanes: mem(…, { lanes: 4 })"
  `);
  expect(
    faults(ports, (io) => {
      const store = mem('store', { depth: 1, type: uint(8), lanes: 3, init: [1, 2] });
      io.y.set(store.readAsync(0));
    }),
  ).toMatchInlineSnapshot(`
    "error[E13]: the memory \`store\` has a depth of 1
      ‹const store = mem('store', { depth: 1, type: uint(8), lanes: 3, init: [1, 2] });› (in module M)
      help: give a whole number from 2; one word is a register
    error[E13]: a word of \`store\` has 8 bits, which are not 3 equal lanes
      ‹const store = mem('store', { depth: 1, type: uint(8), lanes: 3, init: [1, 2] });› (in module M)
      help: choose a number of lanes that divides the width
    error[E13]: \`store\` has 1 words and 2 initial values
      ‹const store = mem('store', { depth: 1, type: uint(8), lanes: 3, init: [1, 2] });› (in module M)
      help: remove the values past the end, or make the memory deeper"
  `);
});

test('E13 a RAM has no more ports than its style', () => {
  const ports = {
    we: input(bool),
    a: input(uint(4)),
    b: input(uint(4)),
    d: input(uint(8)),
    q: output(uint(8)),
  };
  const memory = (style: 'block' | 'distributed' | 'registers'): string =>
    faults(ports, (io) => {
      const words = mem('words', { depth: 16, type: uint(8), style, collision: 'old' });
      words.write(io.a, io.d, { en: io.we });
      words.write(io.b, io.d);
      io.q.set(words.readSync(io.b));
    });
  expect(memory('block')).toMatchInlineSnapshot(`
    "error[E13]: the memory \`words\` has 3 ports, 2 of which write; block RAM has two
      ‹words.write(io.b, io.d);› (in module M)
      another write is here (‹words.write(io.a, io.d, { en: io.we });›)
      \`words\` is declared here (‹const words = mem('words', { depth: 16, type: uint(8), style, collision: 'old' });›)
      help: share ports with .port(…), which reads or writes, or say style: 'registers'"
  `);
  expect(memory('distributed')).toMatchInlineSnapshot(`
    "error[E13]: the memory \`words\` has 2 write ports; distributed RAM has one
      ‹words.write(io.b, io.d);› (in module M)
      another write is here (‹words.write(io.a, io.d, { en: io.we });›)
      \`words\` is declared here (‹const words = mem('words', { depth: 16, type: uint(8), style, collision: 'old' });›)
      help: share ports with .port(…), which reads or writes, or say style: 'registers'"
  `);
  expect(memory('registers')).toBe('no fault');
});

test('E15 a module may require that its registers are reset', () => {
  const Control = defineModule({
    name: 'Control',
    params: z.object({}),
    resets: 'required',
    ports: () => ({ a: input(uint(4)), y: output(uint(4)), z: output(uint(4)) }),
    build(io) {
      const { state } = regs({ state: uint(4) });
      const { count } = regs({ count: uint(4) }, { count: 0 });
      const { data } = regs({ data: uint(4) }, {}, { reset: 'none' });
      state.next(io.a.xor(count));
      count.next(count.addWrap(1));
      data.next(state);
      io.y.set(data);
      io.z.set(registered('late', data));
    },
  });
  expect(rendered(() => Control.elaborate())).toMatchInlineSnapshot(`
    "error[E15]: the register \`state\` has no reset value in Control, which requires one
      ‹const { state } = regs({ state: uint(4) });› (in module Control)
      it is in the domain \`default\`
      help: give it one, or say that it needs none: regs({ … }, {}, { reset: 'none' })
    error[E15]: the register \`late\` has no reset value in Control, which requires one
      ‹io.z.set(registered('late', data));› (in module Control)
      it is in the domain \`default\`
      help: give it one, or say that it needs none: regs({ … }, {}, { reset: 'none' })"
  `);
});

test('E15 a reset is there, of one style, and of its own clock', () => {
  const bare = domain('bare', { clock: 'clk' });
  const asynchronous = domain('other', { clock: 'other_clk', reset: { name: 'rst', kind: 'async' } });
  expect(
    faults({ y: output(bool) }, (io) => {
      const { a } = inDomain(bare, () => regs({ a: bool }, { a: false }));
      const { b } = inDomain(asynchronous, () => regs({ b: bool }, { b: false }));
      const { c } = regs({ c: bool }, { c: false });
      const made = domain('made', { clock: 'clk', reset: { signal: b, kind: 'async' } });
      const { d } = inDomain(made, () => regs({ d: bool }, { d: false }));
      a.next(a.not());
      b.next(b.not());
      c.next(c.not());
      d.next(a.xor(c));
      cdc.syncReset('core');
      io.y.set(d);
    }),
  ).toMatchInlineSnapshot(`
    "error[E15]: the reset \`rst\` is synchronous and active high in the domain \`default\` and asynchronous and active high in \`other\`
      ‹const M = defineModule({› (in module M)
      help: use it in one way, or give the other domain a reset of its own
    error[E15]: the register \`a\` has a reset value, and its domain \`bare\` has no reset
      ‹const { a } = inDomain(bare, () => regs({ a: bool }, { a: false }));› (in module M)
      help: give the domain a reset, or say what the register powers up with: regs({ … }, {}, { init: { a: 0 } })
    error[E15]: the reset \`b\` of the domain \`made\` comes from another clock: the register \`b\` of \`other_clk\`
      ‹const { b } = inDomain(asynchronous, () => regs({ b: bool }, { b: false }));› (in module M)
      the register \`b\` is declared here (‹const { b } = inDomain(asynchronous, () => regs({ b: bool }, { b: false }));›)
      help: release it by the clock that it resets: cdc.syncReset
    error[E15]: the domain \`default\` has no asynchronous reset to release
      ‹cdc.syncReset('core');› (in module M)
      help: call it in a domain with reset: { kind: 'async', … }; a synchronous reset is released by its clock already"
  `);
  const Ip = externModule({
    name: 'IP',
    params: z.object({}),
    ports: () => ({ y: output(bool) }),
    domains: [domain('main', { clock: 'CLK', reset: { name: 'RESET_N', kind: 'async', active: 'low' } })],
  });
  expect(
    faults({ y: output(bool) }, (io) => {
      io.y.set(Ip.inst('u_ip').y);
    }),
  ).toMatchInlineSnapshot(`
    "error[E15]: the reset \`RESET_N\` of IP is async, active low; that of the domain \`default\` is sync, active high
      ‹io.y.set(Ip.inst('u_ip').y);› (in module M)
      help: make the reset that it needs, and connect it: { domains: { … } }"
  `);
});

test('E17 there is something to hold', () => {
  expect(
    faults({ y: output(uint(8)) }, (io) => {
      mem('store', { depth: 4, type: uint(0) }).write(0, 0);
      io.y.set(0);
    }),
  ).toMatchInlineSnapshot(`
    "error[E17]: a word of the memory \`store\` has no bits
      ‹mem('store', { depth: 4, type: uint(0) }).write(0, 0);› (in module M)
      help: give it a type with bits, or leave the memory out for these parameters"
  `);
});
