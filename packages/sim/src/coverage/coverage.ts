// What runs of a design have reached: TypeScript lines, bits of signals, and cover points, over any number of runs.
// Invariant: counts only grow; two designs from the same source lines add up. How they are counted is the back ends'.

import type { Counts } from '../backend/counts.ts';

/** A TypeScript line that became statements of hardware. */
export interface LineCoverage {
  /** Full path. */
  readonly file: string;
  readonly line: number;
  /** Statements made from it, in all modules. */
  statements: number;
  /** Those of them that never ran. */
  missed: number;
  /** How often the one that ran most did. */
  count: number;
}

/** A signal of a module and its bits that never changed. */
export interface ToggleCoverage {
  readonly module: string;
  readonly signal: string;
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

/** Gathers coverage of runs; `add` is called by `OpenDut.coverage`. */
export class Coverage {
  /** Counts by `file:line` of the TypeScript, and by module and statement. */
  readonly #statements = new Map<string, Map<string, number>>();
  /** Counts by module and signal, and by bit. */
  readonly #bits = new Map<string, { module: string; signal: string; counts: Map<number, number> }>();
  readonly #covers = new Map<string, CoverCoverage>();

  /** Adds what a run has counted. */
  add({ covers, statements, bits }: Counts): void {
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
    for (const { module, signal, bit, count } of bits) {
      const key = `${module}.${signal}`;
      const known = this.#bits.get(key) ?? { module, signal, counts: new Map<number, number>() };
      this.#bits.set(key, known);
      increase(known.counts, bit, count);
    }
  }

  /** By file and line. */
  get lines(): LineCoverage[] {
    const lines = [...this.#statements].map(([key, statements]) => {
      const at = key.lastIndexOf(':');
      const counts = [...statements.values()];
      return {
        file: key.slice(0, at),
        line: Number(key.slice(at + 1)),
        statements: counts.length,
        missed: counts.filter((count) => count === 0).length,
        count: Math.max(...counts),
      };
    });
    return lines.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  }

  /** By module and signal. */
  get toggles(): ToggleCoverage[] {
    return [...this.#bits.values()].map(({ module, signal, counts }) => ({
      module,
      signal,
      bits: counts.size,
      missed: [...counts].flatMap(([bit, count]) => (count === 0 ? [bit] : [])).sort((a, b) => a - b),
    }));
  }

  get covers(): CoverCoverage[] {
    return [...this.#covers.values()];
  }
}

function increase<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
