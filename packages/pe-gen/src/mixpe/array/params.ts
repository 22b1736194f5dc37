// Parameters of the systolic arrays and what follows from them: how columns share a unit, how far apart groups must end.
// Invariant: with columnsPerUnit 0 a unit serves as many columns as it can without a stall: at most floor(groupSize / rows).

import { z } from 'zod';
import { multiplierFitsWeights, peParams, zeroPointIsCode, zeroPointParams } from '../params.ts';

const { lanes: _, ...elementShape } = peParams.shape;

/** What the processing elements and the dequantisation need to know, whatever the array around them. */
export const elementParams = { ...elementShape, ...zeroPointParams };

/** Register stages that the FP32 adders may have. */
const addStages = z
  .int()
  .min(0)
  .max(5)
  .default(2)
  .meta({ description: 'register stages in the FP32 adders' });

export const arrayParams = z
  .object({
    rows: z.int().min(2).max(256).default(8).meta({ description: 'tokens at a time' }),
    columns: z.int().min(2).max(256).default(8).meta({ description: 'outputs at a time' }),
    ...elementParams,
    columnsPerUnit: z
      .int()
      .min(0)
      .max(256)
      .default(0)
      .meta({ description: 'columns that share a dequantisation unit; 0: the most that cost no cycle' }),
    addStages,
  })
  .check(multiplierFitsWeights, zeroPointIsCode, ({ value: p, issues }) => {
    if (p.columnsPerUnit === 0 || p.columns % p.columnsPerUnit === 0) return;
    issues.push({
      code: 'custom',
      continue: true,
      input: p,
      path: ['columnsPerUnit'],
      message: `columnsPerUnit must divide columns: ${p.columns} is not a multiple of ${p.columnsPerUnit}`,
    });
  });

export type ElementParams = Omit<
  z.output<typeof arrayParams>,
  'rows' | 'columns' | 'columnsPerUnit' | 'addStages'
>;
export type ArrayParams = z.output<typeof arrayParams>;

/** The parameters of an element, out of those of an array. */
export const elementOnly = (p: ElementParams): ElementParams => ({
  weightBits: p.weightBits,
  weightSigned: p.weightSigned,
  groupSize: p.groupSize,
  multiplier: p.multiplier,
  zeroPoint: p.zeroPoint,
  zeroPointValue: p.zeroPointValue,
});

/** Columns that share a dequantisation unit. */
export function columnsPerUnit(p: ArrayParams): number {
  if (p.columnsPerUnit > 0) return p.columnsPerUnit;
  const most = Math.max(1, Math.min(p.columns, Math.floor(p.groupSize / p.rows)));
  for (let d = most; d > 1; d--) if (p.columns % d === 0) return d;
  return 1;
}

/** Dequantisation units of an array. */
export const unitCount = (p: ArrayParams): number => p.columns / columnsPerUnit(p);

/** Cycles in which a unit takes the sums of a group: one per row of each of its columns. */
export const drainCycles = (p: ArrayParams): number => p.rows * columnsPerUnit(p);

/** Cycles from the end of a group to the end of the next one, at least: the drain, or the way round the accumulator. */
export const groupInterval = (p: ArrayParams): number => Math.max(drainCycles(p), p.addStages + 2);
