// What can be measured of a point: the interface of a metric group.
// Invariant: a measurement works on any unit through its contract; it returns numbers for its own columns and throws when it
// cannot.

import type { Circuit, VerilogFile } from '@gatewright/hdl-core';
import type { AnyUnit, BackendName } from '@gatewright/sim';
import type { Sweep } from '../sweep/sweep-schema.ts';
import type { Workload } from '../workload/workload.ts';

/** A number per point. */
export interface Column {
  /** As expressions name it: `xcup.lut`. */
  readonly name: string;
  readonly unit: string;
  /** Which way is better, where that is plain. */
  readonly better?: 'less' | 'more';
  readonly description: string;
}

/** A point under measurement; what several measurements need is made once. */
export interface Subject {
  readonly unit: AnyUnit;
  /** After defaults. */
  readonly params: Record<string, unknown>;
  readonly workloads: readonly Workload[];
  readonly backend: BackendName;
  readonly seed: number;
  circuit(): Circuit;
  /** Milliseconds that `circuit` took. */
  elaborationMs(): number;
  verilog(): readonly VerilogFile[];
}

export interface Measurement {
  /** As in a sweep's `metrics`. */
  readonly name: string;
  readonly description: string;
  columns(sweep: Pick<Sweep, 'workloads'>): readonly Column[];
  measure(subject: Subject): Promise<Readonly<Record<string, number>>>;
}
