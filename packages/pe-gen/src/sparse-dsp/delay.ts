// Delay lines: registers without enable and reset, which FPGA tools make of shift-register LUTs.
// Invariant: a line is one register, shifted by the width of its value, so that text and netlist stay small.

import { cat, named, type Reg, registered, regs, type UIntSig, uint } from '@gatewright/hdl-core';

/** The value `cycles` clock edges later, 0 for a name alone. */
export function delayed(name: string, value: UIntSig, cycles: number): UIntSig {
  if (cycles === 0) return named(name, value);
  if (cycles === 1) return registered(name, value);
  const width = value.type.width;
  const line = regs({ [name]: uint(width * cycles) })[name] as Reg<ReturnType<typeof uint>>;
  line.next(cat(line.bits(width * (cycles - 1) - 1, 0), value));
  return line.bits(width * cycles - 1, width * (cycles - 1));
}
