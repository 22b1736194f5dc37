// Delay lines: a value some clock edges later, as one shift register.

import { cat, regs, type UIntSig, uint } from '@gatewright/hdl-core';

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
