// Parameters of the weight-stationary array and the latencies that follow from them.
// Invariant: weights lie still for a pass of `rows` steps of K; a group is a whole number of passes.

import { z } from 'zod';
import { arrayParams, elementParams } from '../array/params.ts';
import { multiplierFitsWeights, zeroPointIsCode } from '../params.ts';

const { addStages } = arrayParams.shape;

export const stationaryParams = z
  .object({
    rows: z
      .int()
      .min(2)
      .max(256)
      .default(8)
      .meta({ description: 'steps along K at a time; divides groupSize' }),
    columns: z.int().min(2).max(256).default(8).meta({ description: 'outputs at a time' }),
    maxTokens: z.int().min(2).max(4096).default(64).meta({ description: 'most tokens of a tile' }),
    ...elementParams,
    addStages,
  })
  .check(multiplierFitsWeights, zeroPointIsCode, ({ value: p, issues }) => {
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
  });
export type StationaryParams = z.output<typeof stationaryParams>;

/** Passes of a whole group. */
export const passesPerGroup = (p: StationaryParams): number => p.groupSize / p.rows;

/** Registers between an activation and its result besides those of the skew. */
export const pipeline = (p: StationaryParams): number => 7 + p.addStages;

/** Cycles from the transfer of a token in its last pass to that of its results. */
export const resultLatency = (p: StationaryParams): number => p.rows - 1 + (p.columns - 1) + pipeline(p);

/** Groups whose constants are held: from the first token of their last pass to the last one in the last column. */
export const heldGroups = (p: StationaryParams): number => Math.ceil(resultLatency(p) / p.rows) + 2;
