// Delay lines: a value some clock edges later, as one shift register, or all that it was since.

import { type BoolSig, cat, regs, type UIntSig, uint } from '@gatewright/hdl-core';

/** `x`, `cycles` clock edges later; its bits stand in one register. Zero until then with `reset`, unknown without. */
export function delayed(
  name: string,
  x: UIntSig,
  cycles: number,
  options: { readonly reset?: boolean } = {},
): UIntSig {
  const width = x.type.width;
  if (cycles === 0 || width === 0) return x;
  const line = regs({ [name]: uint(width * cycles) }, options.reset ? { [name]: 0 } : {})[name]!;
  line.next(cycles === 1 ? x : cat(line.bits(width * (cycles - 1) - 1, 0), x));
  return cycles === 1 ? line : line.bits(width * cycles - 1, width * (cycles - 1));
}

/** Whether `now` held 1, 2, … `cycles` clock edges ago: bits 0, 1, … */
export function history(name: string, now: BoolSig, cycles: number): UIntSig {
  const past = regs({ [name]: uint(cycles) }, { [name]: 0 })[name]!;
  past.next(cat(past.bits(cycles - 2, 0), now));
  return past;
}
