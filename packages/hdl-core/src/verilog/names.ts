// Names inside one module's text: the user's own, unchanged, and structural ones for wires the text needs besides.
// Invariant: a structural name says what consumes the wire and what it holds; a clash adds `_2` in this module only.

import { checkLabel, checksOf } from '../ir/checks.ts';
import { controlPorts } from '../ir/domain.ts';
import type { Expr } from '../ir/expr.ts';
import type { Decl, Module } from '../ir/module.ts';
import { statementsOf } from '../pass/walk.ts';

const ROLE: Record<Expr['kind'], string> = {
  const: 'constant',
  ref: 'value',
  add: 'sum',
  sub: 'difference',
  mul: 'product',
  and: 'masked',
  or: 'merged',
  xor: 'toggled',
  eq: 'match',
  ne: 'mismatch',
  lt: 'below',
  le: 'within',
  gt: 'above',
  ge: 'reached',
  reduceAnd: 'all',
  reduceOr: 'any',
  reduceXor: 'parity',
  neg: 'negated',
  not: 'inverted',
  shl: 'scaled',
  shr: 'shifted',
  shlBy: 'scaled',
  shrBy: 'shifted',
  mux: 'selected',
  index: 'selected',
  bitsAt: 'bits',
  popCount: 'ones',
  leadingZeros: 'leading_zeros',
  trailingZeros: 'trailing_zeros',
  concat: 'joined',
  slice: 'bits',
  wrap: 'low',
};

export class NameTable {
  readonly #taken: Set<string>;
  readonly #printedAs = new Map<Decl, Decl>();
  /** Where to go on counting the clashes of a name. */
  readonly #next = new Map<string, number>();

  constructor(module: Module) {
    this.#taken = new Set(['clk', 'rst', '_unused', ...module.decls.map((d) => d.name.toLowerCase())]);
    for (const { name } of controlPorts(module)) this.#taken.add(name.toLowerCase());
    for (const item of module.items)
      if (item.kind === 'instance' || item.kind === 'memory') this.#taken.add(item.name.toLowerCase());
    for (const c of checksOf(statementsOf(module))) this.#taken.add(checkLabel(c).toLowerCase());
  }

  /** The signal whose name `decl` is printed under. */
  resolve(decl: Decl): Decl {
    return this.#printedAs.get(decl) ?? decl;
  }

  /** Prints `decl` under the name of the signal it is connected to. */
  alias(decl: Decl, as: Decl): void {
    this.#printedAs.set(decl, as);
  }

  /** A free name for the wire of `e`, read first by `consumer`. */
  forExpression(e: Expr, consumer: string): string {
    let named = e;
    while (named.kind === 'wrap' && named.args[0]!.kind !== 'ref') named = named.args[0]!;
    return this.claim(e.hint ?? `${consumer}_${ROLE[named.kind]}`);
  }

  claim(base: string): string {
    let name = base;
    let n = this.#next.get(base) ?? 2;
    for (; this.#taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    this.#next.set(base, n);
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

const NOTHING: readonly string[] = [];
const masks: bigint[] = [];
/** The lowest `width` bits. */
const lowest = (width: number): bigint => (masks[width] ??= (1n << BigInt(width)) - 1n);

/** Which bits of each named signal the text reads. */
export class BitUse {
  readonly #used = new Map<string, bigint>();

  use(name: string, high: number, low: number): void {
    const mask = low === 0 ? lowest(high + 1) : lowest(high - low + 1) << BigInt(low);
    const used = this.#used.get(name);
    if (used === undefined) this.#used.set(name, mask);
    else if (used !== mask) this.#used.set(name, used | mask);
  }

  /** The unread bits of a signal of `width` bits as Verilog selects, most significant first. */
  unread(name: string, width: number): readonly string[] {
    const used = this.#used.get(name) ?? 0n;
    if (used === lowest(width)) return NOTHING;
    const parts: string[] = [];
    for (let high = width - 1; high >= 0; high--) {
      if ((used >> BigInt(high)) & 1n) continue;
      let low = high;
      while (low > 0 && !((used >> BigInt(low - 1)) & 1n)) low--;
      if (high - low + 1 === width) parts.push(name);
      else parts.push(high === low ? `${name}[${high}]` : `${name}[${high}:${low}]`);
      high = low;
    }
    return parts;
  }
}
