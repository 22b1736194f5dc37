// One point measured: the worker's inner step.
// Invariant: never throws for a fault of the point: that is a row with its error, beside what was measured before it.

import { parseParams } from '@gatewright/hdl-core';
import type { AnyUnit } from '@gatewright/sim';
import type { Row } from '../results/row.ts';
import { loadWorkload, type Workload, type WorkloadSources } from '../workload/workload.ts';
import type { Subject } from './measurement.ts';
import { measurementNamed } from './measurements.ts';
import type { Plan } from './plan.ts';

/** A point to be measured, with its identity. */
export interface Job {
  readonly key: string;
  readonly unit: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a process that measures must be able to reach. */
export interface Bench extends WorkloadSources {
  readonly units: readonly AnyUnit[];
}

/** Measures points by one plan; the workloads are made when the first point needs them. */
export function pointMeasurer(plan: Plan, bench: Bench): (job: Job) => Promise<Row> {
  let workloads: readonly Workload[] | undefined;
  const load = (): readonly Workload[] => {
    workloads ??= plan.workloads.map((spec, i) => loadWorkload(spec, `workloads[${i}]`, plan.folder, bench));
    return workloads;
  };
  return async ({ key, unit: name, params }) => {
    const started = performance.now();
    const measured: Record<string, number> = {};
    let error: Row['error'];
    let metric = 'design';
    try {
      const unit = bench.units.find((u) => u.name === name);
      if (!unit) throw new Error(`this process has no unit '${name}'`);
      const subject = subjectOf(unit, params, plan, load);
      for (metric of plan.metrics) Object.assign(measured, await measurementNamed(metric)!.measure(subject));
    } catch (cause) {
      error = { metric, message: cause instanceof Error ? cause.message : String(cause) };
    }
    const seconds = Number(((performance.now() - started) / 1000).toFixed(4));
    return { key, unit: name, params: { ...params }, measured, ...(error && { error }), seconds };
  };
}

function subjectOf(
  unit: AnyUnit,
  given: Readonly<Record<string, unknown>>,
  plan: Plan,
  load: () => readonly Workload[],
): Subject {
  const params = parseParams(unit.module, given);
  let made: { circuit: ReturnType<AnyUnit['module']['elaborate']>; ms: number } | undefined;
  const make = () => {
    if (made) return made;
    const started = performance.now();
    const circuit = unit.module.elaborate(params);
    made = { circuit, ms: performance.now() - started };
    return made;
  };
  return {
    ...{ unit, params, backend: plan.backend, seed: plan.seed },
    get workloads() {
      return load();
    },
    circuit: () => make().circuit,
    elaborationMs: () => make().ms,
    verilog: () => make().circuit.verilog({ locations: false }),
  };
}
