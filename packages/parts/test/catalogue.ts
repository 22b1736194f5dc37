// Every part with the configurations that are printed as reviewed text, linted, and priced in docs/parts.md.

import type { ModuleDefinition } from '@gatewright/hdl-core';
import * as parts from '../src/index.ts';

export interface CatalogueEntry {
  /** The group in the table. */
  readonly group: string;
  /** What a reader calls this configuration. */
  readonly label: string;
  readonly module: ModuleDefinition;
  readonly params: Record<string, unknown>;
  /** Kept as reviewed Verilog under this file name. */
  readonly verilog?: string;
  /** So large that mapping it to gates and cells takes more than a quarter of an hour: it has figures of FPGAs only. */
  readonly large: boolean;
}

type Row = readonly [label: string, params: object, verilog?: string];
/** Large entries. */
const LARGE = ['FloatExp, FP32, cubic, 8 segments'];

function group(name: string, module: unknown, rows: readonly Row[]): CatalogueEntry[] {
  return rows.map(([label, params, verilog]) => ({
    group: name,
    label,
    module: module as ModuleDefinition,
    params: { ...params },
    ...(verilog ? { verilog } : {}),
    large: LARGE.includes(`${name}, ${label}`),
  }));
}

const { FP16, BF16, FP32, FP8_E4M3, FP8_E5M2, FP4_E2M1 } = parts;
const sum = (f: parts.FloatFormat) => ({
  sumExponentBits: f.exponentBits,
  sumMantissaBits: f.mantissaBits,
  ...(f.nonFinite ? { sumNonFinite: f.nonFinite } : { sumNonFinite: 'ieee' }),
});
const to = (f: parts.FloatFormat) => ({
  toExponentBits: f.exponentBits,
  toMantissaBits: f.mantissaBits,
  ...(f.nonFinite ? { toNonFinite: f.nonFinite } : { toNonFinite: 'ieee' }),
});
/** The format of a result that always has infinities. */
const toIeee = (f: parts.FloatFormat) => ({ toExponentBits: f.exponentBits, toMantissaBits: f.mantissaBits });
const flush = { flushSubnormals: true };

export const catalogue: readonly CatalogueEntry[] = [
  ...group('FloatAdd', parts.FloatAdd, [
    ['FP8 E4M3', FP8_E4M3, 'FloatAdd_e4m3'],
    ['FP16', FP16],
    ['FP16, flush to zero', { ...FP16, ...flush }],
    ['BF16', BF16],
    ['FP32', FP32],
    ['FP32, 2 stages', { ...FP32, stages: 2 }, 'FloatAdd_fp32_2_stages'],
    ['FP32, proved normal', { ...FP32, fullRange: false }],
  ]),
  ...group('FloatMultiply', parts.FloatMultiply, [
    ['FP4 E2M1', FP4_E2M1, 'FloatMultiply_e2m1'],
    ['FP8 E4M3', FP8_E4M3],
    ['FP8 E5M2', FP8_E5M2],
    ['FP16', FP16, 'FloatMultiply_fp16'],
    ['FP16, flush to zero', { ...FP16, ...flush }, 'FloatMultiply_fp16_flush'],
    ['BF16', BF16],
    ['FP32', FP32],
    ['FP32, flush to zero, 3 stages', { ...FP32, ...flush, stages: 3 }],
  ]),
  ...group('FloatFma', parts.FloatFma, [
    ['FP4 x FP4 + FP16', { ...FP4_E2M1, ...sum(FP16) }],
    ['FP8 E4M3 x E4M3 + FP16', { ...FP8_E4M3, ...sum(FP16) }],
    ['FP16', FP16, 'FloatFma_fp16'],
    ['FP16, 3 stages', { ...FP16, stages: 3 }],
    ['FP16 x FP16 + FP32', { ...FP16, ...sum(FP32) }],
    ['BF16', BF16],
    ['BF16 x BF16 + FP32', { ...BF16, ...sum(FP32) }],
    [
      'BF16 x BF16 + FP32, flush, 4 stages',
      { ...BF16, ...sum(FP32), ...flush, stages: 4 },
      'FloatFma_bf16_fp32',
    ],
    ['FP32', FP32],
  ]),
  ...group('FloatExp', parts.FloatExp, [
    ['FP16, linear, 16 segments', { ...FP16, kind: 'linear_16' }],
    ['FP16, quadratic, 4 segments', FP16, 'FloatExp_fp16'],
    ['FP16, quadratic, 4 segments, 4 stages', { ...FP16, stages: 4 }],
    ['FP32 to FP16, quadratic, 4 segments', { ...FP32, ...toIeee(FP16) }],
    ['BF16, linear, 4 segments', { ...BF16, kind: 'linear_4' }],
    ['FP32, cubic, 8 segments', { ...FP32, kind: 'cubic_8' }],
  ]),
  ...group('FloatDivide', parts.FloatDivide, [
    ['FP8 E5M2', FP8_E5M2, 'FloatDivide_e5m2'],
    ['FP16', FP16],
    ['FP16, 8 stages', { ...FP16, stages: 8 }],
    ['FP16, by reciprocal', { ...FP16, method: 'reciprocal' }],
    ['FP32 to FP16', { ...FP32, ...toIeee(FP16) }],
  ]),
  ...group('FloatAccumulateApproximate', parts.FloatAccumulateApproximate, [
    ['BF16, window 16, k 1, lambda 2', {}, 'FloatAccumulateApproximate'],
    ['BF16, window 24, k 2, lambda 2', { windowBits: 24, coarseBits: 2 }],
  ]),
  ...group('FloatAccumulatorRound', parts.FloatAccumulatorRound, [['BF16, window 16, to FP32', {}]]),
  ...group('FloatConvert', parts.FloatConvert, [
    ['FP16 to FP32', { ...FP16, ...to(FP32) }, 'FloatConvert_fp16_fp32'],
    ['FP32 to FP16', { ...FP32, ...to(FP16) }],
    ['FP32 to BF16', { ...FP32, ...to(BF16) }, 'FloatConvert_fp32_bf16'],
    ['FP16 to FP8 E4M3, saturating', { ...FP16, ...to(FP8_E4M3), saturate: true }, 'FloatConvert_fp16_e4m3'],
    ['BF16 to FP4 E2M1', { ...BF16, ...to(FP4_E2M1) }],
  ]),
  ...group('IntToFloat', parts.IntToFloat, [
    ['INT8 to FP16', { ...FP16, integerBits: 8 }, 'IntToFloat_int8_fp16'],
    ['INT32 to FP32', { ...FP32, integerBits: 32 }],
    ['UINT16 to FP16', { ...FP16, integerBits: 16, integerSigned: false }],
  ]),
  ...group('FloatToInt', parts.FloatToInt, [
    ['FP16 to INT8', { ...FP16, integerBits: 8 }, 'FloatToInt_fp16_int8'],
    ['FP32 to INT32', { ...FP32, integerBits: 32 }],
    ['FP32 to INT8, toward zero', { ...FP32, integerBits: 8, rounding: 'toward_zero' }],
  ]),
  ...group('AdderTree', parts.AdderTree, [
    ...parts.ADDER_TREES.map(
      (style): Row => [`16 x 12 bits, ${style}`, { terms: 16, width: 12, signed: true, style }],
    ),
    ['5 x 4 bits, dadda', { terms: 5, width: 4, style: 'dadda' }, 'AdderTree_dadda'],
    ['4 x 4 bits, compressor42', { terms: 4, width: 4, style: 'compressor42' }, 'AdderTree_compressor42'],
  ]),
  ...group('Multiplier', parts.Multiplier, [
    ...parts.PARTIAL_PRODUCTS.map((rows): Row => [`8 x 8, ${rows}`, { xBits: 8, yBits: 8, rows }]),
    ...parts.PARTIAL_PRODUCTS.map((rows): Row => [`16 x 16, ${rows}`, { rows }]),
    ['16 x 16, booth4, binary tree', { tree: 'binary' }],
    ['16 x 16, booth4, 4:2 compressors', { tree: 'compressor42' }],
    ['4 x 4, booth4', { xBits: 4, yBits: 4 }, 'Multiplier_booth4'],
  ]),
  ...group('LeadingZeroCounter', parts.LeadingZeroCounter, [
    ['10 bits', { width: 10 }, 'LeadingZeroCounter_10'],
    ['32 bits', { width: 32 }],
  ]),
  ...group('BarrelShifter', parts.BarrelShifter, [
    ['8 bits, right_arithmetic', { width: 8, shift: 'right_arithmetic' }, 'BarrelShifter_arithmetic'],
    ['6 bits, rotate_right', { width: 6, shift: 'rotate_right' }, 'BarrelShifter_rotate'],
    ['32 bits, left', { width: 32 }],
    ['32 bits, rotate_left', { width: 32, shift: 'rotate_left' }],
  ]),
  ...group('Requantise', parts.Requantise, [
    ['INT32 x INT16 to INT8, half-even', {}],
    [
      'INT20 x INT8 to INT8, half-up',
      { xBits: 20, scaleBits: 8, shift: 12, rounding: 'half-up' },
      'Requantise',
    ],
  ]),
  ...group('PackedSlice', parts.PackedSlice, [
    ['two INT8 x INT8 products', { begins: 'never', products: 16 }],
    ['two INT4 x INT8 products', { packing: 'w4a8', begins: 'never', products: 16 }],
    ['four INT4 x INT4 products', { packing: 'int4', begins: 'never', products: 16 }],
  ]),
  ...group('SkidBuffer', parts.SkidBuffer, [
    ['32 bits, full', {}, 'SkidBuffer_full'],
    ['32 bits, forward', { kind: 'forward' }],
    ['32 bits, backward', { kind: 'backward' }, 'SkidBuffer_backward'],
  ]),
  ...group('StreamFifo', parts.StreamFifo, [
    ['512 x 32 bits', {}, 'StreamFifo'],
    ['20 x 8 bits', { depth: 20, width: 8 }],
  ]),
  ...group('StreamArbiter', parts.StreamArbiter, [
    ['4 x 32 bits, round-robin', {}, 'StreamArbiter_round_robin'],
    ['4 x 32 bits, priority', { policy: 'priority' }],
    ['16 x 8 bits, round-robin', { inputs: 16, width: 8 }],
  ]),
  ...group('WidthUpConverter', parts.WidthUpConverter, [['8 bits x 4', {}, 'WidthUpConverter']]),
  ...group('WidthDownConverter', parts.WidthDownConverter, [['8 bits x 4', {}, 'WidthDownConverter']]),
];
