// Jobs of window attention as its streams carry them, and back.
// Invariant: rows are row-major; query rows of a position stand beside each other, head by head.

import type { StreamInputs } from '@gatewright/hdl-core';
import type { WindowAttention } from './window-attention.ts';

export type WindowInputs = StreamInputs<ReturnType<typeof WindowAttention.ports>>;

/** One sequence of one key head, as codes. */
export interface WindowJob {
  readonly rows: number;
  /** Query heads that share the key head. */
  readonly queries: number;
  /** rows x queries x headDim. */
  readonly q: readonly number[];
  /** rows x headDim. */
  readonly k: readonly number[];
  readonly v: readonly number[];
  /** What scores are lowered by, a code of the sum's format; 0 without `bound`. */
  readonly bound?: number;
}

/** The streams of jobs one after the other. */
export function windowInputs(jobs: readonly WindowJob[]): WindowInputs {
  return {
    job: jobs.map(({ rows, queries, bound = 0 }) => ({ last_row: rows - 1, last_query: queries - 1, bound })),
    q: jobs.flatMap((job) => job.q),
    k: jobs.flatMap((job) => job.k),
    v: jobs.flatMap((job) => job.v),
  };
}

/** The jobs of streams. */
export function jobsOf(headDim: number, inputs: WindowInputs): WindowJob[] {
  let [q, k] = [0, 0];
  return inputs.job.map(({ last_row, last_query, bound }) => {
    const [rows, queries] = [Number(last_row) + 1, Number(last_query) + 1];
    const [fromQ, fromK] = [q, k];
    q += rows * queries * headDim;
    k += rows * headDim;
    return {
      rows,
      queries,
      q: inputs.q.slice(fromQ, q).map(Number),
      k: inputs.k.slice(fromK, k).map(Number),
      v: inputs.v.slice(fromK, k).map(Number),
      bound: Number(bound),
    };
  });
}
