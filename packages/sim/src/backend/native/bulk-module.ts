// The bulk path of a design as a module of its own, which runs in the memory of the design's: most tests never use it.
// Invariant: it is made when it is first asked for, and needs no more memory than was set aside when the design was compiled.

import type { BulkLayout } from '../bulk-layout.ts';
import { bulkCode } from './bulk-code.ts';
import { type FunctionCode, type ImportedFunction, moduleBytes } from './code.ts';
import type { DesignGraph } from './compile-graph.ts';
import { emitEffects } from './emit.ts';
import { BEYOND, Layout, PAGE } from './layout.ts';
import { applyResets } from './resets.ts';
import type { RingPlace } from './ring-code.ts';
import type { Tuning } from './tuning.ts';

/** What the design's module exports for it. */
export const resetName = (k: number): string => `reset${k}`;

export interface BulkParts {
  readonly design: DesignGraph;
  readonly layout: BulkLayout;
  /** Where the layout begins in memory. */
  readonly base: number;
  readonly ring: RingPlace | undefined;
  /** Of the memory. */
  readonly pages: number;
  readonly tuning: Tuning;
}

/** The bytes of a module that exports `bulk` and imports the memory and functions of `design`. */
export function bulkModule(parts: BulkParts): Uint8Array<ArrayBuffer> {
  // One function keeps nothing in memory for another.
  return within(parts, parts.tuning) ?? within(parts, { ...parts.tuning, functionBytes: Infinity })!;
}

/** Undefined when what the functions leave for each other does not fit the memory. */
function within(
  { design, layout, base, ring, pages }: BulkParts,
  tuning: Tuning,
): Uint8Array<ArrayBuffer> | undefined {
  const settle = 0;
  const resets = design.resets.map((group, k) => ({ ...group, call: settle + 1 + k }));
  const imports = ['settle', ...resets.map((_, k) => resetName(k))].map(
    (name): ImportedFunction => ({ name, parameters: 0, results: 0 }),
  );
  const functions: FunctionCode[] = [];
  const add = (f: FunctionCode): number => imports.length + functions.push(f) - 1;
  const room = new Layout(design.layout.end);
  const cycle = emitEffects(design.graph, [...design.settle, ...design.edge], room, tuning).map((body) =>
    add({ parameters: 0, results: 1, body }),
  );
  const body = bulkCode({
    layout,
    base,
    ring,
    ports: design.ports,
    cycle,
    applyResets: (code) => applyResets(code, resets, ['sync', 'async']),
    settle,
  });
  add({ parameters: 1, results: 1, body, exported: 'bulk' });
  if (room.end > design.layout.end && room.end + BEYOND > pages * PAGE) return undefined;
  return moduleBytes(functions, pages, { module: 'design', functions: imports });
}
