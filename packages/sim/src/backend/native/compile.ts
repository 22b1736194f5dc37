// A design to a WebAssembly module: graph, code, and what the running instance needs to know of its memory.
// Invariant: the same design gives the same bytes.

import type { Module } from '@gatewright/hdl-core';
import type { InnerSignal, PortPlace } from '../backend.ts';
import { type BulkLayout, bulkLayout } from '../bulk-layout.ts';
import { bulkCode } from './bulk-code.ts';
import { Bytes, type FunctionCode, moduleBytes } from './code.ts';
import { compileGraph, type PlacedCheck, type PlacedMemory, type PlacedRegister } from './compile-graph.ts';
import { controlNames, RISING } from './controls.ts';
import type { CoverCounter } from './counters.ts';
import type { Effect } from './effect.ts';
import { emitEffects } from './emit.ts';
import { registerPlace, registerStores } from './layout.ts';
import { Op } from './opcode.ts';
import { placeRing, RingCode, type RingPlace } from './ring-code.ts';
import { TUNED, type Tuning } from './tuning.ts';

/**
 * Exported: `settle()`; `run(edges)` of all clocks, which returns the edges left when an assertion fails; `look(edges)`,
 * the same with a record of the ports before each edge; `some(clocks)`, one edge of some clocks, which returns 1 when an
 * assertion fails; `explain()`.
 */
export interface CompiledDesign {
  readonly top: Module;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ports: readonly PortPlace[];
  readonly registers: readonly PlacedRegister[];
  /** The same, to be looked at. */
  readonly inner: readonly InnerSignal[];
  readonly memories: readonly PlacedMemory[];
  readonly checks: readonly PlacedCheck[];
  /** Undefined unless the design counts. */
  readonly covers: readonly CoverCounter[] | undefined;
  /** Reset ports of the top module. */
  readonly resets: number;
  /** Where the ports are recorded; undefined when they are too many. */
  readonly ring: RingPlace | undefined;
  readonly bulk?: { readonly layout: BulkLayout; readonly base: number } | undefined;
}

/** Bytes that a load of a vector may read behind everything placed. */
const BEYOND = 32;

const CALL = 0x10;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const END = 0x0b;
const BR_IF = 0x0d;
const RETURN = 0x0f;
const DROP = 0x1a;
const VOID = 0x40;
const I32 = 0x7f;

/** How a design is compiled. */
export interface CompileOptions {
  /** With counters of what is covered, which every cycle pays for. */
  readonly counts?: boolean | undefined;
  readonly tuning?: Tuning | undefined;
}

export function compileDesign(top: Module, { counts, tuning = TUNED }: CompileOptions = {}): CompiledDesign {
  const design = compileGraph(top, counts);
  const functions: FunctionCode[] = [];
  const add = (f: FunctionCode): number => functions.push(f) - 1;
  const phase = (effects: readonly Effect[]): readonly number[] =>
    emitEffects(design.graph, effects, design.layout, tuning).map((body) =>
      add({ parameters: 0, results: 1, body }),
    );
  const settle = [...phase(design.settle), ...phase(design.latch)];
  const edge = phase(design.edge);
  const explain = phase(design.explain);
  const resets = design.resets.map((group) => ({
    ...group,
    call: add({ parameters: 0, results: 0, body: resetCode(group.registers) }),
  }));

  /** Puts in the reset values of the groups whose reset is active; `clocks`: a local with the clocks that rise. */
  const applyResets = (code: Bytes, kinds: readonly string[], clocks?: number): void => {
    for (const { kind, flag, clock, call } of resets) {
      if (!kinds.includes(kind)) continue;
      code.byte(Op.const32).byte(0).byte(Op.load32x8u).byte(0).unsigned(flag);
      if (kind === 'sync' && clocks !== undefined) {
        code.byte(LOCAL_GET).unsigned(clocks).byte(Op.const32).signed(clock).byte(Op.shrU32);
        code.byte(Op.and32);
      }
      code.byte(IF).byte(VOID).byte(CALL).unsigned(call).byte(END);
    }
  };
  const settleAll = new Bytes().unsigned(0);
  applyResets(settleAll, ['async']);
  for (const f of settle) settleAll.byte(CALL).unsigned(f).byte(DROP);
  const settleCall = add({ parameters: 0, results: 0, body: settleAll, exported: 'settle' });

  const explainAll = new Bytes().unsigned(0);
  for (const f of explain) explainAll.byte(CALL).unsigned(f).byte(DROP);
  add({ parameters: 0, results: 0, body: explainAll, exported: 'explain' });

  // while (left > 0) { if (an edge function stops) break; put in reset values; left -= 1 }; settle; return left
  const run = new Bytes().unsigned(0);
  applyResets(run, ['async']);
  run.byte(BLOCK).byte(VOID).byte(LOOP).byte(VOID);
  for (const f of edge) run.byte(CALL).unsigned(f).byte(BR_IF).byte(1);
  applyResets(run, ['sync', 'async']);
  run.byte(LOCAL_GET).byte(0).byte(Op.const32).byte(1).byte(Op.sub32).byte(LOCAL_SET).byte(0);
  run.byte(LOCAL_GET).byte(0).byte(BR_IF).byte(0).byte(END).byte(END);
  run.byte(CALL).unsigned(settleCall).byte(LOCAL_GET).byte(0);
  add({ parameters: 1, results: 1, body: run, exported: 'run' });

  const ring = placeRing(design.layout, ...design.portBytes);
  if (ring) {
    const [left, row] = [0, 1];
    const look = new Bytes().unsigned(1).unsigned(1).byte(I32);
    // Outputs follow a reset that needs no clock.
    if (resets.some(({ kind }) => kind === 'async')) look.byte(CALL).unsigned(settleCall);
    look.byte(BLOCK).byte(VOID).byte(LOOP).byte(VOID);
    new RingCode(look, ring).record(row);
    for (const f of edge) look.byte(CALL).unsigned(f).byte(BR_IF).byte(1);
    applyResets(look, ['sync', 'async']);
    for (const f of settle) look.byte(CALL).unsigned(f).byte(DROP);
    look.byte(LOCAL_GET).byte(left).byte(Op.const32).byte(1).byte(Op.sub32).byte(LOCAL_SET).byte(left);
    look.byte(LOCAL_GET).byte(left).byte(BR_IF).byte(0).byte(END).byte(END).byte(LOCAL_GET).byte(left);
    add({ parameters: 1, results: 1, body: look, exported: 'look' });
  }

  const bulk = bulkLayout(top);
  const bulkBase = bulk ? design.layout.take(bulk.bytes, 8) : 0;
  if (bulk) {
    const body = bulkCode({
      layout: bulk,
      base: bulkBase,
      ring,
      ports: design.ports,
      cycle: phase([...design.settle, ...design.edge]),
      applyResets: (code) => applyResets(code, ['sync', 'async']),
      settle: settleCall,
    });
    add({ parameters: 1, results: 1, body, exported: 'bulk' });
  }

  if (design.edgeOfSome) {
    const edgeOfSome = phase(design.edgeOfSome);
    const some = new Bytes().unsigned(0);
    applyResets(some, ['async']);
    some.byte(Op.const32).byte(0).byte(LOCAL_GET).byte(0).byte(Op.store32).byte(0).unsigned(RISING);
    for (const f of edgeOfSome)
      some.byte(CALL).unsigned(f).byte(IF).byte(VOID).byte(Op.const32).byte(1).byte(RETURN).byte(END);
    applyResets(some, ['sync', 'async'], 0);
    some.byte(CALL).unsigned(settleCall).byte(Op.const32).byte(0);
    add({ parameters: 1, results: 1, body: some, exported: 'some' });
  }
  return {
    top,
    bytes: moduleBytes(functions, Math.ceil((design.layout.end + BEYOND) / 65_536)),
    ports: design.ports,
    registers: design.registers,
    inner: design.registers.map(({ path, decl, address }) => ({
      name: path,
      type: decl.type,
      place: registerPlace(address, decl),
      decl,
    })),
    memories: design.memories,
    checks: design.checks,
    covers: counts ? design.covers : undefined,
    resets: controlNames(top).resets.length,
    ring,
    bulk: bulk && { layout: bulk, base: bulkBase },
  };
}

/** Gives every register its reset value. */
function resetCode(registers: readonly PlacedRegister[]): Bytes {
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
