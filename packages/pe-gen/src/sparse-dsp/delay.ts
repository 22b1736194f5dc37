// Delay lines: registers without enable and reset, which FPGA tools make of shift-register LUTs, and for marks of what is
// valid registers with a reset: a shift-register LUT would let out after a reset what went in before it.
// Invariant: a line is one register, shifted by the width of its value, so that text and netlist stay small.

import {
  type BoolSig,
  cat,
  literal,
  named,
  type Reg,
  registered,
  regs,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';

/** The value `cycles` clock edges later, 0 for a name alone. */
export function delayed(name: string, value: UIntSig, cycles: number): UIntSig {
  if (cycles === 0) return named(name, value);
  if (cycles === 1) return registered(name, value);
  const line = regs({ [name]: uint(value.type.width * cycles) })[name] as Line;
  return shifted(line, value, cycles);
}

/** A mark `cycles` clock edges later, one or more; a reset takes back all that are on their way. */
export function delayedMark(name: string, mark: BoolSig, cycles: number): BoolSig {
  const line = regs({ [name]: uint(cycles) }, { [name]: 0 })[name] as Line;
  return shifted(line, mark.asUInt(), cycles).bit(0);
}

/**
 * Bit k is 1 once k + 1 clock edges have passed since the reset, up to `edges`: what a delay line of k + 1 lets out then is no
 * longer what went in before the reset.
 */
export function sinceReset(name: string, edges: number): UIntSig {
  const line = regs({ [name]: uint(edges) }, { [name]: 0 })[name] as Line;
  line.next(cat(line.bits(edges - 2, 0), literal(1, uint(1))));
  return line;
}

type Line = Reg<ReturnType<typeof uint>>;

function shifted(line: Line, value: UIntSig, cycles: number): UIntSig {
  const width = value.type.width;
  if (cycles === 1) {
    line.next(value);
    return line;
  }
  line.next(cat(line.bits(width * (cycles - 1) - 1, 0), value));
  return line.bits(width * cycles - 1, width * (cycles - 1));
}
