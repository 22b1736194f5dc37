// The attention of a model's layer as jobs of window attention, and the way back: numbers in, numbers out.
// Invariant: a job per key head, whose query heads share it position by position; rounding to the unit's format happens here
// and nowhere else. Positions (rotary ones, for instance) are in q and k already.

import {
  BF16,
  type FloatFormat,
  FP16,
  FP32,
  floatToNumber,
  numberToFloatRne,
  quantiseByteRows,
} from '@gatewright/golden';
import type { StreamOutputs } from '@gatewright/hdl-core';
import type { AttentionWorkload } from '@gatewright/sim/unit';
import type { WindowParams } from './params.ts';
import { byteRowsToWords, type WindowInputs, type WindowJob, windowInputs } from './transactions.ts';
import type { WindowAttention } from './window-attention.ts';

const FORMATS = { fp16: FP16, bf16: BF16, fp32: FP32 } as const;
export const formatOf = (p: Pick<WindowParams, 'dataType'>): FloatFormat => FORMATS[p.dataType];
export const sumFormatOf = (p: Pick<WindowParams, 'dataType' | 'accumulator'>): FloatFormat =>
  p.accumulator === 'same' ? formatOf(p) : FP32;

export interface MappedAttention {
  readonly inputs: WindowInputs;
  /** rows x (heads x headDim), from what the unit answered. */
  results(outputs: StreamOutputs<ReturnType<typeof WindowAttention.ports>>): Float32Array;
}

/**
 * What a unit with these parameters is fed with to attend over a sequence, and its answers as numbers: softmax over the
 * window of q k^T / sqrt(headDim), times v. Throws RangeError when the sizes do not fit.
 */
export function attentionWorkload(p: WindowParams, workload: AttentionWorkload): MappedAttention {
  const { q, k, v, rows, heads, keyHeads = heads } = workload;
  const { headDim } = p;
  const group = heads / keyHeads;
  if (!Number.isInteger(group) || group > 16)
    throw new RangeError(
      `attentionWorkload: ${heads} query heads cannot share ${keyHeads} key heads; 1 to 16 per key head`,
    );
  const check = (name: string, x: Float32Array, width: number): void => {
    if (x.length === rows * width * headDim) return;
    throw new RangeError(
      `attentionWorkload: ${name} has ${x.length} elements, not ${rows} rows x ${width} heads x ${headDim}`,
    );
  };
  check('q', q, heads);
  check('k', k, keyHeads);
  check('v', v, keyHeads);
  const f = formatOf(p);
  const pick = (x: Float32Array, width: number, first: number, count: number): number[] =>
    Array.from({ length: rows }, (_, row) => {
      const from = (row * width + first) * headDim;
      return [...x.subarray(from, from + count * headDim)];
    }).flat();
  const jobs = Array.from({ length: keyHeads }, (_, head): WindowJob => {
    const codes = scoredCodes(p, pick(q, heads, head * group, group), pick(k, keyHeads, head, 1));
    const values = pick(v, keyHeads, head, 1).map((x) => numberToFloatRne(f, x));
    const bound = p.maximum === 'bound' ? scoreBound(p, codes) : 0;
    return { rows, queries: group, ...codes, v: values, bound };
  });
  return {
    inputs: windowInputs(jobs),
    results({ out }) {
      const result = new Float32Array(q.length);
      // Head by head of the keys; in there row by row, and the group's heads beside each other.
      out.forEach(({ data }, n) => {
        const inRow = n % (group * headDim);
        const row = Math.floor(n / (group * headDim)) % rows;
        const head = Math.floor(n / (group * headDim * rows));
        result[(row * keyHeads + head) * group * headDim + inRow] = floatToNumber(f, Number(data));
      });
      return result;
    },
  };
}

/** Rows of queries and keys as the streams carry them: codes, or bytes behind a scale. */
export function scoredCodes(
  p: WindowParams,
  q: readonly number[],
  k: readonly number[],
): { readonly q: number[]; readonly k: number[] } {
  if (p.scores === 'int8')
    return {
      q: byteRowsToWords(quantiseByteRows(q, p.headDim, p.headDim ** -0.5), p.headDim),
      k: byteRowsToWords(quantiseByteRows(k, p.headDim), p.headDim),
    };
  const codes = (x: readonly number[]): number[] => x.map((e) => numberToFloatRne(formatOf(p), e));
  return { q: codes(q), k: codes(k) };
}

/** The least code of the sum's format that no q k / sqrt(headDim) exceeds, by Cauchy and Schwarz. */
export function scoreBound(
  p: WindowParams,
  codes: { readonly q: readonly number[]; readonly k: readonly number[] },
): number {
  const [f, sum] = [formatOf(p), sumFormatOf(p)];
  const longest = (rows: readonly number[]): number => {
    let most = 0;
    for (let from = 0; from < rows.length; from += p.headDim) {
      let square = 0;
      for (let h = 0; h < p.headDim; h++) square += floatToNumber(f, rows[from + h]!) ** 2;
      most = Math.max(most, square);
    }
    return Math.sqrt(most);
  };
  const bound = (longest(codes.q) * longest(codes.k)) / Math.sqrt(p.headDim);
  const code = numberToFloatRne(sum, bound);
  return floatToNumber(sum, code) < bound ? code + 1 : code;
}
