// Small units for the tests: one with a clock, one without, and ones that are wrong on purpose.

import {
  bool,
  defineModule,
  enumOf,
  input,
  output,
  regs,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { type AnyUnit, defineUnit } from '@gatewright/sim';
import fc from 'fast-check';
import { z } from 'zod';

const Delay = defineModule({
  name: 'Delay',
  doc: 'a register slice for vectors.',
  params: z
    .object({
      width: z.int().min(1).max(16).default(8).meta({ description: 'bits of an element' }),
      elements: z.int().min(1).default(2).meta({ description: 'elements of a vector' }),
      invert: z.boolean().default(false).meta({ description: 'invert every bit' }),
      blankLines: z.enum(['keep', 'drop']).default('keep').meta({ description: 'has no effect' }),
    })
    .refine((p) => p.width * p.elements <= 64, {
      message: 'a vector has at most 64 bits',
      path: ['elements'],
    }),
  ports: (p) => ({
    in: input(stream(vec(p.elements, uint(p.width))), 'what comes in'),
    out: output(stream(vec(p.elements, uint(p.width))), 'what goes out, a | later'),
    full: output(bool, 'the register holds a vector'),
  }),
  build(io, p) {
    const { held } = regs({ held: vec(p.elements, uint(p.width)) });
    const { valid } = regs({ valid: bool }, { valid: false });
    io.in.ready.set(valid.not().or(io.out.ready));
    when(io.in.ready, () => valid.next(io.in.valid));
    when(io.in.fire, () => {
      held.next(io.in.data);
    });
    io.out.valid.set(valid);
    io.full.set(valid);
    io.out.data.set(p.invert ? held.map((x) => x.not()) : held);
  },
});

export const delay = defineUnit({
  name: 'delay',
  summary: 'Passes vectors on, one cycle later.',
  paper: { title: 'On Delays', reference: 'nowhere 1.1' },
  module: Delay,
  golden: (p, { in: vectors }) => ({
    out: vectors.map((v) => v.map((x) => (p.invert ? (1n << BigInt(p.width)) - 1n - BigInt(x) : BigInt(x)))),
  }),
  stimulus: (p) => ({
    directed: [{ name: 'zeros', inputs: { in: [new Array<number>(p.elements).fill(0)] } }],
    random: fc.record({
      in: fc.array(
        fc.array(fc.nat(2 ** p.width - 1), { minLength: p.elements, maxLength: p.elements, size: 'max' }),
        { minLength: 1 },
      ),
    }),
  }),
  performance: (_, { in: vectors }) => ({ cycles: vectors.length === 0 ? 0 : vectors.length + 1, macs: 0 }),
  configurations: [{}, { width: 3, elements: 4, invert: true }],
});

/** The same with two named sets of parameters. */
export const presetDelay: AnyUnit = {
  ...delay,
  presets: {
    wide: { summary: 'eight bytes side by side', params: { width: 8, elements: 8 } },
    bit: { summary: 'the least there is', params: { width: 1, elements: 1, invert: true } },
  },
};

/** Its golden model is wrong for vectors that begin with 200 or more. */
export const wrongDelay: AnyUnit = {
  ...(delay as AnyUnit),
  name: 'wrong-delay',
  golden: (params, inputs) => ({
    out: delay
      .golden(params as never, inputs as never)
      .out.map(([first, ...rest]) => [first! >= 200n ? first! - 1n : first!, ...rest]),
  }),
};

const Choose = defineModule({
  name: 'Choose',
  params: z.object({ width: z.int().default(4) }),
  ports: (p) => ({ mode: input(enumOf('Low', 'High')), a: input(uint(p.width)), y: output(uint(p.width)) }),
  build(io, p) {
    io.y.set(io.mode.is('Low').and(io.a.ne(0)).asUInt().extend(p.width));
  },
});

/** Combinational, and without streams. */
export const choose: AnyUnit = {
  ...(delay as AnyUnit),
  name: 'choose',
  module: Choose as unknown as AnyUnit['module'],
  configurations: [{}],
};
