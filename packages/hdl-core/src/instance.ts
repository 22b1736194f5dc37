// Instances: a module inside the module being built, its domains connected to those around it.
// Invariant: the leaves of the child's ports become wires of the parent, called after the instance.

import type { z } from 'zod';
import { buildModule, type LocatedSource } from './build-module.ts';
import { builder, currentElaboration, type Elaboration, type ModuleBuilder } from './builder.ts';
import { canonicalJson } from './canonical-json.ts';
import { DesignError } from './diagnostic/diagnostic.ts';
import { DEFAULT_DOMAIN, type Domain, type Reset, sameClock } from './ir/domain.ts';
import type { Attributes, Instance, Module } from './ir/module.ts';
import { parseParams } from './parameter-check.ts';
import { portSignals } from './port-signals.ts';
import type { Inst, Ports } from './ports.ts';
import type { SourcePlace } from './source-place.ts';

export interface InstanceOptions {
  /** The domain that each domain of the child is connected to, by the child's name of it; the others have one name in both. */
  readonly domains?: Readonly<Record<string, Domain>>;
  /** Verilog attributes, as in `{ keep: 'true' }`. */
  readonly attributes?: Attributes;
}

/** As `parseParams`, with their canonical JSON; asked for again with the same plain values, what was told before. */
function checkedParams<S extends z.ZodObject>(
  { lastAsked }: Elaboration,
  definition: { readonly name: string; readonly params: S },
  params: z.input<S> | undefined,
): { readonly p: z.output<S>; readonly key: string } {
  const given = Object.entries(params ?? {});
  const before = lastAsked.get(definition);
  if (
    before?.given.length === given.length &&
    given.every(([k, v], i) => before.given[i]![0] === k && Object.is(before.given[i]![1], v))
  )
    return { p: before.p as z.output<S>, key: before.key };
  const p = parseParams(definition, params);
  const asked = { given, p, key: canonicalJson(p) };
  if (given.every(([, v]) => Object(v) !== v)) lastAsked.set(definition, asked);
  return asked;
}

export function instantiate<S extends z.ZodObject, P extends Ports>(
  definition: { readonly name: string; readonly params: S },
  source: LocatedSource<S, P>,
  place: SourcePlace,
  name: string,
  params: z.input<S> | undefined,
  options: InstanceOptions = {},
): Inst<P> {
  const b: ModuleBuilder = builder(`${source.name}.inst()`);
  const elaboration = currentElaboration()!;
  const { p, key } = checkedParams(elaboration, definition, params);
  if (elaboration.open.some((o) => o.definition === definition && o.key === key)) {
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
  const child = buildModule({ definition, source, params: p, key, elaboration, place, inherited: connected });
  b.claim({ name, place });
  const prefix = `${name.replace(/^u_/, '')}_`;
  const connections = child.ports.map((port) => {
    const role = port.direction === 'in' ? 'childInput' : 'childOutput';
    return { port, wire: b.declare(`${prefix}${port.decl.name}`, role, port.decl.type, place) };
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
  const wires = connections.map((c) => c.wire);
  return portSignals(child.groups, wires, prefix) as Inst<P>;
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
