// A design to a WebAssembly module: graph, code, and what the running instance needs to know of its memory.
// Invariant: the same design gives the same bytes.

import type { Module } from '@gatewright/hdl-core';
import type { InnerSignal, PortPlace } from '../backend.ts';
import { type BulkLayout, bulkLayout } from '../bulk-layout.ts';
import { bulkModule, resetName } from './bulk-module.ts';
import { Bytes, type FunctionCode, moduleBytes } from './code.ts';
import {
  compileGraph,
  type PlacedCheck,
  type PlacedMemory,
  type PlacedRegister,
  type ResetGroup,
} from './compile-graph.ts';
import { controlNames, RISING } from './controls.ts';
import type { CoverCounter } from './counters.ts';
import type { Effect } from './effect.ts';
import { emitEffects } from './emit.ts';
import { BEYOND, PAGE, registerPlace } from './layout.ts';
import { Op } from './opcode.ts';
import { applyResets, resetCode } from './resets.ts';
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
  /** `bytes`: of a module that exports `bulk(limit)` and imports what the design's exports; they are made when called for. */
  readonly bulk?:
    | { readonly layout: BulkLayout; readonly base: number; readonly bytes: () => Uint8Array<ArrayBuffer> }
    | undefined;
}

/** Bytes set aside for the bulk path of designs whose phases are one function each. */
const SPARE = 4096;

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
  const placed = design.layout.end;
  const settle = [...phase(design.settle), ...phase(design.latch)];
  const edge = phase(design.edge);
  const slots = design.layout.end - placed;
  const explain = phase(design.explain);
  const bulk = bulkLayout(top);
  const resets = design.resets.map((group, k) => ({
    ...group,
    call: add({
      parameters: 0,
      results: 0,
      body: resetCode(group.registers),
      exported: bulk && resetName(k),
    }),
  }));

  const putResets = (code: Bytes, kinds: readonly ResetGroup['kind'][], clocks?: number): void =>
    applyResets(code, resets, kinds, clocks);
  const settleAll = new Bytes().unsigned(0);
  putResets(settleAll, ['async']);
  for (const f of settle) settleAll.byte(CALL).unsigned(f).byte(DROP);
  const settleCall = add({ parameters: 0, results: 0, body: settleAll, exported: 'settle' });

  const explainAll = new Bytes().unsigned(0);
  for (const f of explain) explainAll.byte(CALL).unsigned(f).byte(DROP);
  add({ parameters: 0, results: 0, body: explainAll, exported: 'explain' });

  // while (left > 0) { if (an edge function stops) break; put in reset values; left -= 1 }; settle; return left
  const run = new Bytes().unsigned(0);
  putResets(run, ['async']);
  run.byte(BLOCK).byte(VOID).byte(LOOP).byte(VOID);
  for (const f of edge) run.byte(CALL).unsigned(f).byte(BR_IF).byte(1);
  putResets(run, ['sync', 'async']);
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
    putResets(look, ['sync', 'async']);
    for (const f of settle) look.byte(CALL).unsigned(f).byte(DROP);
    look.byte(LOCAL_GET).byte(left).byte(Op.const32).byte(1).byte(Op.sub32).byte(LOCAL_SET).byte(left);
    look.byte(LOCAL_GET).byte(left).byte(BR_IF).byte(0).byte(END).byte(END).byte(LOCAL_GET).byte(left);
    add({ parameters: 1, results: 1, body: look, exported: 'look' });
  }

  const bulkBase = bulk ? design.layout.take(bulk.bytes, 8) : 0;
  if (design.edgeOfSome) {
    const edgeOfSome = phase(design.edgeOfSome);
    const some = new Bytes().unsigned(0);
    putResets(some, ['async']);
    some.byte(Op.const32).byte(0).byte(LOCAL_GET).byte(0).byte(Op.store32).byte(0).unsigned(RISING);
    for (const f of edgeOfSome)
      some.byte(CALL).unsigned(f).byte(IF).byte(VOID).byte(Op.const32).byte(1).byte(RETURN).byte(END);
    putResets(some, ['sync', 'async'], 0);
    some.byte(CALL).unsigned(settleCall).byte(Op.const32).byte(0);
    add({ parameters: 1, results: 1, body: some, exported: 'some' });
  }
  const { layout } = design;
  // What the functions of the bulk path leave for each other is about what those of the phases do.
  const later = bulk ? 2 * slots + SPARE : 0;
  const pages = Math.ceil((layout.end + BEYOND + later) / PAGE);
  return {
    top,
    bytes: moduleBytes(functions, pages),
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
    bulk: bulk && {
      layout: bulk,
      base: bulkBase,
      bytes: () => bulkModule({ design, layout: bulk, base: bulkBase, ring, pages, tuning }),
    },
  };
}
