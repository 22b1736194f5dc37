// The designs that simulators are measured on, beside `Dot` of the tests: a vector MAC without a handshake, a systolic array,
// irregular logic. Invariant: seeded and parametric, so that a figure can be repeated and its slope taken. Not published.

import {
  bool,
  defineModule,
  input,
  mux,
  output,
  regs,
  type SIntSig,
  sint,
  sumTree,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/** The products of `Dot` without a handshake: plain ports in, a register out. */
export const TinyMac = defineModule({
  name: 'TinyMac',
  params: z.object({}),
  ports: () => ({
    clear: input(bool),
    a: input(vec(8, sint(8))),
    b: input(vec(8, sint(8))),
    sum: output(sint(32)),
  }),
  build(io) {
    const { acc } = regs({ acc: sint(32) }, { acc: 0 });
    const sum = sumTree(io.a.map((x, i) => x.mul(io.b.at(i)))).extend(32);
    acc.next(mux(io.clear, sum, acc.addWrap(sum)));
    io.sum.set(acc);
  },
});

/** One cell: operands pass on to the right and down, their product is accumulated. */
export const Cell = defineModule({
  name: 'SystolicCell',
  params: z.object({}),
  ports: () => ({
    enable: input(bool),
    clear: input(bool),
    left: input(sint(8)),
    above: input(sint(8)),
    right: output(sint(8)),
    below: output(sint(8)),
    sum: output(sint(32)),
  }),
  build(io) {
    const { a, b, acc } = regs({ a: sint(8), b: sint(8), acc: sint(32) }, { a: 0, b: 0, acc: 0 });
    when(io.enable, () => {
      a.next(io.left);
      b.next(io.above);
      const product = io.left.mul(io.above);
      acc.next(mux(io.clear, product.extend(32), acc.add(product).trunc(32)));
    });
    io.right.set(a);
    io.below.set(b);
    io.sum.set(acc);
  },
});

/** An output-stationary array; `sums` folds the sums of each row into one word. */
export const Systolic = defineModule({
  name: 'Systolic',
  params: z.object({ rows: z.int().min(1).default(16), columns: z.int().min(1).default(16) }),
  ports: (p) => ({
    enable: input(bool),
    clear: input(bool),
    left: input(vec(p.rows, sint(8))),
    above: input(vec(p.columns, sint(8))),
    sums: output(vec(p.rows, sint(32))),
    corner: output(sint(32)),
  }),
  build(io, p) {
    const cells = Array.from({ length: p.rows }, (_, r) =>
      Array.from({ length: p.columns }, (_, c) => Cell.inst(`cell_${r}_${c}`)),
    );
    cells.forEach((row, r) => {
      row.forEach((cell, c) => {
        cell.enable.set(io.enable);
        cell.clear.set(io.clear);
        cell.left.set(c === 0 ? io.left.at(r) : row[c - 1]!.right);
        cell.above.set(r === 0 ? io.above.at(c) : cells[r - 1]![c]!.below);
      });
    });
    const folded = cells.map((row) => row.map((cell): SIntSig => cell.sum).reduce((x, y) => x.xor(y)));
    io.sums.set(folded);
    io.corner.set(cells.at(-1)!.at(-1)!.sum);
  },
});

/** Small integers from a seed: the same sequence everywhere. */
const sequence = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** Registers of mixed widths, each fed by a random expression of a few others: no structure to exploit. */
export const Irregular = defineModule({
  name: 'Irregular',
  params: z.object({ registers: z.int().min(4).default(1500), seed: z.int().default(1) }),
  ports: () => ({ seed: input(uint(32)), folded: output(uint(32)) }),
  build(io, p) {
    const random = sequence(p.seed);
    const widths = Array.from({ length: p.registers }, () => [1, 3, 8, 12, 16, 24, 31, 32][random(8)]!);
    const names = widths.map((_, i) => `r${i}`);
    const all = regs(
      Object.fromEntries(names.map((name, i) => [name, uint(widths[i]!)])),
      Object.fromEntries(names.map((name, i) => [name, random(2 ** Math.min(widths[i]!, 16))])),
    );
    const any = (): UIntSig => (random(40) === 0 ? io.seed : all[names[random(p.registers)]!]!);
    const sized = (x: UIntSig, width: number): UIntSig => {
      if (x.type.width < width) return x.extend(width);
      return x.type.width > width ? x.trunc(width) : x;
    };
    const operation = (depth: number): UIntSig => {
      if (depth === 0) return any();
      const a = operation(depth - 1);
      const b = random(3) === 0 ? any() : operation(depth - 1);
      switch (random(8)) {
        case 0:
          return sized(a.add(b), 32);
        case 1:
          return sized(a, 32).subWrap(sized(b, 32));
        case 2:
          return a.and(b);
        case 3:
          return a.xor(b);
        case 4:
          return a.or(b);
        case 5:
          return mux(a.lt(b), sized(a, 32), sized(b, 32));
        case 6:
          return sized(a.mul(sized(b, 8)), 32);
        default:
          return sized(a, 32).shr(1 + random(7));
      }
    };
    names.forEach((name, i) => {
      const target = all[name]!;
      const value = sized(operation(2), widths[i]!);
      if (random(3) === 0) when(any().bit(0), () => target.next(value));
      else target.next(value);
    });
    io.folded.set(names.map((name) => sized(all[name]!, 32)).reduce((x, y) => x.xor(y)));
  },
});
