// Barrel shifter: any shift or rotation by a run-time amount, one selection per bit of the amount.

import {
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  replicate,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { shiftLeft } from './shift.ts';

export const SHIFTS = ['left', 'right', 'right_arithmetic', 'rotate_left', 'rotate_right'] as const;

/**
 * `y` = x shifted or rotated by `by`, which may be up to width - 1 for shifts and rotations alike (and more for shifts where
 * its bits allow it: then nothing, or the sign, is left).
 */
export const BarrelShifter = defineModule({
  name: 'BarrelShifter',
  doc: 'shift or rotation by a run-time amount.',
  params: z.object({
    width: z.int().min(2).max(1024).default(32).meta({ description: 'bits of the operand' }),
    shift: z.enum(SHIFTS).default('left').meta({ description: 'direction, and what is shifted in' }),
  }),
  ports: (p) => ({
    x: input(uint(p.width)),
    by: input(uint(Math.ceil(Math.log2(p.width)))),
    y: output(uint(p.width)),
  }),
  build(io, p) {
    switch (p.shift) {
      case 'left':
        return io.y.set(shiftLeft('x', io.x, io.by));
      case 'right':
        return io.y.set(shiftRight('x', io.x, io.by, literal(0, uint(1)).bit(0)));
      case 'right_arithmetic':
        return io.y.set(shiftRight('x', io.x, io.by, io.x.bit(p.width - 1)));
      case 'rotate_left':
        return io.y.set(rotateLeft('x', io.x, io.by, (amount) => amount));
      case 'rotate_right':
        return io.y.set(rotateLeft('x', io.x, io.by, (amount) => p.width - amount));
    }
  },
});

/** x / 2^by with `fill` shifted in at the top. Wires are named `<name>_right_<amount>`. */
export function shiftRight(name: string, x: UIntSig, by: UIntSig, fill: ReturnType<UIntSig['bit']>): UIntSig {
  const width = x.type.width;
  let value = x;
  for (let k = by.type.width - 1; k >= 0; k--) {
    const amount = 2 ** k;
    const shifted =
      amount < width ? cat(replicate(fill, amount), value.bits(width - 1, amount)) : replicate(fill, width);
    value = named(`${name}_right_${amount}`, mux(by.bit(k), shifted, value));
  }
  return value;
}

function rotateLeft(name: string, x: UIntSig, by: UIntSig, places: (amount: number) => number): UIntSig {
  const width = x.type.width;
  let value = x;
  for (let k = by.type.width - 1; k >= 0; k--) {
    const left = places(2 ** k) % width;
    const rotated =
      left === 0 ? value : cat(value.bits(width - left - 1, 0), value.bits(width - 1, width - left));
    value = named(`${name}_rotated_${2 ** k}`, mux(by.bit(k), rotated, value));
  }
  return value;
}
