// Parameters of the attention array, and the formats, latencies and periods that follow from them.
// Invariant: every number of cycles in the circuit comes from `timing`; the circuit measures itself against it in the tests.

import {
  BF16,
  EXP_KINDS,
  type ExpKind,
  type FloatFormat,
  FP16,
  FP32,
  floatBias,
  floatWidth,
} from '@gatewright/parts';
import { z } from 'zod';

const FORMATS = { fp16: FP16, bf16: BF16, fp32: FP32 } as const;

/** What a core and everything that keeps it busy must know. */
export const coreParams = z.object({
  headDim: z.int().min(4).max(256).default(64).meta({ description: 'elements of a row of q, k, v and o' }),
  dataType: z.enum(['fp16', 'bf16', 'fp32']).default('fp16').meta({ description: 'format of q, k, v and o' }),
  accumulator: z
    .enum(['same', 'fp32'])
    .default('same')
    .meta({ description: 'format of products, scores and sums; products are exact in fp32' }),
  schedule: z
    .enum(['interleaved', 'sequential'])
    .default('interleaved')
    .meta({ description: 'an element per cycle into partial sums, or one sum that waits for its adder' }),
  scores: z
    .enum(['float', 'int8'])
    .default('float')
    .meta({ description: 'q and k: floats, or bytes with an FP32 scale per row' }),
  maximum: z.enum(['none', 'bound', 'online']).default('online').meta({
    description:
      "subtracted from scores: nothing (FP16 overflows from a score of 11.1: rows become NaN), a constant of the job, or the row's maximum",
  }),
  exp: z
    .enum(['auto', ...EXP_KINDS])
    .default('auto')
    .meta({ description: 'table of the exponential; auto is the 1-ulp one of the data type' }),
});

export const arrayParams = z
  .object({
    window: z.int().min(2).max(1024).default(64).meta({ description: 'cores: keys that a query can see' }),
    ...coreParams.shape,
    division: z
      .enum(['restoring', 'reciprocal'])
      .default('restoring')
      .meta({ description: 'correctly rounded, or by a table of reciprocals' }),
  })
  .check(({ value: p, issues }) => {
    if (p.scores === 'float') return;
    const refuse = (path: string, message: string): void => {
      issues.push({ code: 'custom', continue: true, input: p, path: [path], message });
    };
    if (p.accumulator !== 'fp32')
      refuse('accumulator', 'scores of bytes are FP32 numbers; take accumulator fp32');
    if (p.schedule !== 'interleaved')
      refuse('schedule', 'sums of bytes never wait; take schedule interleaved');
    if (p.maximum === 'bound')
      refuse('maximum', 'scores of bytes start from zero; take maximum online or none');
  })
  .check(({ value: p, issues }) => {
    if (p.dataType !== 'fp32' || p.division === 'restoring') return;
    issues.push({
      code: 'custom',
      continue: true,
      input: p,
      path: ['division'],
      message: 'the table of reciprocals is for 16-bit outputs; take restoring for fp32',
    });
  });

export const windowParams = z
  .object({
    ...arrayParams.shape,
    lookAhead: z.int().min(0).max(1023).default(0).meta({ description: 'keys after the query that it sees' }),
  })
  .check(({ value: p, issues }) => {
    if (p.lookAhead < p.window) return;
    issues.push({
      code: 'custom',
      continue: true,
      input: p,
      path: ['lookAhead'],
      message: `lookAhead is part of the window: it must be less than ${p.window}`,
    });
  });

export type CoreParams = z.output<typeof coreParams>;
export type ArrayParams = z.output<typeof arrayParams>;
export type WindowParams = z.output<typeof windowParams>;

/** The parameters of a core, out of those of an array. */
export const coreOf = ({
  headDim,
  dataType,
  accumulator,
  schedule,
  scores,
  maximum,
  exp,
}: CoreParams): CoreParams => ({
  headDim,
  dataType,
  accumulator,
  schedule,
  scores,
  maximum,
  exp,
});
/** The parameters of an array, out of those of a unit around it. */
export const arrayOf = (p: ArrayParams): ArrayParams => ({
  window: p.window,
  ...coreOf(p),
  division: p.division,
});

/** Format of q, k, v, weights and outputs. */
export const dataFormat = (p: CoreParams): FloatFormat => FORMATS[p.dataType];
/** Format of products, scores and sums. */
export const sumFormat = (p: CoreParams): FloatFormat => (p.accumulator === 'fp32' ? FP32 : dataFormat(p));
export const dataBits = (p: CoreParams): number => floatWidth(dataFormat(p));
/** Elements of q and k, and what stands in front of a row of them: the bytes of its scale. */
export const queryBits = (p: CoreParams): number => (p.scores === 'int8' ? 8 : dataBits(p));
export const headerOf = (p: Pick<CoreParams, 'scores'>): number => (p.scores === 'int8' ? 4 : 0);
/** Elements of a row of q or k as its stream carries it. */
export const rowWords = (p: Pick<CoreParams, 'scores' | 'headDim'>): number => p.headDim + headerOf(p);
export const sumBits = (p: CoreParams): number => floatWidth(sumFormat(p));
export const expKind = (p: CoreParams): ExpKind =>
  p.exp === 'auto'
    ? ({ fp16: 'quadratic_4', bf16: 'linear_8', fp32: 'cubic_8' } as const)[p.dataType]
    : p.exp;

const signCode = (f: FloatFormat): bigint => 1n << BigInt(floatWidth(f) - 1);
/** Codes of one, of infinity, of NaN, and of -0, which added to anything leaves it as it is. */
export const oneCode = (f: FloatFormat): bigint => BigInt(floatBias(f)) << BigInt(f.mantissaBits);
export const infinityCode = (f: FloatFormat, negative = false): bigint =>
  (((1n << BigInt(f.exponentBits)) - 1n) << BigInt(f.mantissaBits)) + (negative ? signCode(f) : 0n);
export const nanCode = (f: FloatFormat): bigint => infinityCode(f) + (1n << BigInt(f.mantissaBits - 1));
export const minusZeroCode = signCode;

/** Code of headDim^-1/2 to the nearest. */
export function scaleCode(p: CoreParams): bigint {
  const f = dataFormat(p);
  const scale = p.headDim ** -0.5;
  const exponent = Math.floor(Math.log2(scale));
  const mantissa = Math.round((scale / 2 ** exponent - 1) * 2 ** f.mantissaBits);
  return (BigInt(exponent + floatBias(f)) << BigInt(f.mantissaBits)) + BigInt(mantissa);
}

/** Segments and fraction bits of the table of reciprocals. */
export const RECIPROCAL = { segmentBits: 6, fractionBits: 16 } as const;

/** Register stages of a multiplier, an exponential unit, the divider; an adder has `addStages`. */
export const MULTIPLY_STAGES = 2;
export const EXP_STAGES = 4;
/** Of the conversion of a sum of bytes. */
export const CONVERT_STAGES = 1;
export const divideStages = (p: ArrayParams): number => (p.division === 'restoring' ? 8 : 5);
const addStages = (p: CoreParams): number => (sumFormat(p) === FP32 ? 4 : 3);

/** Rows of outputs that wait for the consumer, at most, with those on their way. */
export const OUTPUT_ROWS = 4;

export interface Timing {
  readonly addStages: number;
  /** Cycles per element of a row: 1, or as many as an adder needs. */
  readonly interval: number;
  /** Partial sums of a score. */
  readonly lanes: number;
  /** When partial sums wait and when two are added, in cycles after the last product has entered the adder. */
  readonly combine: {
    readonly keep: readonly number[];
    readonly add: readonly number[];
    readonly done: number;
  };
  /** From the cycle in which an element is addressed to that in which its product enters the adder. */
  readonly toAdder: number;
  /** Cycles from the scores to their maximum; 0 without one. */
  readonly maximum: number;
  /** Phase of a row period in which the values of the row before begin to be read. */
  readonly valueStart: number;
  /** From the terms of all cores to their sum. */
  readonly tree: number;
  /** Cycles from one query row to the next. */
  readonly rowPeriod: number;
  /** Cycles of a step that only loads a key, when no query is on its way. */
  readonly loadPeriod: number;
}

const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

export function timing(p: CoreParams & { readonly window: number }): Timing {
  const add = addStages(p);
  const sequential = p.schedule === 'sequential';
  const interval = sequential ? add : 1;
  const bytes = p.scores === 'int8';
  const lanes = sequential || bytes ? 1 : add;
  const toAdder = 1 + MULTIPLY_STAGES;
  // A sum of bytes is converted and scaled.
  const combine = bytes
    ? { keep: [], add: [], done: 1 + CONVERT_STAGES + MULTIPLY_STAGES }
    : combineSchedule(lanes, add);
  // The score is in its register when the last product has been added and the partial sums combined.
  const scoreReady = interval * (p.headDim - 1) + toAdder + combine.done + 1;
  const levels = Math.ceil(Math.log2(p.window));
  const maximum = p.maximum === 'online' ? levels + add : 0;
  const valueStart = roundUp(maximum + EXP_STAGES, interval);
  // The sequential row keeps the published slack of 9 cycles (8 with the slower adder of FP32).
  const sequentialPeriod = interval * p.headDim + (add === 3 ? 9 : 8);
  const rowPeriod = roundUp(
    Math.max(sequential ? sequentialPeriod : scoreReady, valueStart + 1, rowWords(p) + 4),
    interval,
  );
  return {
    addStages: add,
    interval,
    lanes,
    combine,
    toAdder,
    maximum,
    valueStart,
    tree: sequential ? Math.ceil(levels / 2) * 3 * interval : levels * add,
    rowPeriod,
    loadPeriod: roundUp(Math.max(rowWords(p) + 2, valueStart + 1), interval),
  };
}

/** Partial sums leave the adder one per cycle; each meets the one that waits, or waits. */
function combineSchedule(lanes: number, add: number): Timing['combine'] {
  const arrivals = Array.from({ length: lanes }, (_, k) => add - lanes + 1 + k);
  const keep: number[] = [];
  const adds: number[] = [];
  let waiting = false;
  let done = arrivals[0]!;
  while (arrivals.length > 0) {
    done = arrivals.shift()!;
    if (waiting) {
      adds.push(done);
      arrivals.push(done + add);
    } else if (arrivals.length > 0) keep.push(done);
    waiting = !waiting;
  }
  return { keep, add: adds, done };
}
