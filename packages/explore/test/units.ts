// A small unit for the tests: a multiply-accumulate lane, and a parameter that makes points fail in every way they can.

import { appendFileSync } from 'node:fs';
import {
  bool,
  bundle,
  defineModule,
  input,
  named,
  output,
  regs,
  sint,
  stream,
  sumTree,
  vec,
  when,
} from '@gatewright/hdl-core';
import { type AnyUnit, defineUnit } from '@gatewright/sim';
import fc from 'fast-check';
import { z } from 'zod';

const Mac = defineModule({
  name: 'Mac',
  params: z
    .object({
      lanes: z.int().min(1).max(16).default(2),
      bits: z.int().min(2).max(8).default(8),
      fault: z.enum(['none', 'wrong', 'throws', 'dies', 'hangs']).default('none'),
      /** Milliseconds that its golden model takes. */
      pause: z.int().min(0).default(0),
    })
    .refine((p) => p.lanes * p.bits <= 64, { message: 'a beat has at most 64 bits', path: ['lanes'] }),
  ports: (p) => ({
    in: input(stream(bundle({ x: vec(p.lanes, sint(p.bits)), w: vec(p.lanes, sint(p.bits)), last: bool }))),
    out: output(stream(sint(32))),
  }),
  build(io, p) {
    if (p.fault === 'throws') throw new Error('this point cannot be built');
    const { sum, fresh, full } = regs(
      { sum: sint(32), fresh: bool, full: bool },
      { sum: 0, fresh: true, full: false },
    );
    io.in.ready.set(full.not().or(io.out.ready));
    const products = named(
      'product',
      io.in.data.x.map((x, i) => x.mul(io.in.data.w.at(i))),
    );
    const beat = sumTree([...products]).extend(32);
    when(io.out.fire, () => full.next(false));
    when(io.in.fire, () => {
      when(fresh, () => sum.next(beat)).otherwise(() => sum.next(sum.addWrap(beat)));
      fresh.next(io.in.data.last);
      full.next(io.in.data.last);
    });
    io.out.valid.set(full);
    io.out.data.set(sum);
  },
});

type Beat = { x: (number | bigint)[]; w: (number | bigint)[]; last: boolean };

export const mac = defineUnit({
  name: 'mac',
  summary: 'Dot products of small integers.',
  paper: { title: 'On Sums', reference: 'nowhere 1.2' },
  module: Mac,
  golden(p, inputs) {
    // A note of each run, for tests that count them.
    if (process.env.SWEEP_TEST_STARTS)
      appendFileSync(process.env.SWEEP_TEST_STARTS, `${p.lanes} ${p.bits}\n`);
    if (p.pause > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, p.pause);
    // Each fault shows in another place: here the process dies or hangs.
    if (p.fault === 'dies') process.exit(7);
    if (p.fault === 'hangs') for (;;);
    const out: bigint[] = [];
    let sum = p.fault === 'wrong' ? 1n : 0n;
    for (const { x, w, last } of inputs.in) {
      x.forEach((value, i) => {
        sum += BigInt(value) * BigInt(w[i]!);
      });
      if (!last) continue;
      out.push(BigInt.asIntN(32, sum));
      sum = 0n;
    }
    return { out };
  },
  stimulus: (p) => {
    const beat = (value: number): Beat => ({
      ...{ x: new Array<number>(p.lanes).fill(value), w: new Array<number>(p.lanes).fill(-value) },
      last: true,
    });
    const top = 2 ** (p.bits - 1) - 1;
    return {
      directed: [
        { name: 'corners', inputs: { in: [beat(0), beat(top), beat(-top - 1 + (p.bits > 2 ? 1 : 1))] } },
      ],
      random: fc.record({ in: fc.array(fc.integer({ min: -top, max: top }).map(beat), { minLength: 1 }) }),
    };
  },
  performance: (p, { in: beats }) => ({
    cycles: beats.length === 0 ? 0 : beats.length + 1,
    macs: beats.length * p.lanes,
  }),
  configurations: [{}],
  workload(p, { activations, weights, tokens, depth, outputs }) {
    const top = 2 ** (p.bits - 1) - 1;
    const scale = (values: Float32Array): number =>
      values.reduce((m, v) => Math.max(m, Math.abs(v)), 0) / top || 1;
    const [a, b] = [scale(activations), scale(weights)];
    const beats: Beat[] = [];
    for (let t = 0; t < tokens; t++)
      for (let n = 0; n < outputs; n++)
        for (let k = 0; k < depth; k += p.lanes) {
          const lane = (values: Float32Array, row: number, by: number): number[] =>
            Array.from({ length: p.lanes }, (_, i) =>
              k + i < depth ? Math.round(values[row * depth + k + i]! / by) : 0,
            );
          beats.push({ x: lane(activations, t, a), w: lane(weights, n, b), last: k + p.lanes >= depth });
        }
    return {
      inputs: { in: beats },
      results: ({ out }) => Float32Array.from(out, (v) => Number(v) * a * b),
    };
  },
});

export const units: readonly AnyUnit[] = [mac];
