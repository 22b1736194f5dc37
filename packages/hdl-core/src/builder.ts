// The ambient state while `build()` runs: one ModuleBuilder per module being elaborated, on a plain stack.
// Invariant: builder calls outside `build()` throw E19; everything else that is wrong is reported and building goes on.

import { canonicalJson } from './canonical-json.ts';
import type { Code } from './diagnostic/codes.ts';
import { DesignError, type Diagnostic } from './diagnostic/diagnostic.ts';
import { connectedTo, type Domain, type DomainUse } from './ir/domain.ts';
import * as ir from './ir/expr.ts';
import type { Assign, Decl, Item, Module, Role, Stmt } from './ir/module.ts';
import { SourcePlace } from './source-place.ts';
import { isSigned, type LeafType } from './types.ts';

/** Parameters as they were given, after defaults and checks, and these as canonical JSON. */
interface AskedParams {
  readonly given: readonly (readonly [string, unknown])[];
  readonly p: unknown;
  readonly key: string;
}

/** What all modules of one `elaborate` call share. */
export class Elaboration {
  readonly diagnostics: Diagnostic[] = [];
  /** Elaborated modules by definition, then by canonical parameters: one per reset style it is used with. */
  readonly memo = new Map<object, Map<string, Module[]>>();
  /** The parameters that a definition was last given, all of them plain values: an array asks for the same many times. */
  readonly lastAsked = new Map<object, AskedParams>();
  /** Definitions being built, outermost first: a repeat is a recursive instantiation. */
  readonly open: { readonly definition: object; readonly key: string }[] = [];
  /** Lower-case names of the modules made so far. */
  readonly moduleNames = new Set<string>();
  /** Name of the top module. */
  readonly top: string;
  /** Default domain of the top module. */
  readonly domain: Domain;

  constructor(top: string, domain: Domain) {
    this.top = top;
    this.domain = domain;
  }
}

/** The domain of the parent that a domain of the module being built is connected to, if any. */
export type Inherited = (formal: Domain) => Domain | undefined;

/** What takes a name of the module: a signal, an instance, a memory, a check. */
interface Named {
  readonly name: string;
  readonly place: SourcePlace;
}

export interface DeclareOptions
  extends Partial<Pick<Decl, 'reset' | 'init' | 'crosses' | 'attributes' | 'readyOf'>> {
  readonly domain?: Domain | undefined;
}

export class ModuleBuilder {
  readonly name: string;
  readonly elaboration: Elaboration;
  /** `'required'` where a register without a reset value is a fault. */
  readonly resets: 'required' | undefined;
  readonly #inherited: Inherited;
  /** The domains of this module by name, and those among them that something uses. */
  readonly #domains = new Map<string, { readonly domain: Domain; readonly stated: Domain }>();
  readonly #uses = new Map<Domain, { resets: boolean }>();
  readonly #domainStack: Domain[] = [];
  readonly #guards: (() => ir.Expr)[] = [];
  readonly decls: Decl[] = [];
  /** Signals that nothing shall read. */
  readonly unused: Decl[] = [];
  readonly #items: Item[] = [];
  /** Defaults of wires made inside a branch: they come first, as the statement around them may be an item already. */
  readonly #defaults: Item[] = [];
  readonly #names = new Map<string, Named>();
  readonly #scopes: Stmt[][] = [];

  constructor(
    name: string,
    elaboration: Elaboration,
    defaultDomain: Domain,
    inherited: Inherited,
    resets?: 'required',
  ) {
    this.name = name;
    this.resets = resets;
    this.elaboration = elaboration;
    this.#inherited = inherited;
    this.#domainStack.push(this.resolve(defaultDomain));
  }

  /** The domain of this module that a user's domain stands for: with the reset style of what it is connected to. */
  resolve(stated: Domain): Domain {
    const known = this.#domains.get(stated.name);
    if (known) {
      if (!isSame(known.stated, stated) && !isSame(known.domain, stated))
        this.report({
          code: 'E10',
          message: `two different domains of ${this.name} are called \`${stated.name}\``,
          place: SourcePlace.capture(),
          help: 'rename one of them, or make the domain once and use it in both places',
        });
      return known.domain;
    }
    const actual = stated.driven ? undefined : this.#inherited(stated);
    const domain = actual ? connectedTo(stated, actual) : stated;
    this.#domains.set(stated.name, { domain, stated });
    return domain;
  }

  /** The domain of what is declared now. */
  get domain(): Domain {
    return this.#domainStack.at(-1)!;
  }

  /** Runs `body` with `domain`, one of this module's, as the domain of what is declared. */
  within<T>(domain: Domain, body: () => T): T {
    this.#domainStack.push(domain);
    try {
      return body();
    } finally {
      this.#domainStack.pop();
    }
  }

  /** Notes that something here or below is in `domain`, and whether it is reset. */
  use(domain: Domain, resets: boolean): void {
    const use = this.#uses.get(domain) ?? { resets: false };
    this.#uses.set(domain, use);
    use.resets ||= resets;
  }

  get domains(): readonly DomainUse[] {
    const uses = [...this.#uses].map(
      ([domain, { resets }]): DomainUse => ({
        domain,
        resets,
        stated: this.#domains.get(domain.name)?.stated ?? domain,
      }),
    );
    const rank = (u: DomainUse): number => (u.domain === this.#domainStack[0] ? 0 : 1);
    return uses.sort((a, b) => rank(a) - rank(b));
  }

  /** Everything that was built, in order. */
  get items(): readonly Item[] {
    return [...this.#defaults, ...this.#items];
  }

  item(i: Item): void {
    this.#items.push(i);
  }

  report(d: Omit<Diagnostic, 'module'>): void {
    this.elaboration.diagnostics.push({ ...d, module: this.name });
  }

  declare(name: string, role: Role, type: LeafType, place: SourcePlace, options: DeclareOptions = {}): Decl {
    const domain = options.domain ?? (role === 'reg' ? this.domain : undefined);
    const decl: Decl = {
      name,
      role,
      type,
      width: type.width,
      signed: isSigned(type),
      domain,
      reset: options.reset,
      init: options.init,
      crosses: options.crosses,
      attributes: options.attributes,
      readyOf: options.readyOf,
      place,
    };
    if (domain) this.use(domain, decl.reset !== undefined);
    this.claim(decl);
    this.decls.push(decl);
    return decl;
  }

  /** Takes a name of the module's one name space: signals and instances. */
  claim(named: Named): void {
    const { name, place } = named;
    const key = name.toLowerCase();
    const earlier = this.#names.get(key);
    if (!earlier) {
      this.#names.set(key, named);
      return;
    }
    this.report({
      code: 'E10',
      message: `the name \`${name}\` is declared twice${earlier.name === name ? '' : ` (names differ only in case from \`${earlier.name}\`)`}`,
      place,
      notes: [{ text: `\`${earlier.name}\` is declared first here`, place: earlier.place }],
      help: 'rename one of them; names must differ in more than case, as some tools ignore it',
    });
  }

  /** Appends a statement to the innermost `when`/`match` branch, or to the module. */
  statement(s: Stmt): void {
    const scope = this.#scopes.at(-1);
    if (scope) scope.push(s);
    else this.#items.push(s);
  }

  assign(target: Decl, value: ir.Expr, place: SourcePlace, isDefault = false): void {
    const s: Assign = { kind: 'assign', target, value, isDefault, place };
    if (isDefault && this.#scopes.length) this.#defaults.push(s);
    else if (isDefault) this.#items.push(s);
    else this.statement(s);
  }

  /** Runs `body` and returns the statements it made; `guard` makes the condition under which they apply. */
  collect(body: () => void, guard: () => ir.Expr): Stmt[] {
    const scope: Stmt[] = [];
    this.#scopes.push(scope);
    this.#guards.push(guard);
    try {
      body();
    } finally {
      this.#scopes.pop();
      this.#guards.pop();
    }
    return scope;
  }

  /** The condition under which a statement written now applies. */
  get guard(): ir.Expr {
    return this.#guards.reduce((all, g) => ir.bitwise('and', all, g()), ir.constant(1n, 1, false));
  }
}

const isSame = (a: Domain, b: Domain): boolean =>
  a === b || (!a.driven && !b.driven && canonicalJson(a) === canonicalJson(b));

const KEY = Symbol.for('@gatewright/hdl-core');
const shared = globalThis as { [KEY]?: object };
const stack: ModuleBuilder[] = [];
if (shared[KEY]) {
  throw new Error(
    'two copies of @gatewright/hdl-core are loaded: signals of one mean nothing to the other; deduplicate the dependency',
  );
}
shared[KEY] = stack;

/** The module being built. Throws E19 outside `build()`. */
export function builder(what: string): ModuleBuilder {
  const top = stack.at(-1);
  if (top) return top;
  throw outside(what);
}
const outside = (what: string): DesignError =>
  new DesignError([
    {
      code: 'E19',
      message: `${what} was called outside build()`,
      module: '-',
      place: SourcePlace.capture(),
      help: 'call it inside the build() function of a module, and not after an await or in a later callback',
    },
  ]);

/** Runs `body` with `b`, of the definition at `definedAt`, as the module being built. */
export function building(b: ModuleBuilder, definedAt: SourcePlace, body: () => unknown): unknown {
  const leave = SourcePlace.enter(definedAt);
  stack.push(b);
  try {
    return body();
  } finally {
    stack.pop();
    leave();
  }
}

/** The elaboration that is under way, if any. */
export const currentElaboration = (): Elaboration | undefined => stack.at(-1)?.elaboration;

/** Reports on the module being built; outside of one the diagnostic is thrown. */
export function report(
  code: Code,
  message: string,
  rest: Omit<Diagnostic, 'module' | 'code' | 'message'> = {},
): void {
  const d = { code, message, place: SourcePlace.capture(), ...rest };
  const top = stack.at(-1);
  if (!top) throw new DesignError([{ ...d, module: '-' }]);
  top.report(d);
}
