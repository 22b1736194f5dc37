// Rounding and saturation of an accumulator as a module of its own; inside a module call `requant()`.

import { defineModule, input, output, requant, sint } from '@gatewright/hdl-core';
import { z } from 'zod';

export const ROUNDINGS = ['floor', 'zero', 'half-up', 'half-away', 'half-even'] as const;

/** `y` = x * scale / 2^shift, rounded once and saturated: how an accumulator becomes the next layer's activation. */
export const Requantise = defineModule({
  name: 'Requantise',
  doc: 'rescales, rounds and saturates a signed integer.',
  params: z.object({
    xBits: z.int().min(2).max(128).default(32).meta({ description: 'bits of the accumulator' }),
    scaleBits: z.int().min(2).max(64).default(16).meta({ description: 'bits of the signed scale' }),
    shift: z.int().min(0).max(63).default(16).meta({ description: 'right shift of the product' }),
    yBits: z.int().min(2).max(64).default(8).meta({ description: 'bits of the result' }),
    rounding: z.enum(ROUNDINGS).default('half-even').meta({ description: 'how to round' }),
  }),
  ports: (p) => ({ x: input(sint(p.xBits)), scale: input(sint(p.scaleBits)), y: output(sint(p.yBits)) }),
  build: (io, p) =>
    io.y.set(requant(io.x, { scale: io.scale, shift: p.shift, round: p.rounding, to: sint(p.yBits) })),
});
