// Modules that are written in Verilog: vendor primitives and existing IP, with typed ports and parameters.
// Invariant: only its face is known. It is instantiated as it is: its name, its parameters, its clock and reset ports; no
// check looks inside, and no evaluator runs it.

import type { z } from 'zod';
import { type InstanceOptions, instantiate } from './instance.ts';
import type { Domain } from './ir/domain.ts';
import type { Attributes, Extern } from './ir/module.ts';
import type { Inst, Ports } from './ports.ts';
import { SourcePlace } from './source-place.ts';

export interface ExternSource<S extends z.ZodObject, P extends Ports> {
  /** The name of the Verilog module. */
  readonly name: string;
  readonly doc?: string;
  /** Its parameters, printed as `#(.NAME(value))`: numbers, booleans, strings and numbers of `{ bits, value }`. */
  readonly params: S;
  /** Its ports but those of `domains`. A clock that it makes is a bool, for `domain(…, { clock: pll.clk_out })`. */
  readonly ports: (p: z.output<S>) => P;
  /**
   * Its clock and reset ports: `[domain('main', { clock: 'CLK', reset: { name: 'RST' } })]`. The first is connected to the
   * domain around the instance, the others by name.
   */
  readonly domains?: readonly Domain[];
  /** The Verilog text, which then goes along with the design's own files; without it the tools must know the module. */
  readonly verilog?: string;
  readonly attributes?: Attributes;
}

export interface ExternModule<S extends z.ZodObject = z.ZodObject, P extends Ports = Ports> {
  readonly name: string;
  readonly params: S;
  readonly ports: (p: z.output<S>) => P;
  /** An instance of it in the module being built. */
  inst(name: string, params?: z.input<S>, options?: InstanceOptions): Inst<P>;
}

/** Declares a module that is written in Verilog. */
export function externModule<S extends z.ZodObject, P extends Ports>(
  source: ExternSource<S, P>,
): ExternModule<S, P> {
  const definedAt = SourcePlace.capture();
  const domains = source.domains ?? [];
  const definition = { name: source.name, doc: source.doc, params: source.params, ports: source.ports };
  const located = {
    ...source,
    ...(domains[0] ? { domain: domains[0] } : {}),
    definedAt,
    build: () => {},
    extern: (p: z.output<S>): { extern: Extern; domains: readonly Domain[] } => ({
      extern: { parameters: p as Extern['parameters'], source: source.verilog },
      domains,
    }),
  };
  return {
    ...definition,
    inst: (name, params, options) =>
      instantiate(definition, located, SourcePlace.capture(), name, params, options),
  };
}
