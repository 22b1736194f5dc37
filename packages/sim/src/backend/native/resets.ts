// Resets that are ports of the top module: what puts the reset values in, and code that calls it while they are active.
// Invariant: a synchronous one acts after an edge of its clock, an asynchronous one whenever it is looked at.

import { Bytes } from './code.ts';
import type { PlacedRegister, ResetGroup } from './compile-graph.ts';
import { registerStores } from './layout.ts';
import { Op } from './opcode.ts';

const CALL = 0x10;
const LOCAL_GET = 0x20;
const IF = 0x04;
const END = 0x0b;
const VOID = 0x40;

/** A group, and the function of `resetCode` that serves it. */
export interface ResetCall extends ResetGroup {
  readonly call: number;
}

/** Puts in the reset values of the groups whose reset is active; `clocks`: a local with the clocks that rise. */
export function applyResets(
  code: Bytes,
  resets: readonly ResetCall[],
  kinds: readonly ResetGroup['kind'][],
  clocks?: number,
): void {
  for (const { kind, flag, clock, call } of resets) {
    if (!kinds.includes(kind)) continue;
    code.byte(Op.const32).byte(0).byte(Op.load32x8u).byte(0).unsigned(flag);
    if (kind === 'sync' && clocks !== undefined) {
      code.byte(LOCAL_GET).unsigned(clocks).byte(Op.const32).signed(clock).byte(Op.shrU32);
      code.byte(Op.and32);
    }
    code.byte(IF).byte(VOID).byte(CALL).unsigned(call).byte(END);
  }
}

/** Gives every register its reset value. */
export function resetCode(registers: readonly PlacedRegister[]): Bytes {
  const code = new Bytes().unsigned(0);
  for (const { decl, address } of registers) {
    const value = decl.reset!;
    registerStores(address, decl).forEach(({ op, address: at }, i) => {
      code.byte(Op.const32).byte(0);
      const half = (bits: bigint): number => Number(BigInt.asIntN(32, bits));
      if (decl.width <= 32) code.byte(Op.const32).signed(half(value));
      else code.byte(Op.const64).signed64(half(value >> BigInt(64 * i)), half(value >> BigInt(64 * i + 32)));
      code.byte(op).byte(0).unsigned(at);
    });
  }
  return code;
}
