// Parameters of the systolic arrays and what follows from them: how columns share a unit, how far apart groups must end.
// Invariant: with columnsPerUnit 0 a unit serves as many columns as it can without a stall: at most floor(groupSize / rows).

import { type SInt, sint, type UInt, uint } from '@gatewright/hdl-core';
import { floatWidth } from '@gatewright/parts';
import { z } from 'zod';
import { activationFormat, floatPeParams, possibleFloat } from '../../mixpe-float/params.ts';
import {
  ACTIVATION_BITS,
  multiplierFitsWeights,
  peParams,
  zeroPointIsCode,
  zeroPointParams,
} from '../params.ts';

const { lanes: _, ...elementShape } = peParams.shape;

/** What the processing elements and the dequantisation need to know, whatever the array around them. */
export const elementParams = { ...elementShape, ...zeroPointParams };

/** What the cells of an array know: also of float activations, which are summed in the order of K. */
export const cellParams = {
  ...elementParams,
  activation: z
    .enum(['int8', 'fp16', 'bf16'])
    .default('int8')
    .meta({ description: 'format of the activations' }),
  accumulator: floatPeParams.shape.accumulator.meta({
    description:
      'sums of float products: rounded after every product, or exact fixed point; integers are exact',
  }),
};

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
    ...cellParams,
    columnsPerUnit: z
      .int()
      .min(0)
      .max(256)
      .default(0)
      .meta({ description: 'columns that share a dequantisation unit; 0: the most that cost no cycle' }),
    addStages,
  })
  .check(multiplierFitsWeights, zeroPointIsCode, possibleElement, ({ value: p, issues }) => {
    if (p.columnsPerUnit === 0 || p.columns % p.columnsPerUnit === 0) return;
    issues.push({
      code: 'custom',
      continue: true,
      input: p,
      path: ['columnsPerUnit'],
      message: `columnsPerUnit must divide columns: ${p.columns} is not a multiple of ${p.columnsPerUnit}`,
    });
  });

/** Combinations of formats and multipliers that there are. */
export function possibleElement({
  value: p,
  issues,
}: z.core.ParsePayload<{ activation: string; accumulator: string; multiplier: string }>): void {
  if (p.activation === 'int8') return;
  possibleFloat({ value: { ...p, product: 'mantissa', flushSubnormals: false }, issues });
  if (p.multiplier === 'and_shift' || p.multiplier === 'operator') return;
  issues.push({
    code: 'custom',
    continue: true,
    input: p,
    path: ['multiplier'],
    message: `${p.multiplier} is for int8 activations: use and_shift or operator`,
  });
}

export type ArrayParams = z.output<typeof arrayParams>;
type Cell = Omit<ArrayParams, 'rows' | 'columns' | 'columnsPerUnit' | 'addStages'>;
/** The parameters of an element: of INT8 activations unless it says otherwise. */
export type ElementParams = Omit<Cell, 'activation' | 'accumulator'> & Partial<Cell>;

/** The parameters of an element for INT8 activations, out of those of an array. */
export const elementOnly = (p: ElementParams) => ({
  weightBits: p.weightBits,
  weightSigned: p.weightSigned,
  groupSize: p.groupSize,
  multiplier: p.multiplier,
  zeroPoint: p.zeroPoint,
  zeroPointValue: p.zeroPointValue,
});
/** The parameters of a cell, out of those of an array. */
export const cellOnly = (p: Cell): Cell => ({
  ...elementOnly(p),
  activation: p.activation,
  accumulator: p.accumulator,
});

/** The type of an activation: an integer, or a float code. */
export const activationType = (p: Pick<ElementParams, 'activation'>): UInt | SInt =>
  isFloat(p) ? uint(floatWidth(activationFormat(p))) : sint(ACTIVATION_BITS);

/** Whether activations are floats, and sums in `accumulator`. */
export const isFloat = <P extends Pick<ElementParams, 'activation'>>(
  p: P,
): p is P & { activation: 'fp16' | 'bf16' } => p.activation === 'fp16' || p.activation === 'bf16';

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
