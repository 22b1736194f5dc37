// The unit contract: everything above the generators works on units, never on a unit by name.
// Invariant: a unit is plain data and pure functions; `golden`, `stimulus` and `performance` never look at the hardware.
// It says nothing of how a unit is simulated: see verify-unit.ts and run-workload.ts.

import type {
  Circuit,
  ElaborateOptions,
  ModuleDefinition,
  Ports,
  StreamInputs,
  StreamOutputs,
} from '@gatewright/hdl-core';
import type fc from 'fast-check';
import type { z } from 'zod';
import type { UnitCost } from './cost.ts';

export type { CostComparison, CostCycle, CostRow, CostTag, PublishedFigure, UnitCost } from './cost.ts';

/** Directed transactions with a name that a report can show. */
export interface DirectedScenario<Inputs> {
  readonly name: string;
  readonly inputs: Inputs;
}

/** What a unit is fed with to verify it. */
export interface Stimulus<Inputs> {
  /** Corners, exhaustive where the space allows. */
  readonly directed: Iterable<DirectedScenario<Inputs>>;
  /** Lists of transactions; fast-check shrinks a list that fails. */
  readonly random: fc.Arbitrary<Inputs>;
}

/** Closed-form cost of a list of transactions. */
export interface Performance {
  /**
   * From the clock edge of the first input transfer to that of the last output transfer, both included, when no stream
   * ever stalls; 0 when nothing comes out.
   */
  readonly cycles: number;
  /** Multiply-accumulates that the transactions stand for. */
  readonly macs: number;
}

/** A matrix product, activations x transposed weights: what a linear layer computes. */
export interface GemmWorkload {
  /** tokens x depth, row by row. */
  readonly activations: Float32Array;
  /** outputs x depth, row by row (PyTorch's layout). */
  readonly weights: Float32Array;
  readonly tokens: number;
  readonly depth: number;
  readonly outputs: number;
  /** For a unit that takes weights of several datatypes: the name of the one wanted, such as `fp3`. */
  readonly weightFormat?: string | undefined;
}

/** Causal attention of a layer over the rows of a sequence, row-major: rows x (heads x headDim). */
export interface AttentionWorkload {
  readonly q: Float32Array;
  /** rows x (keyHeads x headDim), like v. */
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly rows: number;
  readonly heads: number;
  /** Key and value heads; each is shared by heads / keyHeads query heads. As many as `heads` by default. */
  readonly keyHeads?: number;
}

/** A GEMM, or attention, as transactions of a unit, and the way back. */
export interface MappedWorkload<P extends Ports> {
  readonly inputs: StreamInputs<P>;
  /** tokens x outputs (of attention: rows x heads x headDim), row by row, from what the unit answered. */
  results(outputs: StreamOutputs<P>): Float32Array;
}

/** Parameters that belong together and have a name, such as those of the circuit in a paper. */
export interface Preset<Params> {
  /** A noun phrase. */
  readonly summary: string;
  readonly params: Params;
}

/** A generator's product with all that is needed to list, verify, measure and use it. */
export interface Unit<S extends z.ZodObject, P extends Ports> {
  /** As typed on a command line, such as `mixpe`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Where the idea comes from; `reference` such as `arXiv 2411.16158`. */
  readonly paper: { readonly title: string; readonly reference: string };
  readonly module: ModuleDefinition<S, P>;
  /** Bit-exact expected outputs, in order, per output stream. */
  golden(params: z.output<S>, inputs: StreamInputs<P>): StreamOutputs<P>;
  stimulus(params: z.output<S>): Stimulus<StreamInputs<P>>;
  performance(params: z.output<S>, inputs: StreamInputs<P>): Performance;
  /** Parameter sets that `verify` covers when the user names none. */
  readonly configurations: readonly z.input<S>[];
  /** Parameter sets that a user can name; parameters given beside the name go before those of the set. */
  readonly presets?: Readonly<Record<string, Preset<z.input<S>>>>;
  /** Input streams that carry commands, a few for much work: behind AXI ports software sends them by registers. */
  readonly commands?: readonly (keyof P & string)[];
  /** How a GEMM maps on the unit: transactions in, results out. */
  workload?(params: z.output<S>, gemm: GemmWorkload): MappedWorkload<P>;
  /** How a layer's attention maps on the unit. */
  attention?(params: z.output<S>, attention: AttentionWorkload): MappedWorkload<P>;
  /** What its cost table shows; the configurations by default. */
  readonly cost?: UnitCost;
}

/** Declares a unit; the types of params and ports follow from its module. */
export function defineUnit<S extends z.ZodObject, P extends Ports>(unit: Unit<S, P>): Unit<S, P> {
  return unit;
}

/** Values per stream, their types forgotten. */
export type AnyStreams = Readonly<Record<string, readonly unknown[]>>;

/** A mapped workload with its types forgotten. */
export interface AnyMapped {
  readonly inputs: AnyStreams;
  results(outputs: AnyStreams): Float32Array;
}

/** A module definition with its types forgotten. */
export interface AnyModule {
  readonly name: string;
  readonly doc: string | undefined;
  readonly params: z.ZodObject;
  ports(params: Record<string, unknown>): Ports;
  elaborate(params?: Record<string, unknown>, options?: ElaborateOptions): Circuit;
  inst(name: string, params?: Record<string, unknown>): unknown;
}

/** Any unit with its types forgotten: what registries and command lines hold. Every `Unit<S, P>` is one. */
export interface AnyUnit {
  readonly name: string;
  readonly summary: string;
  readonly paper: { readonly title: string; readonly reference: string };
  readonly module: AnyModule;
  golden(params: Record<string, unknown>, inputs: AnyStreams): AnyStreams;
  stimulus(params: Record<string, unknown>): Stimulus<AnyStreams>;
  performance(params: Record<string, unknown>, inputs: AnyStreams): Performance;
  readonly configurations: readonly Record<string, unknown>[];
  readonly presets?: Readonly<Record<string, Preset<Record<string, unknown>>>>;
  readonly commands?: readonly string[];
  workload?(params: Record<string, unknown>, gemm: GemmWorkload): AnyMapped;
  attention?(params: Record<string, unknown>, attention: AttentionWorkload): AnyMapped;
  readonly cost?: UnitCost;
}

/** Parameters of a unit as a user gives them. */
export type ParamsOf<U extends AnyUnit> = z.input<U['module']['params']>;
/** What a unit's output streams yield. */
export type OutputsOf<U extends AnyUnit> = ReturnType<U['golden']>;
/** What a unit's input streams take. */
export type InputsOf<U extends AnyUnit> = Parameters<U['golden']>[1];
