// What runs of a design have reached: TypeScript lines, bits of signals, and cover points, over any number of runs.
// Invariant: counts only grow; two designs from the same source lines add up. How they are counted is the back ends'.

import type { Counts } from '../backend/counts.ts';

/** A TypeScript line that became statements of hardware. */
export interface LineCoverage {
  /** Full path. */
  readonly file: string;
  readonly line: number;
  /** How often each statement made from it ran, in all modules. */
  readonly counts: readonly number[];
}

/** A signal of a module and its bits that never changed. */
export interface ToggleCoverage {
  readonly module: string;
  readonly signal: string;
  /** The TypeScript line that declares it. */
  readonly declared?: { readonly file: string; readonly line: number } | undefined;
  readonly bits: number;
  /** Their numbers, in rising order. */
  readonly missed: readonly number[];
}

/** A cover point. */
export interface CoverCoverage {
  readonly module: string;
  readonly name: string;
  count: number;
}

/** How much of what there is was reached. */
export interface Reached {
  readonly reached: number;
  readonly of: number;
}

/** Gathers coverage of runs; a design that is opened with it adds what it has counted when it is closed. */
export class Coverage {
  /** Counts by `file:line` of the TypeScript, and by module and statement. */
  readonly #statements = new Map<string, Map<string, number>>();
  /** Counts by module and signal, and by bit. */
  readonly #signals = new Map<string, Signal>();
  readonly #covers = new Map<string, CoverCoverage>();

  /** Adds what a run has counted. */
  add({ covers, statements = [], bits = [] }: Counts): void {
    for (const { module, name, count } of covers) {
      const key = `${module}.${name}`;
      const known = this.#covers.get(key) ?? { module, name, count: 0 };
      this.#covers.set(key, known);
      known.count += count;
    }
    for (const { module, place, id, count } of statements) {
      const counts = this.#statements.get(place) ?? new Map<string, number>();
      this.#statements.set(place, counts);
      increase(counts, `${module} ${id}`, count);
    }
    for (const { module, signal, place, bit, count } of bits) {
      const key = `${module}.${signal}`;
      const known = this.#signals.get(key) ?? { module, signal, place, counts: new Map<number, number>() };
      this.#signals.set(key, known);
      increase(known.counts, bit, count);
    }
  }

  /** By file and line. */
  get lines(): LineCoverage[] {
    const lines = [...this.#statements].map(([place, counts]) => ({
      ...placeOf(place),
      counts: [...counts.values()],
    }));
    return lines.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  }

  /** By module and signal. */
  get toggles(): ToggleCoverage[] {
    return [...this.#signals.values()].map(({ module, signal, place, counts }) => ({
      module,
      signal,
      declared: place === undefined ? undefined : placeOf(place),
      bits: counts.size,
      missed: [...counts].flatMap(([bit, count]) => (count === 0 ? [bit] : [])).sort((a, b) => a - b),
    }));
  }

  get covers(): CoverCoverage[] {
    return [...this.#covers.values()];
  }

  /** Statements that ran, bits that changed, cover points that were met. */
  get totals(): { readonly statements: Reached; readonly bits: Reached; readonly covers: Reached } {
    const counts = [...this.#statements.values()].flatMap((statements) => [...statements.values()]);
    const bits = [...this.#signals.values()].flatMap((signal) => [...signal.counts.values()]);
    const reached = (all: readonly number[]): Reached => ({
      reached: all.filter((count) => count > 0).length,
      of: all.length,
    });
    return {
      statements: reached(counts),
      bits: reached(bits),
      covers: reached(this.covers.map(({ count }) => count)),
    };
  }
}

interface Signal {
  readonly module: string;
  readonly signal: string;
  readonly place: string | undefined;
  readonly counts: Map<number, number>;
}

function placeOf(place: string): { readonly file: string; readonly line: number } {
  const at = place.lastIndexOf(':');
  return { file: place.slice(0, at), line: Number(place.slice(at + 1)) };
}

function increase<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
