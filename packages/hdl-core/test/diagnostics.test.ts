// One test per diagnostic code: the full text a user sees. Places are checked once, then left out for stability.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  bool,
  bundle,
  CODES,
  type Code,
  cat,
  cdc,
  DesignError,
  defineModule,
  domain,
  enumOf,
  externModule,
  type Io,
  inDomain,
  input,
  match,
  mem,
  output,
  type Ports,
  regs,
  sint,
  stream,
  uint,
  vec,
  when,
  wires,
} from '../src/index.ts';

/** The diagnostics of a module with `ports`, with the places taken out. */
function faults<P extends Ports>(ports: P, build: (io: Io<P>) => void): string {
  const M = defineModule({ name: 'M', params: z.object({}), ports: () => ports, build });
  return text(() => M.elaborate());
}
function text(
  run: () => { readonly warnings: readonly { code: Code; message: string; help?: string }[] },
): string {
  try {
    return run()
      .warnings.map((w) => `${w.code}: ${w.message} | ${w.help}`)
      .join('\n');
  } catch (e) {
    if (!(e instanceof DesignError)) throw e;
    seen.push(...e.diagnostics.map((d) => d.code));
    return e.message
      .replace(/ ?\(?[\w./-]*\.test\.ts:\d+:\d+\)?/g, '')
      .replaceAll(/^ {2}\(in module M\)\n/gm, '');
  }
}
const seen: Code[] = [];

describe('every code', () => {
  test('E01 kinds and signs do not mix', () => {
    expect(
      faults({ a: input(uint(8)), b: input(sint(8)), y: output(sint(9)) }, (io) => {
        // @ts-expect-error - tsc sees it too
        io.y.set(io.b.add(io.a));
        // @ts-expect-error - tsc sees it too
        io.y.set(io.a);
      }),
    ).toMatchInlineSnapshot(`
      "error[E01]: .add() of a sint<8> with uint<8>
        help: make both signed: .toSInt() keeps the value (one more bit), .asSInt() keeps the bits
      error[E01]: \`y\` is a sint<9> and cannot take uint<8>
        \`y\` is sint<9>, declared here
        help: convert explicitly: .toSInt() keeps the value, .asSInt() keeps the bits
      error[E06]: this assignment to \`y\` always overrides an earlier one
        the earlier assignment
        help: remove one, put one under a condition, or make the first the default value of the wire"
    `);
  });

  test('E02 nothing is cut silently', () => {
    expect(
      faults({ a: input(uint(8)), b: input(uint(8)), y: output(uint(8)), z: output(uint(4)) }, (io) => {
        io.y.set(io.a.add(io.b));
        io.z.set(16);
      }),
    ).toMatchInlineSnapshot(`
      "error[E02]: assignment to \`y\` would lose bits
        \`y\` is uint<8>, declared here
        the value is uint(9), range 0..510
        help: write .trunc(8) or .saturate(8), or widen \`y\` to 9 bits
      error[E02]: the literal 16 does not fit \`z\`
        \`z\` is uint<4>, declared here
        it holds 0..15
        help: use a value in that range, or widen the signal"
    `);
  });

  test('E03 everything is driven', () => {
    const Child = defineModule({
      name: 'Child',
      params: z.object({}),
      ports: () => ({ a: input(bool), y: output(bool) }),
      build: (io) => io.y.set(io.a),
    });
    expect(
      faults({ y: output(bool), z: output(bool) }, (io) => {
        io.y.set(Child.inst('u_child').y);
      }),
    ).toMatchInlineSnapshot(`
      "error[E03]: the output \`z\` is never driven
        help: give it a .set(…)
      error[E03]: the instance input \`child_a\` is never driven
        help: give it a .set(…)"
    `);
  });

  test('E04 no latches', () => {
    expect(
      faults({ mode: input(enumOf('A', 'B')), c: input(bool), y: output(bool), z: output(bool) }, (io) => {
        when(io.c, () => io.y.set(true));
        match(io.mode, { A: () => io.z.set(io.c), B: () => {} });
      }),
    ).toMatchInlineSnapshot(`
      "error[E04]: \`y\` has no value in some cases (a latch)
        when this condition does not hold, nothing assigns it
        \`y\` is declared here
        help: assign it in that case too, or give it a default: wires({ … }, { y: 0 }) or a .set(…) before the when
      error[E04]: \`z\` has no value in some cases (a latch)
        the arm B does not assign it
        \`z\` is declared here
        help: assign it in that case too, or give it a default: wires({ … }, { z: 0 }) or a .set(…) before the when"
    `);
  });

  test('E05 one driver', () => {
    expect(
      faults({ a: input(bool), y: output(bool) }, (io) => {
        // @ts-expect-error - an input cannot be set
        io.a.set(true);
        io.y.set(io.a);
      }),
    ).toMatchInlineSnapshot(`
      "error[E05]: \`a\` has a second driver
        it is an input: the parent module drives it
        help: assign to a wire of your own instead"
    `);
  });

  test('E06 no dead assignment', () => {
    expect(
      faults({ a: input(bool), y: output(bool) }, (io) => {
        io.y.set(io.a);
        io.y.set(io.a.not());
      }),
    ).toMatchInlineSnapshot(`
      "error[E06]: this assignment to \`y\` always overrides an earlier one
        the earlier assignment
        help: remove one, put one under a condition, or make the first the default value of the wire"
    `);
  });

  test('E07 no combinational loop, also through an instance', () => {
    const Inverter = defineModule({
      name: 'Inverter',
      params: z.object({}),
      ports: () => ({ a: input(uint(4)), y: output(uint(4)) }),
      build: (io) => io.y.set(io.a.not()),
    });
    expect(
      faults({ a: input(uint(4)), y: output(uint(4)) }, (io) => {
        const { t } = wires({ t: uint(4) });
        const w = Inverter.inst('u_inverter');
        w.a.set(t.and(io.a));
        t.set(w.y);
        io.y.set(t);
      }),
    ).toMatchInlineSnapshot(`
      "error[E07]: combinational loop: \`t\` <- \`inverter_y\` <- \`inverter_a\` <- \`t\`
        \`t\` is assigned here
        \`inverter_y\` comes out of \`u_inverter\`, inside Inverter: \`y\` <- \`a\`
        \`inverter_a\` is assigned here
        help: break the loop with a register, or compute the value without reading it back"
    `);
  });

  test('E07 says which bits of a signal are on the loop, and when none is', () => {
    expect(
      faults({ a: input(bool), y: output(uint(4)), z: output(uint(2)) }, (io) => {
        const { ring, shift } = wires({ ring: uint(4), shift: uint(2) });
        ring.set(cat(io.a, ring.bit(1), ring.bit(2), io.a));
        shift.set(cat(shift.bit(0), io.a));
        io.y.set(ring);
        io.z.set(shift);
      }),
    ).toMatchInlineSnapshot(`
      "error[E07]: combinational loop: \`ring[2:1]\` <- \`ring[2:1]\`
        \`ring\` is assigned here
        help: break the loop with a register, or compute the value without reading it back
      error[E07]: the signals of a loop depend on each other, though no bit on itself: \`shift\` <- \`shift\`
        \`shift\` is assigned here
        help: give the parts that depend on each other a wire each: simulators compute a signal as a whole"
    `);
  });

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
        the register \`quick\` is declared here
        the register \`held\` in \`u_child\` is declared here
        help: let it cross: cdc.sync for a level, cdc.pulse for an event, cdc.fifo or cdc.handshake for data, cdc.stable for what does not change while it is read
      error[E08]: the register \`back\` of the clock \`clk\` reads the register \`held\` in \`u_child\` of the clock \`fast_clk\`
        the register \`held\` in \`u_child\` is declared here
        the register \`back\` is declared here
        help: let it cross: cdc.sync for a level, cdc.pulse for an event, cdc.fifo or cdc.handshake for data, cdc.stable for what does not change while it is read
      error[E08]: the register \`both_meta\` begins a synchroniser and is fed by logic of the clock \`clk\`, which may glitch
        it reads the register \`quick\`, declared here
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
        the register \`slow\` is declared here
        the register \`quick\` is declared here
        help: give each domain its own copy: cdc.sync in at least one of them, or cdc.stable for what does not change"
    `);
  });

  test('E09 signals stay in their module', () => {
    let leaked: Io<{ a: ReturnType<typeof input<typeof bool>> }>['a'] | undefined;
    const Child = defineModule({
      name: 'Child',
      params: z.object({}),
      ports: () => ({ y: output(bool) }),
      build: (io) => io.y.set(leaked!),
    });
    expect(
      faults({ a: input(bool), y: output(bool) }, (io) => {
        leaked = io.a;
        io.y.set(Child.inst('u_child').y.and(io.a));
      }),
    ).toMatchInlineSnapshot(`
      "error[E09]: \`a\` belongs to another module
        (in module Child)
        \`a\` is declared here
        help: pass it through a port: signals do not cross a module boundary by closure"
    `);
  });

  test('E10 names are legal, free and distinct', () => {
    expect(
      faults({ wire: input(bool), y: output(bool), Y: output(bool) }, (io) => {
        io.y.set(io.wire);
        io.Y.set(io.wire);
      }),
    ).toMatchInlineSnapshot(`
      "error[E10]: the name \`Y\` is declared twice (names differ only in case from \`y\`)
        \`y\` is declared first here
        help: rename one of them; names must differ in more than case, as some tools ignore it
      error[E10]: the input name \`wire\` is a reserved word of Verilog, SystemVerilog or VHDL
        help: rename it: letters, digits and _, beginning with a letter"
    `);
  });

  test('E11 a match covers its labels', () => {
    expect(
      faults({ mode: input(enumOf('A', 'B')), y: output(bool) }, (io) => {
        // @ts-expect-error - B is missing
        match(io.mode, { A: () => io.y.set(true) });
      }),
    ).toMatchInlineSnapshot(`
      "error[E11]: match on enum<A, B>: no arm for B
        help: add the arm, or \`_\` for the rest"
    `);
  });

  test('E12 indices stay inside', () => {
    expect(
      faults({ a: input(uint(8)), v: input(vec(3, uint(8))), y: output(uint(8)) }, (io) => {
        io.y.set(io.a.bits(8, 1).extend(8).or(io.v.at(3)));
      }),
    ).toMatchInlineSnapshot(`
      "error[E12]: bits(8, 1) is outside uint(8), range 0..255
        help: use 0 <= low <= high <= 7
      error[E12]: index 3 is outside a vec<3, uint<8>>
        help: use 0 to 2"
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
        written here
        read here
        help: add collision: 'undefined' (free everywhere; the design never relies on it), 'old', or 'new'
      error[E13]: a uint(6), range 0..63 is too wide an address for \`store\`, which has 12 words
        help: write .trunc(4), which the address needs
      error[E13]: the address 12 is outside \`store\`, which has 12 words
        help: use 0 to 11
      error[E13]: a mask of 4 bits for \`store\`, which has 1 lane
        help: declare the lanes: mem(…, { lanes: 4 })"
    `);
    expect(
      faults(ports, (io) => {
        const store = mem('store', { depth: 1, type: uint(8), lanes: 3, init: [1, 2] });
        io.y.set(store.readAsync(0));
      }),
    ).toMatchInlineSnapshot(`
      "error[E13]: the memory \`store\` has a depth of 1
        help: give a whole number from 2; one word is a register
      error[E13]: a word of \`store\` has 8 bits, which are not 3 equal lanes
        help: choose a number of lanes that divides the width
      error[E13]: \`store\` has 1 words and 2 initial values
        help: remove the values past the end, or make the memory deeper"
    `);
  });

  test('E14 valid does not wait for ready', () => {
    expect(
      faults({ in: input(stream(uint(4))), out: output(stream(uint(4))) }, (io) => {
        io.in.ready.set(io.out.ready);
        io.out.valid.set(io.in.valid.and(io.out.ready));
        io.out.data.set(io.in.data);
      }),
    ).toMatchInlineSnapshot(`
      "error[E14]: \`out_valid\` depends on \`out_ready\` of the same stream
        the way: \`out_valid\` <- \`out_ready\`
        help: valid and payload must not wait for ready: derive them from state only"
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
        help: use it in one way, or give the other domain a reset of its own
      error[E15]: the register \`a\` has a reset value, and its domain \`bare\` has no reset
        help: give the domain a reset, or say what the register powers up with: regs({ … }, {}, { init: { a: 0 } })
      error[E15]: the reset \`b\` of the domain \`made\` comes from another clock: the register \`b\` of \`other_clk\`
        the register \`b\` is declared here
        help: release it by the clock that it resets: cdc.syncReset
      error[E15]: the domain \`default\` has no asynchronous reset to release
        help: call it in a domain with reset: { kind: 'async', … }; a synchronous reset is released by its clock already"
    `);
    const Ip = externModule({
      name: 'IP',
      params: z.object({}),
      ports: () => ({ y: output(bool) }),
      domains: [domain('main', { clock: 'CLK', reset: { name: 'RESET_N', kind: 'async', active: 'low' } })],
    });
    expect(faults({ y: output(bool) }, (io) => io.y.set(Ip.inst('u_ip').y))).toMatchInlineSnapshot(`
      "error[E15]: the reset \`RESET_N\` of IP is async, active low; that of the domain \`default\` is sync, active high
        help: make the reset that it needs, and connect it: { domains: { … } }"
    `);
  });

  test('E16 no endless hierarchy', () => {
    const Loop = defineModule({
      name: 'Loop',
      params: z.object({}),
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(io): void {
        const inner = Loop.inst('u_inner');
        inner.a.set(io.a);
        io.y.set(inner.y);
      },
    });
    expect(text(() => Loop.elaborate())).toMatchInlineSnapshot(`
      "error[E16]: Loop instantiates itself with the same parameters
        (in module Loop)
        help: change a parameter on the way down, and stop at a base case"
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
        help: give it a type with bits, or leave the memory out for these parameters"
    `);
  });

  test('E18 unread signals are a warning', () => {
    expect(
      faults({ a: input(bool), b: input(bool), y: output(bool) }, (io) => {
        const { spare } = regs({ spare: bool });
        spare.next(io.a);
        io.y.set(io.a);
      }),
    ).toMatchInlineSnapshot(`
      "E18: the input \`b\` is never read | remove it, use it, or say unused(…) where that is intended
      E18: the register \`spare\` is never read | remove it, use it, or say unused(…) where that is intended"
    `);
    seen.push('E18');
  });

  test('E19 building happens inside build()', () => {
    expect(text(() => when(undefined as never, () => {}) as never)).toMatchInlineSnapshot(`
      "error[E19]: when() was called outside build()
        (in module -)
        help: call it inside the build() function of a module, and not after an await or in a later callback"
    `);
    const Late = defineModule({
      name: 'Late',
      params: z.object({}),
      ports: () => ({ y: output(bool) }),
      build: (async (io: { y: { set(v: boolean): void } }) => io.y.set(true)) as unknown as () => void,
    });
    expect(text(() => Late.elaborate())).toMatchInlineSnapshot(`
      "error[E19]: build() of Late is asynchronous
        (in module Late)
        help: make build() a plain function: hardware is described, not awaited"
    `);
  });

  test('has a test above', () => {
    expect([...new Set(seen)].sort()).toEqual(Object.keys(CODES).sort());
  });
});

test('all faults of a design are reported together, each with its place', () => {
  const M = defineModule({
    name: 'M',
    params: z.object({}),
    ports: () => ({ a: input(uint(8)), y: output(uint(4)), z: output(bundle({ p: bool, q: uint(2) })) }),
    build(io) {
      // @ts-expect-error - both widths are literals, so tsc sees it too
      io.y.set(io.a);
      io.z.p.set(true);
    },
  });
  const error = (() => {
    try {
      M.elaborate();
    } catch (e) {
      return e as DesignError;
    }
  })();
  expect(
    error?.diagnostics.map((d) => [d.code, d.place?.place?.file.endsWith('diagnostics.test.ts')]),
  ).toEqual([
    ['E03', true],
    ['E02', true],
  ]);
  const line = error?.message.match(/diagnostics\.test\.ts:(\d+):\d+/)?.[1];
  expect(Number(line)).toBeGreaterThan(200);
});
