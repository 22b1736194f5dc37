// Building a module from its definition: ports, then what `build` describes.
// Invariant: a definition with the same canonical parameters, and resets of the same style, is built once per elaboration.

import type { z } from 'zod';
import { building, type Elaboration, type Inherited, ModuleBuilder } from './builder.ts';
import { canonicalJson } from './canonical-json.ts';
import { DesignError } from './diagnostic/diagnostic.ts';
import { connectedTo, DEFAULT_DOMAIN, type Domain, type DomainUse, type Reset } from './ir/domain.ts';
import type { Attributes, Extern, LeafPort, Module } from './ir/module.ts';
import { constantParameters, ONCE } from './parameters.ts';
import { portSignals } from './port-signals.ts';
import { type Io, leafPorts, type Ports } from './ports.ts';
import { SourcePlace } from './source-place.ts';

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
  /**
   * `'required'`: every register made by `regs` or `registered` here has a reset value (E15), but those that say
   * `reset: 'none'`, as datapath registers do.
   */
  readonly resets?: 'required';
  readonly ports: (p: z.output<S>) => P;
  readonly build: (io: Io<P>, p: z.output<S>) => void;
}

export type LocatedSource<S extends z.ZodObject, P extends Ports> = ModuleSource<S, P> & {
  readonly definedAt: SourcePlace;
  /** Of a module that is written in Verilog: what stands in place of `build`, and the domains of its clock ports. */
  readonly extern?: (p: z.output<S>) => { readonly extern: Extern; readonly domains: readonly Domain[] };
};

/** What a module is built from. */
export interface BuildRequest<S extends z.ZodObject, P extends Ports> {
  readonly definition: object;
  readonly source: LocatedSource<S, P>;
  /** Parsed parameters, and their canonical JSON. */
  readonly params: z.output<S>;
  readonly key: string;
  readonly elaboration: Elaboration;
  /** Who asks for it. */
  readonly place: SourcePlace;
  readonly inherited: Inherited;
  readonly isTop?: true;
}

/** The module of a definition and its parameters: built once for each reset style, known to the elaboration after that. */
export function buildModule<S extends z.ZodObject, P extends Ports>({
  definition,
  source,
  params: p,
  key,
  elaboration,
  place,
  inherited,
  isTop,
}: BuildRequest<S, P>): Module {
  const byParams = elaboration.memo.get(definition) ?? new Map<string, Module[]>();
  elaboration.memo.set(definition, byParams);
  const variants = byParams.get(key) ?? [];
  byParams.set(key, variants);
  // What is written in Verilog has the resets that it has.
  const inherits: Inherited = source.extern ? () => undefined : inherited;
  const known = variants.find((m) => m.domains.every((u) => suits(u, inherits)));
  if (known) return known;

  const name = isTop || source.extern ? source.name : variantName(source, p, elaboration.top);
  const b = new ModuleBuilder(name, elaboration, source.domain ?? DEFAULT_DOMAIN, inherits, source.resets);
  checkDepth(elaboration, name, place);
  elaboration.open.push({ definition, key });
  const params = constantParameters(p, (changed) =>
    b.report({
      code: 'E19',
      message: `the parameter \`${changed}\` of ${name} is changed`,
      place: SourcePlace.capture(),
      notes: [{ text: `${name} is defined here`, place: source.definedAt }],
      help: 'parameters are what the instance was given: compute into a variable of your own',
    }),
  );
  const { groups, leaves } = leafPorts(source.ports(params));
  const ports: LeafPort[] = leaves.map(({ name: leafName, type, ...rest }) => ({
    ...rest,
    decl: b.declare(leafName, rest.direction === 'in' ? 'input' : 'output', type, source.definedAt),
  }));
  const io = portSignals(
    groups,
    ports.map((l) => l.decl),
  );
  const result = building(b, source.definedAt, () => source.build(io as Io<P>, params));
  if (result && typeof (result as { then?: unknown }).then === 'function') {
    b.report({
      code: 'E19',
      message: `build() of ${name} is asynchronous`,
      place,
      help: 'make build() a plain function: hardware is described, not awaited',
    });
  }
  elaboration.open.pop();
  if (!source.extern) checkContent(b, source.definedAt, place);

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

/** Deeper than any design: a module that instantiates itself with ever new parameters. */
const DEEPEST = 200;

function checkDepth({ open }: Elaboration, name: string, place: SourcePlace): void {
  if (open.length < DEEPEST) return;
  const [outermost] = open;
  throw new DesignError([
    {
      code: 'E16',
      message: `${name} is inside ${open.length} modules`,
      module: name,
      place,
      notes: [
        {
          text: `the innermost have the parameters ${open
            .slice(-3)
            .map((o) => o.key)
            .join(', ')}`,
        },
        { text: `the outermost has ${outermost!.key}` },
      ],
      help: 'let a parameter reach a base case that instantiates nothing',
    },
  ]);
}

/** E17: a module of nothing. */
function checkContent(b: ModuleBuilder, definedAt: SourcePlace, place: SourcePlace): void {
  if (b.decls.length === 0 && b.items.length === 0)
    b.report({
      code: 'E17',
      message: `${b.name} is empty: it has no port with bits and nothing inside`,
      place: definedAt,
      notes: [{ text: 'it is asked for here', place }],
      help: 'give it a port, or leave its instance out for these parameters',
    });
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

const isSameReset = (a: Reset | undefined, b: Reset | undefined): boolean =>
  a === b || (a?.name === b?.name && a?.kind === b?.kind && a?.active === b?.active);

/** True when a module that was built with this use of a domain is right where `inherited` is. */
function suits({ domain, stated, resets }: DomainUse, inherited: Inherited): boolean {
  if (domain.driven) return true;
  const actual = inherited(stated);
  const reset = actual ? connectedTo(stated, actual).reset : stated.reset;
  return !resets || isSameReset(reset, domain.reset);
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
  const defaults = source.params.safeParse({}, ONCE);
  const base: Record<string, unknown> = defaults.success ? defaults.data : {};
  const part = (k: string): string => `${k}_${String(p[k]).replace(/-/g, 'm').replace(/\W/g, '_')}`;
  const parts = Object.keys(source.params.shape)
    .filter((k) => canonicalJson(p[k]) !== canonicalJson(base[k]))
    .map(part);
  if (parts.length || top !== source.name) return [source.name, ...parts].join('_');
  return [source.name, ...Object.keys(source.params.shape).map(part)].join('_');
}
