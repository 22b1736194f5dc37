// runWorkload: a GEMM through a unit, every output compared with the golden model bit by bit.
// Invariant: `results` comes from what the simulated hardware answered, never from the golden model.

import type { Mismatch } from './compare.ts';
import { openUnit, type WorkloadOptions } from './open-unit.ts';
import type { AnyUnit, GemmWorkload, OutputsOf, ParamsOf } from './unit.ts';

export type { WorkloadOptions } from './open-unit.ts';

/** What a workload gave and what it cost. */
export interface WorkloadReport<U extends AnyUnit> {
  readonly unit: string;
  /** After defaults. */
  readonly params: Record<string, unknown>;
  /** The simulators that really ran. */
  readonly backends: readonly string[];
  /** What the hardware answered. */
  readonly outputs: OutputsOf<U>;
  /** tokens x outputs, row by row, made from `outputs`. */
  readonly results: Float32Array;
  /** Output values (leaf by leaf) compared with the golden model. */
  readonly checks: number;
  /** The first few. */
  readonly mismatches: readonly Mismatch[];
  readonly mismatchCount: number;
  /** From the edge of the first input transfer to that of the last output transfer, both included. */
  readonly cycles: number;
  /** What `performance` says. */
  readonly predictedCycles: number;
  readonly macs: number;
  readonly macPerCycle: number;
  readonly seconds: number;
  /** The folder that holds the Verilog which was simulated. */
  readonly verilogDirectory: string | undefined;
}

/** Runs a GEMM on a unit. Throws when the unit has no workload mapping, cannot be built, or hangs. */
export async function runWorkload<U extends AnyUnit>(
  unit: U,
  params: ParamsOf<U>,
  gemm: GemmWorkload,
  options: WorkloadOptions = {},
): Promise<WorkloadReport<U>> {
  if (!unit.workload) throw new TypeError(`${unit.name} does not say how a GEMM maps on it`);
  checkShape(gemm);
  const started = performance.now();
  const open = await openUnit(unit, params, options);
  try {
    const mapped = unit.workload(open.params, gemm);
    const { outputs, ...report } = await open.run(mapped.inputs);
    return {
      unit: unit.name,
      params: open.params,
      backends: open.backends,
      outputs: outputs as OutputsOf<U>,
      results: mapped.results(outputs),
      ...report,
      macPerCycle: report.cycles === 0 ? 0 : report.macs / report.cycles,
      seconds: (performance.now() - started) / 1000,
      verilogDirectory: open.verilogDirectory,
    };
  } finally {
    open.close();
  }
}

function checkShape({ activations, weights, tokens, depth, outputs }: GemmWorkload): void {
  if (activations.length !== tokens * depth)
    throw new RangeError(`activations: ${activations.length} numbers for ${tokens} tokens x ${depth}`);
  if (weights.length !== outputs * depth)
    throw new RangeError(`weights: ${weights.length} numbers for ${outputs} outputs x ${depth}`);
}
