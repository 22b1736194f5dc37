// The cost table of whole arrays: of both dataflows, of INT8 and FP16, and with weights that are dequantised first.
// Invariant: all are made by the same generators, complete with skew, dequantisation and result queues, without zero points; every
// circuit goes through one flow. Weight-stationary ones hold 16 tokens.

import type { CostRow, UnitCost } from '@gatewright/sim/unit';
import { MixPeArray } from './array/array.ts';
import { MixPeStationary } from './stationary/array.ts';

const SIZES = [4, 8];
const format = { weightSigned: true, zeroPoint: 'none' } as const;
const INT8 = { weightBits: 8, multiplier: 'operator' } as const;
const FP16 = { activation: 'fp16' } as const;
const MAX_TOKENS = 16;

const label = (kind: string, size: number): string => `${size} x ${size}, ${kind}`;
const row = (kind: string, size: number, more: Pick<CostRow, 'circuit' | 'baseline'>): CostRow => ({
  label: label(kind, size),
  macs: size * size,
  keepHierarchy: true,
  ...more,
});
type Array = Parameters<typeof MixPeArray.elaborate>[0];
const outputStationary = (kind: string, params: Array, baseline?: boolean): CostRow[] =>
  SIZES.map((size) => {
    const circuit = () => MixPeArray.elaborate({ ...format, ...params, rows: size, columns: size });
    return row(kind, size, { circuit, baseline });
  });
type Stationary = Parameters<typeof MixPeStationary.elaborate>[0];
const weightStationary = (kind: string, params: Stationary, baseline?: boolean): CostRow[] =>
  SIZES.map((size) => {
    const shape = { rows: size, columns: size, maxTokens: MAX_TOKENS };
    const circuit = () => MixPeStationary.elaborate({ ...format, ...params, ...shape });
    return row(kind, size, { circuit, baseline });
  });

const KINDS = {
  w4a8: 'output-stationary, W4A8',
  int8: 'output-stationary, INT8 x INT8, `*`',
  w4a16: 'output-stationary, W4A16, FP32 sums',
  stationaryW4a8: 'weight-stationary, W4A8',
  stationaryW4a16: 'weight-stationary, W4A16, FP32 sums',
  first: 'weight-stationary, dequantised first, FP16 x FP16, FP32 sums',
};
const compare = (name: string, better: string, than: string) =>
  SIZES.map((size) => ({
    label: `${name}, ${size} x ${size}`,
    better: label(better, size),
    than: label(than, size),
  }));

export const arrayCost: UnitCost = {
  clockMhz: 25,
  rows: [
    ...outputStationary(KINDS.w4a8, {}),
    ...outputStationary(KINDS.int8, INT8, true),
    ...outputStationary(KINDS.w4a16, FP16),
    ...weightStationary(KINDS.stationaryW4a8, {}),
    ...weightStationary(KINDS.stationaryW4a16, FP16),
    ...weightStationary(KINDS.first, { ...FP16, dequantise: 'weights' }, true),
  ],
  comparisons: [
    ...compare('INT8 over W4A8', KINDS.w4a8, KINDS.int8),
    ...compare('dequantised first over W4A16', KINDS.stationaryW4a16, KINDS.first),
    ...compare('weight-stationary over output-stationary W4A8', KINDS.w4a8, KINDS.stationaryW4a8),
  ],
};
