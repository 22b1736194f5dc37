// The ternary (MatMul-free) lane: activations are added, subtracted or left out; there is nothing to multiply.
// Source: arXiv 2406.02528, whose numerics are published and whose unit is a reconstruction [X]: a gate, an inversion, a carry.

import {
  assume,
  bool,
  bundle,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  replicate,
  sint,
  stream,
  sumTree,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const ternaryParams = z
  .object({
    lanes: z.int().min(1).max(256).default(16).meta({ description: 'products per cycle' }),
    maxDepth: z
      .int()
      .min(1)
      .max(65536)
      .default(2048)
      .meta({ description: 'longest dot product, padding of the last beat included' }),
  })
  .refine((p) => p.maxDepth >= p.lanes, {
    message: 'a dot product is at least one beat: maxDepth must be no less than lanes',
    path: ['maxDepth'],
  });
export type TernaryParams = z.output<typeof ternaryParams>;

/** Bits of a sum of `maxDepth` products: -1 * -128 makes the largest one. */
export const ternaryAccumulatorBits = (p: TernaryParams): number =>
  Math.floor(Math.log2(128 * p.maxDepth)) + 2;

/** Cycles from the transfer of the last operands of a dot product to the transfer of its result, without stalls. */
export const TERNARY_LATENCY = 1;

/** y = SUM x * t, exact; t is 0b00 for 0, 0b01 for +1 and 0b11 for -1. Initiation interval 1. */
export const TernaryLane = defineModule({
  name: 'TernaryLane',
  doc: 'dot product of INT8 activations and ternary weights, without multipliers.',
  params: ternaryParams,
  ports: (p) => ({
    in: input(
      stream(bundle({ x: vec(p.lanes, sint(8)), t: vec(p.lanes, uint(2)), last: bool })),
      'activations and weight codes: 0 for 0, 1 for +1, 3 for -1; last ends the dot product',
    ),
    out: output(stream(sint(ternaryAccumulatorBits(p))), 'dot product'),
  }),
  build(io, p) {
    const bits = ternaryAccumulatorBits(p);
    const { accumulator } = regs({ accumulator: sint(bits) });
    const { done, fresh } = regs({ done: bool, fresh: bool }, { done: false, fresh: true });
    const codes = [...io.in.data.t];
    const legal = codes.map((t) => t.ne(2)).reduce((a, b) => a.and(b));
    when(io.in.valid, () => assume('ternary_code', legal));

    const gated = named(
      'gated',
      [...io.in.data.x].map((x, i) => {
        const t = codes[i]!;
        const kept = x.asUInt().and(replicate(t.bit(0), 8));
        return kept.xor(replicate(t.bit(1), 8)).asSInt();
      }),
    );
    // -x is ~x + 1: the ones of all lanes are counted and added once.
    const ones = named('ones', sumTree(codes.map((t) => t.bit(1).asUInt())));
    const total = named('total', sumTree(gated).add(ones.toSInt()));
    const previous = mux(fresh, literal(0, sint(1)), accumulator);
    io.in.ready.set(done.not().or(io.out.ready));
    when(io.out.fire, () => done.next(false));
    when(io.in.fire, () => {
      accumulator.next(previous.add(total).trunc(bits));
      done.next(io.in.data.last);
      fresh.next(io.in.data.last);
    });
    io.out.valid.set(done);
    io.out.data.set(accumulator);
  },
});
