// defineModule: from parameters, ports and a build function to a module that can be elaborated or instantiated.
// Invariant: a definition with the same canonical parameters is built once per elaboration and shared by its instances.

import { z } from 'zod';
import {
  ModuleBuilder as Builder,
  builder,
  building,
  currentElaboration,
  Elaboration,
  type Inherited,
  type ModuleBuilder,
} from './builder.ts';
import { canonicalJson } from './canonical-json.ts';
import { DesignError, type Diagnostic, ParameterError, severityOf, sorted } from './diagnostic/diagnostic.ts';
import { applyRules, type WarningRule } from './diagnostic/warnings.ts';
import {
  connectedTo,
  DEFAULT_DOMAIN,
  type Domain,
  type DomainUse,
  type Reset,
  sameClock,
} from './ir/domain.ts';
import * as ir from './ir/expr.ts';
import {
  type Attributes,
  type Decl,
  type Extern,
  type Instance,
  type LeafPort,
  type Module,
  modulesOf,
  type PortGroup,
  type Role,
} from './ir/module.ts';
import { type LeafSignal, leafSignal } from './leaf-signal.ts';
import { runPasses } from './pass/index.ts';
import { type Inst, type Io, type LeafPortShape, leafPorts, type Ports } from './ports.ts';
import { signalOf } from './signal.ts';
import { SourcePlace } from './source-place.ts';
import { StreamEnd } from './stream/stream-end.ts';
import type { AnyType } from './types.ts';
import { type PrintOptions, printModules, type VerilogFile } from './verilog/print.ts';

export interface ModuleDefinition<S extends z.ZodObject = z.ZodObject, P extends Ports = Ports> {
  readonly name: string;
  readonly doc: string | undefined;
  readonly params: S;
  readonly ports: (p: z.output<S>) => P;
  /** Builds and checks the design. Throws `ParameterError`, or `DesignError` with every fault found. */
  elaborate(params?: z.input<S>, options?: ElaborateOptions): Circuit<P>;
  /** An instance of this module in the module being built. Its default domain is connected to the one around. */
  inst(name: string, params?: z.input<S>, options?: InstanceOptions): Inst<P>;
}

export interface ElaborateOptions {
  /**
   * The clock and reset of the design: `{ domain: domain('main', { clock: 'aclk', reset: { name: 'aresetn', kind: 'async',
   * active: 'low' } }) }`. What is in no other domain follows it, in all modules.
   */
  readonly domain?: Domain;
  /** What to make of warnings: `[{ code: 'E18', action: 'off', module: 'Fifo*' }]`; the last rule that applies decides. */
  readonly warnings?: readonly WarningRule[];
}

export interface InstanceOptions {
  /** The domain that each domain of the child is connected to, by the child's name of it; the others have one name in both. */
  readonly domains?: Readonly<Record<string, Domain>>;
  /** Verilog attributes, as in `{ keep: 'true' }`. */
  readonly attributes?: Attributes;
}

/** A checked design: the top module, everything below it, and its Verilog. */
export interface Circuit<P extends Ports = Ports> {
  readonly top: Module;
  readonly ports: P;
  /** Children before parents. */
  readonly modules: readonly Module[];
  readonly warnings: readonly Diagnostic[];
  /** One file per module, children first; the same design gives the same bytes. */
  verilog(options?: PrintOptions): VerilogFile[];
}

export interface ModuleSource<S extends z.ZodObject, P extends Ports> {
  /** The Verilog name of the module. */
  readonly name: string;
  /** One sentence, printed above the module. */
  readonly doc?: string;
  readonly params: S;
  /** The clock and reset of the module when it is the top, by these names; `clk` and `rst` (sync, active high) without it. */
  readonly domain?: Domain;
  /** Verilog attributes of the module, as in `{ keep_hierarchy: 'yes' }`. */
  readonly attributes?: Attributes;
  readonly ports: (p: z.output<S>) => P;
  readonly build: (io: Io<P>, p: z.output<S>) => void;
}

/** Defines a hardware module: flat parameters (zod), typed ports, and a synchronous `build` that describes the logic. */
export function defineModule<S extends z.ZodObject, P extends Ports>(
  source: ModuleSource<S, P>,
): ModuleDefinition<S, P> {
  const definedAt = SourcePlace.capture();
  const definition: ModuleDefinition<S, P> = {
    name: source.name,
    doc: source.doc,
    params: source.params,
    ports: source.ports,
    elaborate: (params, options) => elaborate(definition, { ...source, definedAt }, params, options),
    inst: (name, params, options) => instantiate(definition, { ...source, definedAt }, name, params, options),
  };
  return definition;
}

export type LocatedSource<S extends z.ZodObject, P extends Ports> = ModuleSource<S, P> & {
  readonly definedAt: SourcePlace;
  /** Of a module that is written in Verilog: what stands in place of `build`, and the domains of its clock ports. */
  readonly extern?: (p: z.output<S>) => { readonly extern: Extern; readonly domains: readonly Domain[] };
};

/** Parameters after defaults and checks. Throws `ParameterError` with a sentence per fault. */
export function parseParams<S extends z.ZodObject>(
  definition: { name: string; params: S },
  params: unknown,
): z.output<S> {
  const parsed = definition.params.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  throw new ParameterError(definition.name, z.prettifyError(parsed.error));
}

function elaborate<S extends z.ZodObject, P extends Ports>(
  definition: ModuleDefinition<S, P>,
  source: LocatedSource<S, P>,
  params: z.input<S> | undefined,
  { domain, warnings: rules = [] }: ElaborateOptions = {},
): Circuit<P> {
  const p = parseParams(definition, params);
  const main = domain ?? source.domain ?? DEFAULT_DOMAIN;
  const elaboration = new Elaboration(source.name, main);
  const located = domain ? { ...source, domain } : source;
  const place = SourcePlace.capture();
  const top = buildModule(definition, located, p, elaboration, source.name, place, () => undefined);
  const modules = modulesOf(top);
  runPasses(modules, elaboration.diagnostics);
  const found = sorted(applyRules(elaboration.diagnostics, rules));
  const errors = found.filter((d) => severityOf(d) === 'error');
  if (errors.length) throw new DesignError(errors);
  return {
    top,
    ports: source.ports(p),
    modules,
    warnings: found,
    verilog: (options) => printModules(modules, options),
  };
}

/**
 * `Dot_lanes_2`: the parameters that differ from their defaults, so that a name does not depend on other modules.
 * Only below a top module of the same definition, which has the plain name, may all of them be needed.
 */
function variantName(
  source: { name: string; params: z.ZodObject },
  p: Record<string, unknown>,
  top: string,
): string {
  const defaults = source.params.safeParse({});
  const base: Record<string, unknown> = defaults.success ? defaults.data : {};
  const part = (k: string): string => `${k}_${String(p[k]).replace(/-/g, 'm').replace(/\W/g, '_')}`;
  const parts = Object.keys(source.params.shape)
    .filter((k) => canonicalJson(p[k]) !== canonicalJson(base[k]))
    .map(part);
  if (parts.length || top !== source.name) return [source.name, ...parts].join('_');
  return [source.name, ...Object.keys(source.params.shape).map(part)].join('_');
}

function buildModule<S extends z.ZodObject, P extends Ports>(
  definition: object,
  source: LocatedSource<S, P>,
  p: z.output<S>,
  elaboration: Elaboration,
  name: string,
  place: SourcePlace,
  inherited: Inherited,
): Module {
  const key = canonicalJson(p);
  const byParams = elaboration.memo.get(definition) ?? new Map<string, Module[]>();
  elaboration.memo.set(definition, byParams);
  const variants = byParams.get(key) ?? [];
  byParams.set(key, variants);
  // What is written in Verilog has the resets that it has.
  const inherits: Inherited = source.extern ? () => undefined : inherited;
  const known = variants.find((m) => m.domains.every((u) => suits(u, inherits)));
  if (known) return known;

  const b = new Builder(name, elaboration, source.domain ?? DEFAULT_DOMAIN, inherits);
  elaboration.open.push({ definition, key });
  const { groups, leaves } = leafPorts(source.ports(p));
  const ports: LeafPort[] = leaves.map(({ name: leafName, type, ...rest }) => ({
    ...rest,
    decl: b.declare(leafName, rest.direction === 'in' ? 'input' : 'output', type, source.definedAt),
  }));
  const io = portSignals(groups, leaves, new Map(ports.map((l, i) => [leaves[i]!, l.decl])));
  const result = building(b, () => source.build(io as Io<P>, p));
  if (result && typeof (result as { then?: unknown }).then === 'function') {
    b.report({
      code: 'E19',
      message: `build() of ${name} is asynchronous`,
      place,
      help: 'make build() a plain function: hardware is described, not awaited',
    });
  }
  elaboration.open.pop();

  const outside = source.extern?.(p);
  for (const d of outside?.domains ?? []) b.use(b.resolve(d), d.reset !== undefined);
  const parts = outside ? [] : styleParts(b.domains, b.domain, elaboration.domain);
  const styled = [name, ...parts].join('_');
  if (!outside) claimModuleName(b, styled, place);
  const module: Module = {
    name: styled,
    definition: source.name,
    doc: source.doc,
    params: p,
    ports,
    groups,
    decls: b.decls,
    items: b.items,
    domains: b.domains,
    attributes: source.attributes,
    ...(b.unused.length ? { unused: b.unused } : {}),
    extern: outside?.extern,
    place,
    definedAt: source.definedAt,
  };
  variants.push(module);
  return module;
}

function claimModuleName(b: ModuleBuilder, name: string, place: SourcePlace): void {
  const names = b.elaboration.moduleNames;
  if (names.has(name.toLowerCase()))
    b.report({
      code: 'E10',
      message: `two different modules are called \`${name}\``,
      place,
      help: 'rename one of the definitions',
    });
  names.add(name.toLowerCase());
}

/** `async_low`, `write_async_low`: resets that are not as the design's, or as the domain states. */
function styleParts(uses: readonly DomainUse[], main: Domain, top: Domain): string[] {
  return uses.flatMap(({ domain, stated, resets }) => {
    const usual = domain === main ? top.reset : stated.reset;
    const { reset } = domain;
    if (!resets || !reset || (usual?.kind === reset.kind && usual.active === reset.active)) return [];
    return [...(domain === main ? [] : [domain.name]), reset.kind, reset.active];
  });
}

/** True when a module that was built with this use of a domain is right where `inherited` is. */
function suits({ domain, stated, resets }: DomainUse, inherited: Inherited): boolean {
  if (domain.driven) return true;
  const actual = inherited(stated);
  const reset = actual ? connectedTo(stated, actual).reset : stated.reset;
  return !resets || canonicalJson(reset) === canonicalJson(domain.reset);
}

/** The record of port signals; streams become their valid/ready/data/fire ends. */
function portSignals(
  groups: readonly PortGroup[],
  leaves: readonly LeafPortShape[],
  declOf: ReadonlyMap<LeafPortShape, Decl>,
  prefix = '',
): Record<string, unknown> {
  const byPart = new Map<string, LeafPortShape>();
  for (const l of leaves) byPart.set([l.group.name, l.part, ...l.path].join('.'), l);
  const leaf = (...key: readonly string[]): LeafSignal => {
    const shape = byPart.get(key.join('.'))!;
    return leafSignal(shape.type, ir.ref(declOf.get(shape)!));
  };
  const signals: Record<string, unknown> = {};
  for (const { name, type } of groups) {
    const t = type as AnyType;
    const data = signalOf(t.kind === 'stream' ? t.payload : t, (path) => leaf(name, 'data', ...path));
    if (t.kind !== 'stream') signals[name] = data;
    else {
      const [valid, ready] = [leaf(name, 'valid'), leaf(name, 'ready')];
      signals[name] = new StreamEnd(prefix + name, t.payload, { valid, ready, data });
    }
  }
  return signals;
}

/** Connects each domain that the child uses to one of the module being built. */
function connectDomains(
  b: ModuleBuilder,
  child: Module,
  connected: (stated: Domain) => Domain,
  options: InstanceOptions,
  place: SourcePlace,
): Instance['domains'] {
  const given = Object.keys(options.domains ?? {});
  const own = child.domains.filter((u) => !u.domain.driven?.clock).map((u) => u.domain.name);
  const unknown = given.filter((name) => !own.includes(name));
  if (unknown.length && own.some((name) => !given.includes(name)))
    b.report({
      code: 'E10',
      message: `${child.name} has no domain \`${unknown.join('`, `')}\``,
      place,
      help: `its domains are ${own.map((name) => `\`${name}\``).join(', ')}`,
    });
  const made: { child: Domain; parent: Domain }[] = [];
  for (const { domain, stated, resets } of child.domains) {
    if (domain.driven?.clock) continue;
    // A domain whose reset the child makes itself has only its clock from outside.
    const clock = domain.driven && made.find((d) => sameClock(d.child, { ...domain, driven: undefined }));
    const parent =
      clock?.parent ?? connected(domain.driven ? { ...stated, reset: undefined, driven: undefined } : stated);
    b.use(parent, resets && !domain.driven);
    if (child.extern) checkStyle(b, child, domain, parent, place);
    made.push({ child: domain, parent });
  }
  return made;
}

/** A module that is written in Verilog cannot take the reset style of what it is connected to. */
function checkStyle(b: ModuleBuilder, child: Module, own: Domain, parent: Domain, place: SourcePlace): void {
  const { reset } = own;
  if (!reset || (parent.reset?.kind === reset.kind && parent.reset.active === reset.active)) return;
  const style = (r: Reset | undefined): string => (r ? `${r.kind}, active ${r.active}` : 'none');
  b.report({
    code: 'E15',
    message: `the reset \`${reset.name}\` of ${child.name} is ${style(reset)}; that of the domain \`${parent.name}\` is ${style(parent.reset)}`,
    place,
    help: 'make the reset that it needs, and connect it: { domains: { … } }',
  });
}

export function instantiate<S extends z.ZodObject, P extends Ports>(
  definition: { readonly name: string; readonly params: S },
  source: LocatedSource<S, P>,
  name: string,
  params: z.input<S> | undefined,
  options: InstanceOptions = {},
): Inst<P> {
  const b: ModuleBuilder = builder(`${source.name}.inst()`);
  const place = SourcePlace.capture();
  const p = parseParams(definition, params);
  const elaboration = currentElaboration()!;
  if (elaboration.open.some((o) => o.definition === definition && o.key === canonicalJson(p))) {
    throw new DesignError([
      {
        code: 'E16',
        message: `${source.name} instantiates itself with the same parameters`,
        module: b.name,
        place,
        help: 'change a parameter on the way down, and stop at a base case',
      },
    ]);
  }
  const main = (source.domain ?? DEFAULT_DOMAIN).name;
  const connected = (stated: Domain): Domain => {
    const given = options.domains?.[stated.name];
    if (given) return b.resolve(given);
    return stated.name === main ? b.domain : b.resolve(stated);
  };
  const variant = source.extern ? source.name : variantName(source, p, elaboration.top);
  const child = buildModule(definition, source, p, elaboration, variant, place, connected);
  b.claim(name, place);
  const { groups, leaves } = leafPorts(source.ports(p));
  const declOf = new Map<LeafPortShape, Decl>();
  const prefix = `${name.replace(/^u_/, '')}_`;
  const connections = leaves.map((leaf, i) => {
    const role: Role = leaf.direction === 'in' ? 'childInput' : 'childOutput';
    const wire = b.declare(`${prefix}${leaf.name}`, role, leaf.type, place);
    declOf.set(leaf, wire);
    return { port: child.ports[i]!, wire };
  });
  const domains = connectDomains(b, child, connected, options, place);
  b.item({
    kind: 'instance',
    name,
    module: child,
    connections,
    domains,
    attributes: options.attributes,
    place,
  });
  return portSignals(groups, leaves, declOf, prefix) as Inst<P>;
}
