// Parameters of the weight-stationary array and the latencies that follow from them.
// Invariant: weights lie still for a pass of `rows` steps of K; a group is a whole number of passes.

import { z } from 'zod';
import { arrayParams, cellParams, possibleElement } from '../array/params.ts';
import { multiplierFitsWeights, zeroPointIsCode } from '../params.ts';

const { addStages } = arrayParams.shape;

const rows = z
  .int()
  .min(2)
  .max(256)
  .default(8)
  .meta({ description: 'steps along K at a time; divides groupSize' });

/** What the columns need to know. */
export const columnParams = {
  rows,
  maxTokens: z.int().min(2).max(4096).default(64).meta({ description: 'most tokens of a tile' }),
  ...cellParams,
  dequantise: z.enum(['sums', 'weights']).default('sums').meta({
    description: "a group's sum, once; or, as a baseline, every weight when it is loaded, to FP16",
  }),
};

export const stationaryParams = z
  .object({
    columns: z.int().min(2).max(256).default(8).meta({ description: 'outputs at a time' }),
    ...columnParams,
    addStages,
  })
  .check(multiplierFitsWeights, zeroPointIsCode, possibleElement, ({ value: p, issues }) => {
    const fault = (path: string, message: string): void => {
      issues.push({ code: 'custom', continue: true, input: p, path: [path], message });
    };
    if (p.groupSize % p.rows !== 0)
      fault('rows', `rows must divide groupSize: ${p.groupSize} is not a multiple of ${p.rows}`);
    if (p.rows < p.addStages + 2)
      fault(
        'addStages',
        `a pass of ${p.rows} cycles is shorter than the accumulator's loop: at most ${p.rows - 2} stages`,
      );
    if (p.dequantise === 'weights' && (p.activation !== 'fp16' || p.accumulator !== 'fp32'))
      fault(
        'dequantise',
        'dequantised weights are FP16 and their sums FP32: use activation fp16, accumulator fp32',
      );
  });
export type StationaryParams = z.output<typeof stationaryParams>;
export type ColumnParams = Omit<StationaryParams, 'columns' | 'addStages'>;

/** The parameters of a column, out of those of an array. */
export const columnOnly = ({ columns: _, addStages: __, ...column }: StationaryParams): ColumnParams =>
  column;

/** Passes of a whole group. */
export const passesPerGroup = (p: ColumnParams): number => p.groupSize / p.rows;

/** Whether sums go on from pass to pass: those of a group, or without groups those of a whole tile. */
export const hasPartialSums = (p: ColumnParams): boolean =>
  p.dequantise === 'weights' || passesPerGroup(p) > 1;

/** Whether sums of activations are needed. */
export const hasActivationSums = (p: ColumnParams): boolean =>
  p.dequantise === 'sums' && p.zeroPoint !== 'none';

/** Registers between an activation and its result besides those of the skew. */
export const pipeline = (p: StationaryParams): number => (p.dequantise === 'weights' ? 4 : 6 + p.addStages);

/** Cycles from the transfer of a token in its last pass to that of its results. */
export const resultLatency = (p: StationaryParams): number => p.rows - 1 + (p.columns - 1) + pipeline(p);

/** Groups whose constants are held: from the first token of their last pass to the last one in the last column. */
export const heldGroups = (p: StationaryParams): number => Math.ceil(resultLatency(p) / p.rows) + 2;
