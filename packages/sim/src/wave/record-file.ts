// A wave file of one built design, from its first reset until it is closed.
// Invariant: where the back end can trace, the file holds every signal of the design; where it cannot, the ports and the
// registers that the back end shows.

import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Instance, WaveFormat } from '../backend/backend.ts';
import type { EdgeObserver } from '../testbench/clock.ts';
import { bitsReader } from './bits-reader.ts';
import type { PlacedSignal } from './history.ts';
import { VcdWriter } from './vcd.ts';

/** Where waves are asked for. */
export interface WaveFiles {
  /** Writes a VCD file: every signal of the design with Verilator, its ports and registers with the native back end. */
  readonly vcd?: string | undefined;
  /** Writes an FST file, which is far smaller; Verilator only. */
  readonly fst?: string | undefined;
}

/** What the build must be able to write. Throws a RangeError when both are asked for. */
export function formatOf({ vcd, fst }: WaveFiles): WaveFormat | undefined {
  if (vcd !== undefined && fst !== undefined) throw new RangeError('waves: choose one of vcd and fst');
  return vcd !== undefined ? 'vcd' : fst !== undefined ? 'fst' : undefined;
}

/** An observer of every edge, to be closed before the instance is. */
export interface WaveFile extends EdgeObserver {
  close(): void;
}

/** Begins to write; undefined when no waves are asked for. */
export function recordFile(
  files: WaveFiles,
  backend: string,
  instance: Instance,
  scope: string,
  signals: readonly PlacedSignal[],
): WaveFile | undefined {
  const format = formatOf(files);
  if (!format) return undefined;
  const path = resolve(files.vcd ?? files.fst ?? '');
  if (instance.trace) {
    mkdirSync(dirname(path), { recursive: true });
    instance.trace(path);
    // The instance writes by itself; the observer only keeps time from passing behind its back.
    return { lookback: Number.POSITIVE_INFINITY, beforeEdge() {}, close() {} };
  }
  if (format === 'fst')
    throw new Error(`the back end ${backend} writes no FST; use vcd, or the back end verilator`);
  const known = new Set(signals.map(({ name }) => name));
  const inner = (instance.inner ?? []).filter(({ name }) => !known.has(name));
  const read = [...signals, ...inner].map((signal) => ({
    ...signal,
    bits: bitsReader(instance.memory, signal),
  }));
  return new VcdWriter(path, scope, read);
}
