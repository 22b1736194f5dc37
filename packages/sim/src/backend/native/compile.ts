// A design to a WebAssembly module: graph, code, and what the running instance needs to know of its memory.
// Invariant: the same design gives the same bytes.

import type { Module } from '@gatewright/hdl-core';
import type { PortPlace } from '../backend.ts';
import { Bytes, type FunctionCode, moduleBytes } from './code.ts';
import { compileGraph, type PlacedCheck, type PlacedRegister, RESET_FLAG } from './compile-graph.ts';
import { emitEffects } from './emit.ts';
import { registerStores } from './layout.ts';
import { Op } from './opcode.ts';

/** Exported: `settle()`, `run(edges)`, which returns the edges left when an assertion fails, and `explain()`. */
export interface CompiledDesign {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ports: readonly PortPlace[];
  readonly registers: readonly PlacedRegister[];
  readonly checks: readonly PlacedCheck[];
  /** Address of a byte that is to be 1 while the reset is active. */
  readonly resetFlag: number;
}

const CALL = 0x10;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const END = 0x0b;
const BR_IF = 0x0d;
const DROP = 0x1a;
const VOID = 0x40;

export function compileDesign(top: Module): CompiledDesign {
  const design = compileGraph(top);
  const functions: FunctionCode[] = [];
  const add = (f: FunctionCode): number => functions.push(f) - 1;
  const phase = (effects: Parameters<typeof emitEffects>[1]): readonly number[] =>
    emitEffects(design.graph, effects, design.layout).map((body) => add({ parameters: 0, results: 1, body }));
  const settle = phase(design.settle);
  const edge = phase(design.edge);
  const explain = phase(design.explain);
  const reset = add({ parameters: 0, results: 0, body: resetCode(design.registers) });

  const all = (calls: readonly number[]): Bytes => {
    const code = new Bytes().unsigned(0);
    for (const f of calls) code.byte(CALL).unsigned(f).byte(DROP);
    return code;
  };
  add({ parameters: 0, results: 0, body: all(explain), exported: 'explain' });
  const settleAll = add({ parameters: 0, results: 0, body: all(settle), exported: 'settle' });

  // while (left > 0) { if (an edge function stops) break; if (reset) put reset values; left -= 1 }; settle; return left
  const run = new Bytes().unsigned(0).byte(BLOCK).byte(VOID).byte(LOOP).byte(VOID);
  for (const f of edge) run.byte(CALL).unsigned(f).byte(BR_IF).byte(1);
  run.byte(Op.const32).byte(0).byte(Op.load32x8u).byte(0).unsigned(RESET_FLAG);
  run.byte(IF).byte(VOID).byte(CALL).unsigned(reset).byte(END);
  run.byte(LOCAL_GET).byte(0).byte(Op.const32).byte(1).byte(Op.sub32).byte(LOCAL_SET).byte(0);
  run.byte(LOCAL_GET).byte(0).byte(BR_IF).byte(0).byte(END).byte(END);
  run.byte(CALL).unsigned(settleAll).byte(LOCAL_GET).byte(0);
  add({ parameters: 1, results: 1, body: run, exported: 'run' });

  return {
    bytes: moduleBytes(functions, Math.ceil((design.layout.end + 8) / 65_536)),
    ports: design.ports,
    registers: design.registers,
    checks: design.checks,
    resetFlag: RESET_FLAG,
  };
}

/** Gives every register that has a reset value that value. */
function resetCode(registers: readonly PlacedRegister[]): Bytes {
  const code = new Bytes().unsigned(0);
  for (const { decl, address } of registers) {
    const value = decl.reset;
    if (value === undefined) continue;
    registerStores(address, decl).forEach(({ op, address: at }, i) => {
      code.byte(Op.const32).byte(0);
      if (decl.width <= 32) code.byte(Op.const32).signed(Number(BigInt.asIntN(32, value)));
      else {
        const word = value >> BigInt(64 * i);
        const half = (bits: bigint): number => Number(BigInt.asIntN(32, bits));
        code.byte(Op.const64).signed64(half(word), half(word >> 32n));
      }
      code.byte(op).byte(0).unsigned(at);
    });
  }
  return code;
}
