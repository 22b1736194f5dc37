// The attention arithmetics that the model can run with, by name.
// Invariant: the window ones are bit for bit the attention array of `golden`: rows rounded to its format, a job per head from
// the first key on, key j in slot j mod window.

import {
  type AttentionArrayConfig,
  attentionArray,
  BF16,
  FP16,
  FP32,
  floatToNumber,
  numberToFloatRne,
  windowSteps,
} from '@gatewright/golden';
import { type RunAttention, windowAttention } from './attention.ts';
import type { TinyLmConfig } from './config.ts';
import { suggestion } from './did-you-mean.ts';

export interface AttentionConfiguration {
  /** As typed on a command line. */
  readonly name: string;
  readonly summary: string;
  /** The golden model for a model of that shape. */
  run(config: TinyLmConfig): RunAttention;
}

type Arithmetic = Pick<AttentionArrayConfig, 'format' | 'sum' | 'lanes' | 'exp' | 'maximum'>;

const window = (name: string, summary: string, arithmetic: Arithmetic): AttentionConfiguration => ({
  name,
  summary,
  run: (config) => (_name, q, k, v) => arrayAttention({ ...arithmetic, division: 'exact' }, config, q, k, v),
});

export const ATTENTION_CONFIGURATIONS: readonly AttentionConfiguration[] = [
  {
    name: 'float',
    summary: 'FP32 with binary64 sums and softmax',
    run: (config) => (_name, q, k, v) => windowAttention(q, k, v, config),
  },
  window('window-fast', 'FP16, three partial sums, maximum subtracted', {
    ...{ format: FP16, sum: FP16, lanes: 3, exp: 'quadratic_4', maximum: 'online' },
  }),
  window(
    'window-sequential',
    'FP16, one sum, nothing subtracted: as published; scores of this model overflow to NaN',
    {
      ...{ format: FP16, sum: FP16, lanes: 1, exp: 'quadratic_4', maximum: 'none' },
    },
  ),
  window('window-fp32', 'FP16 with FP32 sums, maximum subtracted', {
    ...{ format: FP16, sum: FP32, lanes: 4, exp: 'quadratic_4', maximum: 'online' },
  }),
  window('window-bf16', 'BF16, three partial sums, maximum subtracted', {
    ...{ format: BF16, sum: BF16, lanes: 3, exp: 'linear_8', maximum: 'online' },
  }),
];

/** The attention of that name. Throws RangeError for an unknown one, with the nearest names. */
export function attentionConfiguration(name: string): AttentionConfiguration {
  const found = ATTENTION_CONFIGURATIONS.find((configuration) => configuration.name === name);
  if (found) return found;
  const names = ATTENTION_CONFIGURATIONS.map((configuration) => configuration.name);
  throw new RangeError(`no attention '${name}'; ${suggestion(name, names)}`);
}

function arrayAttention(
  arithmetic: Omit<AttentionArrayConfig, 'cores' | 'headDim'>,
  { dModel, heads, headDim, window: cores }: TinyLmConfig,
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
): Float32Array {
  const { format } = arithmetic;
  const [queries, keys] = [q.length / dModel, k.length / dModel];
  const steps = windowSteps(keys, cores, 0).map((step, i) => ({ ...step, query: i >= keys - queries }));
  const out = new Float32Array(q.length);
  for (let h = 0; h < heads; h++) {
    const codes = (rows: Float32Array): Float64Array =>
      Float64Array.from({ length: (rows.length / dModel) * headDim }, (_, i) =>
        numberToFloatRne(format, rows[Math.floor(i / headDim) * dModel + h * headDim + (i % headDim)]!),
      );
    const mixed = attentionArray({ ...arithmetic, cores, headDim }, steps, {
      ...{ q: codes(q), k: codes(k), v: codes(v) },
    });
    mixed.forEach((code, i) => {
      out[Math.floor(i / headDim) * dModel + h * headDim + (i % headDim)] = floatToNumber(format, code);
    });
  }
  return out;
}
