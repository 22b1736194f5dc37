// Window attention as a unit: golden model, stimulus, cycle law.
// The golden model is the attention array of `golden`; nothing here computes an expected value from the circuit.

import {
  type AttentionArrayConfig,
  type AttentionStep,
  attentionArray,
  FP32,
  windowSteps,
} from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import { AttentionCore } from './core.ts';
import { type ArrayParams, divideStages, expKind, RECIPROCAL, rowWords, timing } from './params.ts';
import { stimulus } from './stimulus.ts';
import { goldenRows, jobsOf } from './transactions.ts';
import { WindowAttention } from './window-attention.ts';
import { attentionWorkload, formatOf, sumFormatOf } from './workload.ts';

/** The golden model's view of the parameters. */
export function goldenConfig(p: ArrayParams): AttentionArrayConfig {
  const [format, sum] = [formatOf(p), sumFormatOf(p)];
  return {
    cores: p.window,
    headDim: p.headDim,
    format,
    sum,
    // An adder takes three cycles, or four in FP32; interleaved, that many partial sums go round in it.
    lanes: p.schedule === 'sequential' ? 1 : sum === FP32 ? 4 : 3,
    scores: p.scores,
    exp: expKind(p),
    maximum: p.maximum,
    division: p.division === 'restoring' ? 'exact' : RECIPROCAL,
  };
}

/** Cycles from the first transfer to the last one when steps follow each other without a stall. */
export function stepCycles(p: ArrayParams, steps: readonly AttentionStep[]): number {
  const t = timing(p);
  // A key row is complete after its transfers; a query passes a register more.
  let at = rowWords(p) + (steps[0]?.query ? 1 : 0);
  let lastQuery = -1;
  steps.forEach(({ query }, n) => {
    const long = query || steps[n - 1]?.query;
    at += long ? t.rowPeriod : t.loadPeriod;
    // Where the row begins to be weighed.
    if (query) lastQuery = at;
  });
  if (lastQuery < 0) return 0;
  const weighed = lastQuery + 1 + t.valueStart + t.interval * p.headDim;
  return weighed + t.toAdder + t.tree + divideStages(p) + 2 + 1;
}

export const windowAttention = defineUnit({
  name: 'window-attention',
  summary: 'Sliding-window attention by rows: one core per key, scores, weights and values fused.',
  paper: {
    title: 'SWAT: Scalable and Efficient Window Attention-based Transformers Acceleration on FPGAs',
    reference: 'arXiv 2405.17025',
  },
  module: WindowAttention,

  golden(p, inputs) {
    const config = goldenConfig(p);
    const out = jobsOf(p, inputs).flatMap((job) => {
      const steps = windowSteps(job.rows, p.window, p.lookAhead, job.queries);
      return attentionArray(config, steps, { ...goldenRows(p, job), bound: job.bound ?? 0 }).map(
        (code, n) => ({
          data: BigInt(code),
          last: n % p.headDim === p.headDim - 1,
        }),
      );
    });
    return { out };
  },

  stimulus,

  attention: attentionWorkload,

  performance(p, inputs) {
    const jobs = jobsOf(p, inputs);
    const steps = jobs.flatMap((job) => windowSteps(job.rows, p.window, p.lookAhead, job.queries));
    const queries = jobs.reduce((sum, job) => sum + job.rows * job.queries, 0);
    return { cycles: stepCycles(p, steps), macs: queries * 2 * p.window * p.headDim };
  },

  commands: ['job'],
  configurations: [
    { window: 64, headDim: 64 },
    { window: 8, headDim: 16, maximum: 'none', schedule: 'sequential' },
    { window: 6, headDim: 8, lookAhead: 2, maximum: 'none' },
  ],

  presets: {
    swat: {
      summary: 'the circuit of the paper, a row in 201 cycles',
      params: { window: 512, headDim: 64, dataType: 'fp16', schedule: 'sequential', maximum: 'none' },
    },
    fast: {
      summary: 'with the same multipliers, a row in 75 cycles',
      params: { window: 512, headDim: 64, dataType: 'fp16', schedule: 'interleaved', maximum: 'online' },
    },
  },

  cost: {
    clockMhz: 200,
    rows: [
      {
        label: 'core, FP16, one sum (the paper)',
        baseline: true,
        circuit: () => AttentionCore.elaborate({ schedule: 'sequential', maximum: 'none' }),
      },
      { label: 'core, FP16, interleaved', circuit: () => AttentionCore.elaborate({ maximum: 'none' }) },
      { label: 'core, FP16, interleaved, maximum', circuit: () => AttentionCore.elaborate() },
      {
        label: 'core, FP16 with FP32 sums, interleaved, maximum',
        circuit: () => AttentionCore.elaborate({ accumulator: 'fp32' }),
      },
      {
        label: '64 cores, FP16, one sum',
        baseline: true,
        macs: 128 / 3,
        keepHierarchy: true,
        circuit: () => WindowAttention.elaborate({ schedule: 'sequential', maximum: 'none' }),
      },
      {
        label: '64 cores, FP16, interleaved, maximum',
        macs: 128,
        keepHierarchy: true,
        circuit: () => WindowAttention.elaborate(),
      },
      {
        label: '512 cores, FP16, one sum (the paper)',
        baseline: true,
        macs: 1024 / 3,
        keepHierarchy: true,
        circuit: () => WindowAttention.elaborate({ window: 512, schedule: 'sequential', maximum: 'none' }),
      },
      {
        label: '512 cores, FP16, interleaved, maximum',
        macs: 1024,
        keepHierarchy: true,
        circuit: () => WindowAttention.elaborate({ window: 512 }),
      },
    ],
  },
});
