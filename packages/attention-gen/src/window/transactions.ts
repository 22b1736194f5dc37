// Jobs of window attention as its streams carry them, and back.
// Invariant: rows are row-major; query rows of a position stand beside each other, head by head.

import type { AttentionRows, ByteRows } from '@gatewright/golden';
import type { StreamInputs } from '@gatewright/hdl-core';
import { rowWords } from './params.ts';
import type { WindowAttention } from './window-attention.ts';

export type WindowInputs = StreamInputs<ReturnType<typeof WindowAttention.ports>>;

/** One sequence of one key head, as codes. */
export interface WindowJob {
  readonly rows: number;
  /** Query heads that share the key head. */
  readonly queries: number;
  /** rows x queries x rowWords: headDim elements, after the four bytes of the row's scale with scores of bytes. */
  readonly q: readonly number[];
  /** rows x rowWords. */
  readonly k: readonly number[];
  /** rows x headDim. */
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
export function jobsOf(
  p: { readonly headDim: number; readonly scores: 'float' | 'int8' },
  inputs: WindowInputs,
): WindowJob[] {
  let [q, k, v] = [0, 0, 0];
  const words = rowWords(p);
  return inputs.job.map(({ last_row, last_query, bound }) => {
    const [rows, queries] = [Number(last_row) + 1, Number(last_query) + 1];
    const [fromQ, fromK, fromV] = [q, k, v];
    q += rows * queries * words;
    k += rows * words;
    v += rows * p.headDim;
    return {
      rows,
      queries,
      q: inputs.q.slice(fromQ, q).map(Number),
      k: inputs.k.slice(fromK, k).map(Number),
      v: inputs.v.slice(fromV, v).map(Number),
      bound: Number(bound),
    };
  });
}

/** Rows of bytes as a stream carries them: the scale's bytes, lowest first, then the integers, in two's complement. */
export function byteRowsToWords(rows: ByteRows, headDim: number): number[] {
  return rows.scales.flatMap((scale, n) => [
    ...[0, 8, 16, 24].map((shift) => (scale >>> shift) & 255),
    ...rows.integers.slice(n * headDim, (n + 1) * headDim).map((x) => x & 255),
  ]);
}

/** And back. */
export function wordsToByteRows(words: readonly number[], headDim: number): ByteRows {
  const [integers, scales]: [number[], number[]] = [[], []];
  for (let at = 0; at < words.length; at += headDim + 4) {
    scales.push(words.slice(at, at + 4).reduceRight((sum, byte) => sum * 256 + byte, 0));
    for (const x of words.slice(at + 4, at + 4 + headDim)) integers.push(x < 128 ? x : x - 256);
  }
  return { integers, scales };
}

/** What the golden model takes for rows of q and k as streams carry them. */
export function goldenRows(
  p: { readonly headDim: number; readonly scores: 'float' | 'int8' },
  { q, k, v }: Pick<WindowJob, 'q' | 'k' | 'v'>,
): AttentionRows {
  if (p.scores === 'float') return { q, k, v };
  const [queries, keys] = [wordsToByteRows(q, p.headDim), wordsToByteRows(k, p.headDim)];
  return { q: queries.integers, k: keys.integers, v, qScale: queries.scales, kScale: keys.scales };
}
