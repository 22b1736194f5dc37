// The enums of a module: their labels as `localparam`s in Verilog, as a `typedef enum` in SystemVerilog.
// Invariant: labels come in the order of their values. A signal is declared by its enum only if all that is assigned to
// it is, so that no cast is needed.

import type { EnumLabel, Expr } from '../ir/expr.ts';
import { type Decl, eachAssign, type Module } from '../ir/module.ts';
import { statementsOf } from '../pass/walk.ts';
import type { EnumType } from '../types.ts';
import type { Dialect } from './dialect.ts';
import { range } from './header.ts';
import { BLANK, type Line, line } from './layout.ts';
import type { NameTable } from './names.ts';

interface Enum {
  readonly type: EnumType;
  /** What its labels and its type are called after. */
  readonly base: string;
  readonly labels: Map<number, string>;
  readonly typeName: string;
}
const keyOf = (t: EnumType): string => `${t.name}: ${t.labels.join()}`;

export class EnumTable {
  readonly #module: Module;
  readonly #names: NameTable;
  readonly #dialect: Dialect;
  readonly #enums = new Map<string, Enum>();
  readonly #typed: ReadonlySet<Decl>;

  constructor(module: Module, names: NameTable, dialect: Dialect) {
    this.#module = module;
    this.#names = names;
    this.#dialect = dialect;
    this.#typed = dialect.hasEnums ? typedSignals(module) : new Set();
  }

  /** `MODE_ADD`: the name of the enum, or of the first signal of its type, gives the prefix. */
  labelName({ type, text }: EnumLabel): string {
    const e = this.#enumOf(type);
    return this.#label(e, type.labels.indexOf(text));
  }

  /** The type that a signal is declared by; nothing for one that is declared as a vector. */
  typeName(d: Decl): string | undefined {
    return this.#typed.has(d) ? this.#enumOf(d.type as EnumType).typeName : undefined;
  }

  lines(): Line[] {
    return [...this.#enums.values()].flatMap((e) => {
      const { width } = e.type;
      const value = (v: number): string => `${width}'d${v}`;
      const labels = [...e.labels].sort(([a], [b]) => a - b);
      if (!this.#dialect.hasEnums) {
        return labels.map(([v, name]): Line => {
          return { indent: 1, run: 'label', cells: ['localparam', range(width), name, `= ${value(v)};`] };
        });
      }
      return [
        line(1, `typedef enum ${['logic', range(width)].filter(Boolean).join(' ')} {`),
        ...labels.map(([v, name], i): Line => {
          const end = i < labels.length - 1 ? ',' : '';
          return { indent: 2, run: 'label', cells: [name, `= ${value(v)}${end}`] };
        }),
        line(1, `} ${e.typeName};`),
        BLANK,
      ];
    });
  }

  #enumOf(type: EnumType): Enum {
    const key = keyOf(type);
    const known = this.#enums.get(key);
    if (known) return known;
    const holder = this.#module.decls.find((d) => d.type.kind === 'enum' && keyOf(d.type) === key);
    const base = type.name ?? holder?.name ?? 'enum';
    const typeName = this.#dialect.hasEnums ? this.#names.claim(`${base}_t`) : '';
    const made: Enum = { type, base, labels: new Map(), typeName };
    this.#enums.set(key, made);
    if (this.#dialect.hasEnums) type.labels.forEach((_, v) => this.#label(made, v));
    return made;
  }

  #label({ type, base, labels }: Enum, value: number): string {
    const known = labels.get(value);
    if (known) return known;
    const words = type.labels[value]!.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
    const name = this.#names.claim(`${base}_${words}`.toUpperCase());
    labels.set(value, name);
    return name;
  }
}

/** Registers and wires of an enum that only take labels of it, and each other's values. */
function typedSignals(module: Module): Set<Decl> {
  const typed = new Set(
    module.decls.filter((d) => d.type.kind === 'enum' && (d.role === 'reg' || d.role === 'wire')),
  );
  const isOf = (e: Expr, type: EnumType): boolean =>
    (e.kind === 'const' && e.label !== undefined && keyOf(e.label.type) === keyOf(type)) ||
    (e.kind === 'ref' && typed.has(e.decl) && keyOf(e.decl.type as EnumType) === keyOf(type));
  const statements = statementsOf(module);
  for (let before = -1; typed.size !== before; ) {
    before = typed.size;
    eachAssign(statements, ({ target, value }) => {
      if (typed.has(target) && !isOf(value, target.type as EnumType)) typed.delete(target);
    });
  }
  return typed;
}
