// What is measured of every point of a sweep, and the identity that this gives to the points.
// Invariant: two points have one key exactly when the same code measures the same things of the same unit and parameters.

import { createHash } from 'node:crypto';
import { canonicalJson } from '@gatewright/hdl-core';
import type { BackendName } from '@gatewright/sim';
import { z } from 'zod';
import type { Point } from '../sweep/space.ts';
import { type Sweep, type WorkloadSpec, workloadSchema } from '../sweep/sweep-schema.ts';
import { workloadDigest } from '../workload/workload.ts';

/** Plain data: it is sent to the processes that measure. */
export interface Plan {
  readonly metrics: readonly string[];
  readonly workloads: readonly WorkloadSpec[];
  readonly backend: BackendName;
  readonly seed: number;
  /** Where the sweep file is: tensor files are found from there. */
  readonly folder: string;
}

export const planSchema = z.strictObject({
  metrics: z.array(z.string()).readonly(),
  workloads: z.array(workloadSchema).readonly(),
  backend: z.enum(['native', 'verilator', 'both']),
  seed: z.number(),
  folder: z.string(),
});

export function planOf(
  sweep: Pick<Sweep, 'metrics' | 'workloads'>,
  { backend = 'native', seed = 1, folder }: { backend?: BackendName; seed?: number; folder: string },
): Plan {
  return { metrics: [...new Set(sweep.metrics)], workloads: sweep.workloads, backend, seed, folder };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Gives points their keys. `fingerprint` stands for the code: results of other code are not taken for these. */
export function keyMaker(plan: Plan, fingerprint: string): (point: Point) => string {
  const { folder, ...measured } = plan;
  const files = plan.workloads.map((w, i) => workloadDigest(w, `workloads[${i}]`, folder) ?? '');
  const setting = hash(canonicalJson({ ...measured, files, fingerprint } as never));
  return ({ unit, params }) => hash(`${setting} ${unit} ${canonicalJson(params as never)}`);
}
