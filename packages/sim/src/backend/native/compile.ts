// A design to a WebAssembly module: graph, code, and what the running instance needs to know of its memory.
// Invariant: the same design gives the same bytes.

import type { Module } from '@gatewright/hdl-core';
import type { PortPlace } from '../backend.ts';
import { Bytes, type FunctionCode, moduleBytes } from './code.ts';
import { compileGraph, type PlacedRegister } from './compile-graph.ts';
import { emitEffects } from './emit.ts';

export interface CompiledDesign {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ports: readonly PortPlace[];
  readonly registers: readonly PlacedRegister[];
  /** Gives every register its reset value, if it has one. */
  reset(memory: ArrayBuffer): void;
}

const CALL = 0x10;
const LOCAL_GET = 0x20;
const LOCAL_TEE = 0x22;

export function compileDesign(top: Module): CompiledDesign {
  const design = compileGraph(top);
  const settle = emitEffects(design.graph, design.settle, design.layout);
  const edge = emitEffects(design.graph, design.edge, design.layout);
  const calls = (first: number, bodies: readonly Bytes[], code: Bytes): void => {
    bodies.forEach((_, i) => code.byte(CALL).unsigned(first + i));
  };
  const settleAll = new Bytes().unsigned(0);
  calls(0, settle, settleAll);
  const run = new Bytes().unsigned(0).byte(0x03).byte(0x40);
  calls(settle.length, edge, run);
  run.byte(LOCAL_GET).byte(0).byte(0x41).byte(1).byte(0x6b).byte(LOCAL_TEE).byte(0).byte(0x0d).byte(0).byte(0x0b);
  calls(0, settle, run);
  const functions: FunctionCode[] = [
    ...[...settle, ...edge].map((body) => ({ parameters: 0 as const, results: 0 as const, body })),
    { parameters: 0, results: 0, body: settleAll, exported: 'settle' },
    { parameters: 1, results: 0, body: run, exported: 'run' },
  ];
  const pages = Math.ceil((design.layout.end + 8) / 65_536);
  const resets = design.registers.filter((r) => r.decl.reset !== undefined);
  return {
    bytes: moduleBytes(functions, pages),
    ports: design.ports,
    registers: design.registers,
    reset(memory) {
      const view = new DataView(memory);
      for (const { decl, address } of resets) writeRegister(view, address, decl.width, decl.reset!);
    },
  };
}

/** Puts a value into a register's place. */
function writeRegister(view: DataView, address: number, width: number, value: bigint): void {
  if (width <= 8) view.setInt8(address, Number(value));
  else if (width <= 16) view.setInt16(address, Number(value), true);
  else if (width <= 32) view.setInt32(address, Number(BigInt.asIntN(32, value)), true);
  else for (let at = 0; at < width; at += 64) view.setBigInt64(address + at / 8, BigInt.asIntN(64, value >> BigInt(at)), true);
}
