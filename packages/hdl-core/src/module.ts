// defineModule: from parameters, ports and a build function to a module that can be elaborated or instantiated.
// Invariant: a definition with the same canonical parameters is built once per elaboration and shared by its instances.

import type { z } from 'zod';
import { buildModule, type LocatedSource, type ModuleSource } from './build-module.ts';
import { Elaboration } from './builder.ts';
import { canonicalJson } from './canonical-json.ts';
import { DesignError, type Diagnostic, severityOf, sorted } from './diagnostic/diagnostic.ts';
import { applyRules, type WarningRule } from './diagnostic/warnings.ts';
import { type InstanceOptions, instantiate } from './instance.ts';
import { DEFAULT_DOMAIN, type Domain } from './ir/domain.ts';
import { type Module, modulesOf } from './ir/module.ts';
import { parseParams } from './parameter-check.ts';
import { runPasses } from './pass/index.ts';
import type { Inst, Ports } from './ports.ts';
import { SourcePlace } from './source-place.ts';
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

/** Defines a hardware module: flat parameters (zod), typed ports, and a synchronous `build` that describes the logic. */
export function defineModule<S extends z.ZodObject, P extends Ports>(
  source: ModuleSource<S, P>,
): ModuleDefinition<S, P> {
  const located = { ...source, definedAt: SourcePlace.capture() };
  const definition: ModuleDefinition<S, P> = {
    name: source.name,
    doc: source.doc,
    params: source.params,
    ports: source.ports,
    elaborate: (params, options) => elaborate(definition, located, params, options),
    inst: (name, params, options) =>
      instantiate(definition, located, SourcePlace.capture(), name, params, options),
  };
  return definition;
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
  const top = buildModule({
    definition,
    source: located,
    params: p,
    key: canonicalJson(p),
    elaboration,
    place,
    inherited: () => undefined,
    isTop: true,
  });
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
