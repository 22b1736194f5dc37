// A bit later: lines of registers that start empty.

import { type BoolSig, cat, regs, uint } from '@gatewright/hdl-core';

/** A line of registers: the function gives the signal so many cycles later, from 1 to `cycles`. */
export function delayed(name: string, x: BoolSig, cycles: number): (n: number) => BoolSig {
  const line = regs({ [`${name}_line`]: uint(cycles) }, { [`${name}_line`]: 0 })[`${name}_line`]!;
  line.next(cycles === 1 ? x.asUInt() : cat(line.bits(cycles - 2, 0), x));
  return (n) => line.bit(n - 1);
}
