// The columns of a sweep: what its metrics give, and what it derives from them.
// Invariant: in the order of the sweep file; names are unique.

import type { Sweep } from '../sweep/sweep-schema.ts';
import type { Column } from './measurement.ts';
import { measurementNamed } from './measurements.ts';

export function columnsOfSweep(sweep: Pick<Sweep, 'workloads' | 'metrics' | 'derived'>): Column[] {
  const measured = [...new Set(sweep.metrics)].flatMap(
    (name) => measurementNamed(name)?.columns(sweep) ?? [],
  );
  const derived = Object.entries(sweep.derived).map(([name, text]) => ({
    ...{ name, unit: '', description: text },
  }));
  return [...measured, ...derived];
}
