// Where a module declares its signals: each before the first line that names it, near its use.
// Invariant: a signal is declared once. Registers made together, and the outputs of one instance, are declared together;
// a wire that is first named by its own `assign` is declared by that line.

import type { Decl, Module } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import { attributesText } from './attributes.ts';
import { vectorText } from './header.ts';
import type { Line } from './layout.ts';

const REGISTERS = 'registers';
const SIGNALS = 'signals';
const NONE: readonly Line[] = [];

/** How a signal is declared: by a word and its bits, or by a type that holds them. */
export interface Kind {
  readonly word: string;
  readonly isVector: boolean;
}

export class Declarations {
  /** Signals that are still to be declared: ports and connected wires are not among them. */
  readonly #pending: Set<Decl>;
  readonly #groups = new Map<SourcePlace, Map<Decl['role'], Decl[]>>();
  readonly #order = new Map<Decl, number>();
  readonly #declares = new Map<Line, Decl>();
  readonly #kindOf: (d: Decl) => Kind;

  /** `kindOf`: the word, or the type, that declares a signal. `isNeeded`: false for a signal that a direct connection makes unnecessary. */
  constructor(module: Module, kindOf: (d: Decl) => Kind, isNeeded: (d: Decl) => boolean) {
    this.#kindOf = kindOf;
    const declared = module.decls.filter(
      (d) => d.role !== 'input' && d.role !== 'output' && d.role !== 'node',
    );
    this.#pending = new Set(declared.filter(isNeeded));
    declared.forEach((d, i) => {
      this.#order.set(d, i);
      if (d.role !== 'reg' && d.role !== 'childOutput') return;
      const byRole = this.#groups.get(d.place) ?? new Map<Decl['role'], Decl[]>();
      this.#groups.set(d.place, byRole);
      const group = byRole.get(d.role);
      if (group) group.push(d);
      else byRole.set(d.role, [d]);
    });
  }

  /** The lines that declare `d` and what belongs to it; none when it has been declared. */
  linesFor(d: Decl): readonly Line[] {
    if (!this.#pending.has(d)) return NONE;
    const together = d.role === 'reg' || d.role === 'childOutput';
    if (!together) {
      this.#pending.delete(d);
      return [this.#line(d)];
    }
    const group = this.#groups.get(d.place)!.get(d.role)!;
    return group.filter((g) => this.#pending.delete(g)).map((g) => this.#line(g));
  }

  /** True once for a signal that its own first assignment may declare. */
  takeUndeclared(d: Decl): boolean {
    return d.attributes === undefined && this.#pending.delete(d);
  }

  /** Neighbouring declarations: registers, those with attributes, then the others, each in the order of the source. */
  sorted(lines: readonly Line[]): Line[] {
    const out: Line[] = [];
    let run: Line[] = [];
    const flush = (): void => {
      if (run.length === 0) return;
      const rank = (l: Line): number => this.#order.get(this.#declares.get(l)!)!;
      const kind = (l: Line): number => (l.run === REGISTERS ? 0 : l.run === SIGNALS ? 2 : 1);
      if (run.length > 1) run.sort((a, b) => kind(a) - kind(b) || rank(a) - rank(b));
      for (const l of run) out.push(l);
      run = [];
    };
    for (const l of lines) {
      if (this.#declares.has(l)) run.push(l);
      else {
        flush();
        out.push(l);
      }
    }
    flush();
    return out;
  }

  #line(d: Decl): Line {
    const { word, isVector } = this.#kindOf(d);
    const attributes = attributesText(d.attributes);
    const cells = [word, isVector ? vectorText(d.signed, d.width) : '', `${d.name};`];
    if (attributes) cells.unshift(attributes);
    const l: Line = {
      indent: 1,
      run: attributes || (d.role === 'reg' ? REGISTERS : SIGNALS),
      cells,
      place: d.place,
    };
    this.#declares.set(l, d);
    return l;
  }
}
