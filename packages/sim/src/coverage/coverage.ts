// What runs of a design have reached: TypeScript lines, bits of signals, and cover points, over any number of runs.
// Invariant: counts only grow; two designs from the same source lines add up. Lines of checks are not lines of the design.

import { placeOfLine, type VerilogFile } from '@gatewright/hdl-core';
import { type CoveragePoint, readPoints } from './points.ts';

/** A TypeScript line that became Verilog statements. */
export interface LineCoverage {
  /** Full path. */
  readonly file: string;
  readonly line: number;
  /** Verilog statements made from it, in all modules. */
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
  readonly missed: readonly string[];
}

/** A cover point. */
export interface CoverCoverage {
  readonly module: string;
  readonly name: string;
  count: number;
}

/** Gathers coverage of runs; `add` is called by `OpenDut.coverage`. */
export class Coverage {
  /** Counts by `file:line` of the TypeScript and the Verilog statement made from it. */
  readonly #statements = new Map<string, Map<string, number>>();
  readonly #bits = new Map<string, number>();
  readonly #covers = new Map<string, CoverCoverage>();

  /** Adds the counters of a coverage file of Verilator. */
  add(text: string, files: readonly VerilogFile[]): void {
    const named = new Map(files.map((file) => [file.name, file]));
    for (const point of readPoints(text)) {
      const file = named.get(point.file);
      if (!file) continue;
      const checks = checksOf(file);
      if (point.kind === 'toggle') this.#addBit(point);
      else if (checks !== undefined && point.line >= checks.first) this.#addCover(point, file, checks);
      else this.#addLines(point, file);
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
    const signals = new Map<string, { module: string; signal: string; bits: number; missed: string[] }>();
    for (const [key, count] of this.#bits) {
      const [module = '', bit = ''] = key.split('\u0000');
      const signal = bit.replace(/\[\d+\]$/, '');
      const known = signals.get(`${module}.${signal}`) ?? { module, signal, bits: 0, missed: [] };
      signals.set(`${module}.${signal}`, known);
      known.bits++;
      if (count === 0) known.missed.push(bit.slice(signal.length));
    }
    return [...signals.values()];
  }

  get covers(): CoverCoverage[] {
    return [...this.#covers.values()];
  }

  #addLines(point: CoveragePoint, file: VerilogFile): void {
    const statements = statementsOf(file);
    for (const line of point.lines) {
      const found = statements[line - 1];
      if (!found) continue;
      const counts = this.#statements.get(found.place) ?? new Map<string, number>();
      this.#statements.set(found.place, counts);
      const id = `${file.module} ${point.what} ${found.number}`;
      counts.set(id, (counts.get(id) ?? 0) + point.count);
    }
  }

  #addBit({ module, what, count }: CoveragePoint): void {
    // Counters of cover points and clocks say nothing of the design.
    if (/^cover_/.test(what)) return;
    const key = `${module}\u0000${what}`;
    this.#bits.set(key, (this.#bits.get(key) ?? 0) + count);
  }

  #addCover(point: CoveragePoint, file: VerilogFile, { covers }: Checks): void {
    if (point.what !== 'if' && point.what !== 'elsif') return;
    for (const line of point.lines) {
      const name = covers.get(line);
      if (name === undefined) continue;
      const key = `${file.module}.${name}`;
      const known = this.#covers.get(key) ?? { module: file.module, name, count: 0 };
      this.#covers.set(key, known);
      known.count += point.count;
    }
  }
}

/** What a line of Verilog was made from. */
interface Statement {
  /** `file:line` of the TypeScript. */
  readonly place: string;
  /** Which of the lines made from that place in this file: the same in a file made with other parameters. */
  readonly number: number;
}

const statementsIn = new WeakMap<VerilogFile, readonly (Statement | undefined)[]>();

/** By line of the file. */
function statementsOf(file: VerilogFile): readonly (Statement | undefined)[] {
  const cached = statementsIn.get(file);
  if (cached) return cached;
  const numbers = new Map<string, number>();
  const statements = file.text.split('\n').map((_, i): Statement | undefined => {
    const at = placeOfLine(file, i + 1);
    if (!at) return undefined;
    const place = `${at.file}:${at.line}`;
    const number = numbers.get(place) ?? 0;
    numbers.set(place, number + 1);
    return { place, number };
  });
  statementsIn.set(file, statements);
  return statements;
}

/** Where a printed file counts its cover points. */
interface Checks {
  /** The first line of its checks. */
  readonly first: number;
  /** Line of each counting statement -> name of the cover point. */
  readonly covers: ReadonlyMap<number, string>;
}

const checksIn = new WeakMap<VerilogFile, Checks | null>();

function checksOf(file: VerilogFile): Checks | undefined {
  const cached = checksIn.get(file);
  if (cached !== undefined) return cached ?? undefined;
  const lines = file.text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('  // Checks: simulators look at them'));
  const covers = new Map<number, string>();
  lines.forEach((line, i) => {
    const counted = /^\s*cover_(\w+) +<= cover_\1 \+ 32'd1;/.exec(line);
    if (counted) covers.set(i + 1, counted[1]!);
  });
  const checks = first < 0 ? null : { first: first + 1, covers };
  checksIn.set(file, checks);
  return checks ?? undefined;
}
