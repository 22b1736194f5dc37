// Designs of any size for the benches, each of one shape that stresses one part: flat operations, one deep expression,
// control, wires that feed each other, hierarchy.
// Invariant: the number of IR nodes grows in proportion to `n`; nothing is random.

import {
  type BoolSig,
  bool,
  defineModule,
  input,
  mux,
  named,
  output,
  regs,
  type SIntSig,
  sint,
  type UIntSig,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const size = z.object({ n: z.int().min(1) });

/** `n` registered operations side by side: the flat module of a generated datapath. */
export const Flat = defineModule({
  name: 'Flat',
  params: size,
  ports: () => ({ x: input(sint(8)), y: input(sint(8)), sel: input(bool), result: output(sint(32)) }),
  build(io, { n }) {
    const count = Math.ceil(n / 5);
    const { acc } = regs({ acc: vec(count, sint(32)) });
    let last: SIntSig = io.x;
    for (let i = 0; i < count; i++) {
      const product = named(`product_${i}`, last.trunc(8).mul(io.y));
      const a = acc.at(i);
      when(io.sel, () => a.next(a.add(product).trunc(32)));
      last = a;
    }
    io.result.set(last);
  },
});

/** One unnamed expression, `n` operators deep. */
export const Deep = defineModule({
  name: 'Deep',
  params: size,
  ports: () => ({ x: input(uint(16)), y: input(uint(16)), sel: input(bool), result: output(uint(16)) }),
  build(io, { n }) {
    let e: UIntSig = io.x.add(io.y).trunc(16);
    for (let i = 0; i < n / 3; i++) e = mux(io.sel, e.xor(io.y), e.add(io.x).trunc(16));
    io.result.set(e);
  },
});

/** `n` small decisions, each a `when` of its own. */
export const Control = defineModule({
  name: 'Control',
  params: size,
  ports: () => ({ x: input(uint(8)), go: input(vec(8, bool)), result: output(uint(8)) }),
  build(io, { n }) {
    const count = Math.ceil(n / 16);
    const { state } = regs({ state: vec(count, uint(8)) });
    const { next } = wires({ next: vec(count, uint(8)) });
    for (let i = 0; i < count; i++) {
      const s = state.at(i);
      const w = next.at(i);
      const before = i === 0 ? io.x : state.at(i - 1);
      when(io.go.at(i % 8), () => {
        when(s.gt(before), () => w.set(before)).otherwise(() => w.set(s.addWrap(1)));
      })
        .elseWhen(io.go.at((i + 3) % 8), () => w.set(0))
        .otherwise(() => w.set(s));
      s.next(w);
    }
    io.result.set(state.at(count - 1));
  },
});

/** `n` assignments below one condition: one always block for all of them. */
export const OneBlock = defineModule({
  name: 'OneBlock',
  params: size,
  ports: () => ({ x: input(uint(8)), go: input(bool), result: output(uint(8)) }),
  build(io, { n }) {
    const count = Math.ceil(n / 4);
    const { state } = regs({ state: vec(count, uint(8)) });
    const { next } = wires({ next: vec(count, uint(8)) });
    const each = (visit: (i: number) => void): void => {
      for (let i = 0; i < count; i++) visit(i);
    };
    when(io.go, () => each((i) => next.at(i).set(state.at((i + 1) % count).xor(io.x)))).otherwise(() =>
      each((i) => next.at(i).set(state.at(i))),
    );
    each((i) => state.at(i).next(next.at(i)));
    io.result.set(state.at(0));
  },
});

/** A chain of wires from as many inputs: what each output depends on grows along it. */
export const Inputs = defineModule({
  name: 'Inputs',
  params: size,
  ports: ({ n }) => ({
    x: input(vec(Math.ceil(n / 8), bool)),
    y: output(vec(Math.ceil(n / 8), bool)),
  }),
  build(io) {
    let before: BoolSig | undefined;
    io.x.map((x, i) => {
      const any: BoolSig = named(`any_${i}`, before ? before.or(x) : x.not());
      io.y.at(i).set(any.and(x.not()));
      before = any;
    });
  },
});

/** One element of a vector picked by a signal, `n` times from 64. */
export const Pick = defineModule({
  name: 'Pick',
  params: size,
  ports: () => ({ x: input(vec(64, uint(8))), index: input(uint(6)), result: output(uint(8)) }),
  build(io, { n }) {
    let at: UIntSig = io.index;
    for (let i = 0; i < n / 64; i++) at = named(`pick_${i}`, io.x.at(at.trunc(6)));
    io.result.set(at.extend(8));
  },
});

/** One processing element: multiply, accumulate, pass on. */
export const Pe = defineModule({
  name: 'Pe',
  params: z.object({}),
  ports: () => ({
    a: input(sint(8)),
    b: input(sint(8)),
    clear: input(bool),
    aOut: output(sint(8)),
    bOut: output(sint(8)),
    sum: output(sint(24)),
  }),
  build(io) {
    const r = regs({ east: sint(8), south: sint(8) });
    const { acc } = regs({ acc: sint(24) }, { acc: 0 });
    const product = named('product', io.a.mul(io.b));
    r.east.next(io.a);
    r.south.next(io.b);
    acc.next(acc.addWrap(product.extend(24)));
    when(io.clear, () => acc.next(product.extend(24)));
    io.aOut.set(r.east);
    io.bOut.set(r.south);
    io.sum.set(acc);
  },
});

/** A systolic array of `rows` x `columns` instances of one processing element. */
export const Systolic = defineModule({
  name: 'Systolic',
  params: z.object({ rows: z.int(), columns: z.int() }),
  ports: (p) => ({
    a: input(vec(p.rows, sint(8))),
    b: input(vec(p.columns, sint(8))),
    clear: input(bool),
    sum: output(vec(p.rows, vec(p.columns, sint(24)))),
  }),
  build(io, p) {
    const south: SIntSig[] = [...io.b];
    for (let row = 0; row < p.rows; row++) {
      let east: SIntSig = io.a.at(row);
      for (let column = 0; column < p.columns; column++) {
        const pe = Pe.inst(`u_pe_${row}_${column}`);
        pe.a.set(east);
        pe.b.set(south[column]!);
        pe.clear.set(io.clear);
        io.sum.at(row).at(column).set(pe.sum);
        east = pe.aOut;
        south[column] = pe.bOut;
      }
    }
  },
});

/** One `when` of `n` branches. */
export const Chain = defineModule({
  name: 'Chain',
  params: size,
  ports: () => ({ x: input(uint(20)), result: output(uint(20)) }),
  build(io, { n }) {
    let chain = when(io.x.eq(0), () => io.result.set(1));
    for (let i = 1; i < n; i++) chain = chain.elseWhen(io.x.eq(i), () => io.result.set(i - 1));
    chain.otherwise(() => io.result.set(io.x));
  },
});
