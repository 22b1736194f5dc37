// Online attention as a unit: golden model, stimulus, cycle law.
// The golden model is the row of `golden`; nothing here computes an expected value from the circuit.

import { BF16, FP16, FP32, numberToFloatRne, onlineAttentionRow } from '@gatewright/golden';
import type { StreamInputs } from '@gatewright/hdl-core';
import { defineUnit } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { randomNumbers } from '../window/stimulus.ts';
import { OnlineAttention } from './online.ts';
import { EXP_KIND, type StreamingParams } from './params.ts';

export type StreamingInputs = StreamInputs<ReturnType<typeof OnlineAttention.ports>>;
const FORMATS = { fp16: FP16, bf16: BF16 } as const;

/** Rows of so many keys: scores N(0, sigma), values N(0, 1). */
export function streamingInputs(
  p: StreamingParams,
  lengths: readonly number[],
  seed: number,
  sigma = 2,
): StreamingInputs {
  const { normal } = randomNumbers(seed);
  const score = lengths.flatMap((keys) =>
    Array.from({ length: keys }, (_, j) => ({
      data: numberToFloatRne(FP32, sigma * normal()),
      last: j === keys - 1,
    })),
  );
  const value = score.map(() =>
    Array.from({ length: p.valueDim }, () => numberToFloatRne(FORMATS[p.dataType], normal())),
  );
  return { score, value };
}

/** The rows of the streams. */
export function streamingRows(inputs: StreamingInputs): { scores: number[]; values: number[][] }[] {
  const rows: { scores: number[]; values: number[][] }[] = [];
  let open = { scores: [] as number[], values: [] as number[][] };
  inputs.score.forEach(({ data, last }, n) => {
    open.scores.push(Number(data));
    open.values.push(inputs.value[n]!.map(Number));
    if (!last) return;
    rows.push(open);
    open = { scores: [], values: [] };
  });
  return rows;
}

export const onlineAttention = defineUnit({
  name: 'online-attention',
  summary:
    'Streaming attention with an online softmax: a key per cycle, memory that does not grow with the row.',
  paper: {
    title: 'Implementing and Optimizing the Scaled Dot-Product Attention on Streaming Dataflow',
    reference: 'arXiv 2404.16629',
  },
  module: OnlineAttention,

  golden(p, inputs) {
    const out = streamingRows(inputs).map((row) =>
      onlineAttentionRow(EXP_KIND, FORMATS[p.dataType], row).map(BigInt),
    );
    return { out };
  },

  stimulus(p) {
    const { normal } = randomNumbers(3);
    const rising = Array.from({ length: 20 }, (_, j) => j / 2);
    const single = (scores: readonly number[]): StreamingInputs => ({
      score: scores.map((s, j) => ({ data: numberToFloatRne(FP32, s), last: j === scores.length - 1 })),
      value: scores.map(() =>
        Array.from({ length: p.valueDim }, () => numberToFloatRne(FORMATS[p.dataType], normal())),
      ),
    });
    return {
      directed: [
        { name: 'rows of one key', inputs: streamingInputs(p, [1, 1, 1], 1) },
        {
          name: 'rows of 1 to 20 keys',
          inputs: streamingInputs(
            p,
            Array.from({ length: 20 }, (_, n) => n + 1),
            2,
          ),
        },
        { name: 'scores that rise', inputs: single(rising) },
        { name: 'scores that fall', inputs: single([...rising].reverse()) },
        { name: 'huge scores', inputs: streamingInputs(p, [30, 30], 4, 1e4) },
        { name: 'a row of 1,000 keys', inputs: streamingInputs(p, [1000], 5) },
      ],
      random: fc
        .tuple(fc.nat(), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }))
        .map(([seed, lengths]) => streamingInputs(p, lengths, seed)),
    };
  },

  performance(p, inputs) {
    const keys = inputs.score.length;
    // Five registers behind the input: scanned, weighed, products, row, quotient.
    return { cycles: keys === 0 ? 0 : keys + 5, macs: keys * p.valueDim };
  },

  configurations: [{}, { valueDim: 2, dataType: 'bf16' }],
});
