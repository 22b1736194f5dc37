// Modules of the IR: declarations, ordered items (statements, named expressions, instances) and leaf ports.
// Invariant: plain data, frozen after elaboration; every aggregate is flattened to leaves that carry their path.

import type { SourcePlace } from '../source-place.ts';
import type { EnumType, HwType, LeafType } from '../types.ts';
import type { Domain, DomainUse } from './domain.ts';
import type { Expr } from './expr.ts';
import type { Memory } from './memory.ts';

export type Role =
  | 'input'
  | 'output'
  | 'wire'
  | 'reg'
  /** A named expression: assigned once, where it is declared. */
  | 'node'
  /** A wire that an instance's output drives. */
  | 'childOutput'
  /** A wire that drives an instance's input. */
  | 'childInput'
  /** What a read port of a memory gives. */
  | 'memoryRead';

/** One Verilog signal. */
export interface Decl {
  readonly name: string;
  readonly role: Role;
  readonly type: LeafType;
  readonly width: number;
  readonly signed: boolean;
  /** The domain of a register, or of the data of a synchronous memory read. */
  readonly domain?: Domain | undefined;
  /** Reset value of a register; a register without one is not reset. */
  readonly reset?: bigint | undefined;
  /** Value of a register before the first clock edge (power-up, configuration); without one it is not known. */
  readonly init?: bigint | undefined;
  /** Its value may come from another clock domain: the first register of a synchroniser, or data known to be stable. */
  readonly crosses?: true | undefined;
  readonly attributes?: Attributes | undefined;
  /** The stream inside this module whose ready it is. */
  readonly readyOf?: string | undefined;
  readonly place: SourcePlace;
}

/** Verilog attributes, `(* keep = "true" *)`: a name and its value, or true for a name alone. */
export type Attributes = Readonly<Record<string, string | number | true>>;

/** A module that is written in Verilog: its ports are known here, its inside is not. */
export interface Extern {
  /** What `#(.NAME(value))` gives its parameters; with `bits` a number of exactly that width. */
  readonly parameters: Readonly<
    Record<
      string,
      string | number | bigint | boolean | { readonly bits: number; readonly value: number | bigint }
    >
  >;
  /** Its Verilog text, when it goes along with the design. */
  readonly source?: string | undefined;
}

export interface Assign {
  readonly kind: 'assign';
  readonly target: Decl;
  readonly value: Expr;
  /** A default value: a later assignment may override it. */
  readonly isDefault: boolean;
  readonly place: SourcePlace;
}
export interface If {
  readonly kind: 'if';
  readonly condition: Expr;
  readonly then: readonly Stmt[];
  readonly else: readonly Stmt[];
  readonly place: SourcePlace;
}
/** The arm of the subject's value; without one, `otherwise`. Where that is missing too, the last arm covers what is left. */
export interface Switch {
  readonly kind: 'switch';
  readonly subject: Expr;
  /** The enum that labels the arms; without one they are integers. */
  readonly subjectType?: EnumType;
  readonly arms: readonly {
    readonly label: string;
    readonly value: bigint;
    readonly body: readonly Stmt[];
  }[];
  readonly otherwise: readonly Stmt[] | undefined;
  readonly place: SourcePlace;
}
export type CheckKind = 'assert' | 'assume' | 'cover';
/**
 * Looked at when the clock rises, where the branches around it apply and the reset is not active, with the values before
 * the edge. The condition of an `assert` or `assume` must hold; that of a `cover` shall hold once.
 */
export interface Check {
  readonly kind: 'check';
  readonly check: CheckKind;
  readonly name: string;
  readonly condition: Expr;
  readonly message: Message;
  /** Whose clock and reset it goes by. */
  readonly domain: Domain;
  readonly place: SourcePlace;
}
/** Text, with expressions whose values are shown in decimal. */
export type Message = readonly (string | Expr)[];

export type Stmt = Assign | If | Switch | Check;

export interface NamedExpr {
  readonly kind: 'node';
  readonly decl: Decl;
  readonly value: Expr;
  readonly place: SourcePlace;
}
export interface Instance {
  readonly kind: 'instance';
  readonly name: string;
  readonly module: Module;
  /** Leaf port of the child -> the wire of this module connected to it. */
  readonly connections: readonly { readonly port: LeafPort; readonly wire: Decl }[];
  /** Each domain that the child uses -> the domain of this module that it is connected to, of the same reset style. */
  readonly domains: readonly { readonly child: Domain; readonly parent: Domain }[];
  readonly attributes?: Attributes | undefined;
  readonly place: SourcePlace;
}
export type Item = Stmt | NamedExpr | Instance | Memory;

/** True for an item of the statement tree. */
export const isStatement = (item: Item): item is Stmt =>
  item.kind !== 'node' && item.kind !== 'instance' && item.kind !== 'memory';

/** A port as the user wrote it; its leaves are `LeafPort`s with the same `port` name. */
export interface PortGroup {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly type: HwType;
  readonly doc?: string | undefined;
}
export interface LeafPort {
  readonly decl: Decl;
  readonly direction: 'in' | 'out';
  readonly group: PortGroup;
  /** Part of the port: the payload, or a handshake wire of a stream. */
  readonly part: 'data' | 'valid' | 'ready';
  /** Path inside the payload type. */
  readonly path: readonly string[];
}

export interface Module {
  /** The Verilog name: the definition's, with the parameters that differ from their defaults below the top. */
  readonly name: string;
  readonly definition: string;
  readonly doc: string | undefined;
  /** Parsed parameters, as given to `build`. */
  readonly params: unknown;
  readonly ports: readonly LeafPort[];
  readonly groups: readonly PortGroup[];
  readonly decls: readonly Decl[];
  readonly items: readonly Item[];
  /** The domains that it or something below it uses, its default domain first; none when it is combinational. */
  readonly domains: readonly DomainUse[];
  readonly attributes?: Attributes | undefined;
  /** Signals that nothing shall read, as the user says. */
  readonly unused?: readonly Decl[];
  /** Only of a module that is written in Verilog; it has no items. */
  readonly extern?: Extern | undefined;
  /** Where it is elaborated or instantiated. */
  readonly place: SourcePlace;
  /** Where its definition is written. */
  readonly definedAt: SourcePlace;
}

/** All modules of a design, children before their parents, each once. */
export function modulesOf(top: Module): Module[] {
  const seen = new Set<Module>();
  const visit = (m: Module): void => {
    if (seen.has(m)) return;
    for (const item of m.items) if (item.kind === 'instance') visit(item.module);
    seen.add(m);
  };
  visit(top);
  return [...seen];
}

/** Calls `visit` on every assignment of a statement tree, with the conditions that guard it. */
export function eachAssign(stmts: readonly Stmt[], visit: (a: Assign) => void): void {
  for (const s of stmts) {
    switch (s.kind) {
      case 'assign':
        visit(s);
        break;
      case 'if':
        eachAssign(s.then, visit);
        eachAssign(s.else, visit);
        break;
      case 'switch':
        for (const arm of s.arms) eachAssign(arm.body, visit);
        if (s.otherwise) eachAssign(s.otherwise, visit);
    }
  }
}

/** Calls `visit` on every expression root a statement reads: values, conditions, subjects. */
export function eachRoot(stmts: readonly Stmt[], visit: (e: Expr) => void): void {
  for (const s of stmts) {
    switch (s.kind) {
      case 'assign':
        visit(s.value);
        break;
      case 'check':
        visit(s.condition);
        for (const part of s.message) if (typeof part !== 'string') visit(part);
        break;
      case 'if':
        visit(s.condition);
        eachRoot(s.then, visit);
        eachRoot(s.else, visit);
        break;
      case 'switch':
        visit(s.subject);
        for (const arm of s.arms) eachRoot(arm.body, visit);
        if (s.otherwise) eachRoot(s.otherwise, visit);
    }
  }
}
