// The attention array as a unit of its own: any mask whose rows fit the cores, as a list of steps.
// Windows with global keys, dilated windows and BigBird's blocks are schedules, not circuits: what a slot holds is said step
// by step, and a key that counts twice stands in two slots.

import {
  type AttentionMask,
  attentionArray,
  bigBirdMask,
  causalWindowMask,
  denseMask,
  dilatedMask,
  longformerMask,
  maskSteps,
  windowMask,
} from '@gatewright/golden';
import type { StreamInputs } from '@gatewright/hdl-core';
import { type DirectedScenario, defineUnit } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { AttentionArray } from './array.ts';
import { type ArrayParams, rowWords } from './params.ts';
import { makeJob } from './stimulus.ts';
import { goldenRows } from './transactions.ts';
import { goldenConfig, stepCycles } from './unit.ts';

type ArrayInputs = StreamInputs<ReturnType<typeof AttentionArray.ports>>;

/** The streams that run a mask over random rows, N(0, 1). `queries` leaves some queries out. */
export function maskInputs(
  p: ArrayParams,
  mask: AttentionMask,
  rows: number,
  seed: number,
  queries?: readonly number[],
): ArrayInputs {
  const { steps, keys, queries: asked } = maskSteps(mask, rows, p.window, queries);
  const { q, k, v } = makeJob({ ...p, lookAhead: 0 }, seed, { rows });
  const pick = (from: readonly number[], order: readonly number[], words = rowWords(p)): number[] =>
    order.flatMap((row) => from.slice(row * words, (row + 1) * words));
  return {
    step: steps.map((s) => ({ ...s, bound: 0 })),
    q: pick(q, asked),
    k: pick(k, keys),
    v: pick(v, keys, p.headDim),
  };
}

const joined = (parts: readonly ArrayInputs[]): ArrayInputs => ({
  step: parts.flatMap((x) => x.step),
  q: parts.flatMap((x) => x.q),
  k: parts.flatMap((x) => x.k),
  v: parts.flatMap((x) => x.v),
});

/** Masks that fit `cores` slots. */
function masks(cores: number): [name: string, mask: AttentionMask, rows: number][] {
  const each = Math.floor((cores - 3) / 2);
  const random = [[3], [1], [5], [2]];
  return [
    ['causal window', causalWindowMask(cores), cores + 5],
    ['two-sided window', windowMask(each, each), cores + 3],
    ['Longformer with two global tokens', longformerMask(Math.max(1, each - 1), [0, 5]), cores],
    ['dilated window', dilatedMask(each, 3), cores + 7],
    ['dense', denseMask, cores],
    ...(cores >= 12
      ? ([['BigBird, a block counted twice', bigBirdMask({ block: 2, random }), 12]] as [
          string,
          AttentionMask,
          number,
        ][])
      : []),
  ];
}

export const attentionArrayUnit = defineUnit({
  name: 'attention-array',
  summary: 'The cores of window attention under steps of your own: any mask whose rows fit the cores.',
  paper: {
    title: 'SWAT: Scalable and Efficient Window Attention-based Transformers Acceleration on FPGAs',
    reference: 'arXiv 2405.17025',
  },
  module: AttentionArray,

  golden(p, inputs) {
    const steps = inputs.step.map((s) => ({ ...s, slot: Number(s.slot) }));
    const rows = { q: inputs.q.map(Number), k: inputs.k.map(Number), v: inputs.v.map(Number) };
    const bound = Number(inputs.step[0]?.bound ?? 0);
    const out = attentionArray(goldenConfig(p), steps, { ...goldenRows(p, rows), bound }).map((code, n) => ({
      data: BigInt(code),
      last: n % p.headDim === p.headDim - 1,
    }));
    return { out };
  },

  stimulus(p) {
    const directed: DirectedScenario<ArrayInputs>[] = masks(p.window).map(([name, mask, rows], n) => ({
      name,
      inputs: maskInputs(p, mask, rows, n + 1),
    }));
    const every = Array.from({ length: Math.min(7, p.window) }, (_, n) => n + 1);
    directed.push({
      name: 'every mask at every short length, back to back',
      inputs: joined(
        every.flatMap((rows) =>
          masks(p.window)
            .filter(([name]) => !name.startsWith('BigBird'))
            .map(([, mask], n) => maskInputs(p, mask, rows, 10 * rows + n)),
        ),
      ),
    });
    const random = fc
      .tuple(
        fc.nat(),
        fc.array(fc.uniqueArray(fc.nat({ max: 9 }), { minLength: 1, maxLength: Math.min(10, p.window) }), {
          minLength: 1,
          maxLength: 8,
        }),
      )
      .map(([seed, rows]) => {
        const order = rows.map((_, i) => i);
        return maskInputs(p, (i) => [...rows[i]!].sort((a, b) => a - b), 10, seed, order);
      });
    return { directed, random };
  },

  performance(p, inputs) {
    const steps = inputs.step.map((s) => ({ ...s, slot: Number(s.slot) }));
    const queries = steps.filter((s) => s.query).length;
    return { cycles: stepCycles(p, steps), macs: queries * 2 * p.window * p.headDim };
  },

  configurations: [
    { window: 12, headDim: 8 },
    { window: 7, headDim: 8, maximum: 'none', schedule: 'sequential' },
  ],
});
