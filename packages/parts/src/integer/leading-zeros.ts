// Leading-zero counter by halving: which half holds the first one, then the same in that half.
// Invariant: exact for every operand; zero has as many leading zeros as bits. Width of logic: about two bits per bit of x.

import {
  type BoolSig,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/** Leading zeros of `x`, 0 .. its width. Wires are named `<name>_none_in_<bits>` and `<name>_first_<bits>`. */
export function leadingZeros(name: string, x: UIntSig): UIntSig {
  // A one below the last bit ends every count at the width.
  let rest = named(`${name}_ended`, cat(x, literal(1, uint(1))));
  const count: BoolSig[] = [];
  for (let half = 2 ** Math.ceil(Math.log2(rest.type.width)) / 2; half >= 1; half /= 2) {
    const width = rest.type.width;
    const upper = rest.bits(width - 1, width - half);
    const lower = cat(rest.bits(width - half - 1, 0), literal(0, uint(2 * half - width)));
    const none = named(`${name}_none_in_${half}`, upper.any().not());
    count.push(none);
    if (half > 1) rest = named(`${name}_first_${half}`, mux(none, lower, upper));
  }
  return cat(...count);
}

/** `count` = leading zeros of `x`, 0 .. width. */
export const LeadingZeroCounter = defineModule({
  name: 'LeadingZeroCounter',
  doc: 'counts the zeros above the highest one; all bits when there is none.',
  params: z.object({
    width: z.int().min(1).max(1024).default(32).meta({ description: 'bits of the operand' }),
  }),
  ports: (p) => ({ x: input(uint(p.width)), count: output(uint(countBits(p.width))) }),
  build: (io) => io.count.set(leadingZeros('x', io.x)),
});

const countBits = (width: number): number => Math.floor(Math.log2(width)) + 1;
