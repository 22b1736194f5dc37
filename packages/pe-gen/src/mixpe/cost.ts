// The cost table of MixPE: its elements beside honest baselines, all with the same ports, one cycle deep, at the same clock.
// Invariant: every circuit is generated and synthesised by one flow; published numbers carry their tag.

import type { CostRow, GemmWorkload, UnitCost } from '@gatewright/sim/unit';
import { AlignedMac } from '../baseline/aligned-mac.ts';
import { ExponentAligner } from '../baseline/exponent-aligner.ts';
import { FloatMac } from '../baseline/float-mac.ts';
import { MixPeFloat } from '../mixpe-float/pe.ts';
import { alignedStimulus, alignerStimulus, elementStimulus } from './cost-stimulus.ts';
import { MixPe } from './pe.ts';

const GROUP = 128;

/** An INT8 element: weights of any width, products in any style. */
const integer = (
  label: string,
  weightBits: number,
  multiplier: 'and_shift' | 'booth4' | 'sign_mag' | 'operator',
  more: Partial<CostRow> = {},
): CostRow => ({
  label,
  circuit: () => MixPe.elaborate({ weightBits, weightSigned: true, multiplier, lanes: 1, groupSize: GROUP }),
  stimulus: (layer) =>
    elementStimulus(layer, { activation: 'int8', weightBits, groupSize: GROUP, x: 'x_0', q: 'q_0' }),
  ...more,
});
type FloatPeInput = Parameters<typeof MixPeFloat.elaborate>[0];
const float = (label: string, params: FloatPeInput): CostRow => ({
  label,
  circuit: () => MixPeFloat.elaborate({ weightSigned: true, groupSize: GROUP, ...params }),
  stimulus: (layer) => {
    const { activation, weightBits } = MixPeFloat.params.parse({ groupSize: GROUP, ...params });
    return elementStimulus(layer, { activation, weightBits, groupSize: GROUP, x: 'x', q: 'q' });
  },
});
type MacInput = Parameters<typeof FloatMac.elaborate>[0];
const mac = (label: string, params: MacInput): CostRow => ({
  label,
  baseline: true,
  circuit: () => FloatMac.elaborate(params),
  stimulus: (layer) => {
    const { weight, weightBits } = FloatMac.params.parse(params);
    return elementStimulus(layer, {
      activation: 'fp16',
      weightBits: weight === 'fp16' ? 'fp16' : weightBits,
      groupSize: GROUP,
      x: 'x',
      q: 'q',
    });
  },
});
const baseline = { baseline: true };
const ALIGNED_BITS = 14;
const aligned = () => AlignedMac.elaborate({ activationBits: ALIGNED_BITS, weightBits: 4, groupSize: GROUP });
const alignedCycles = (layer: GemmWorkload) => alignedStimulus(layer, ALIGNED_BITS, GROUP);

const PLOT =
  'design-space plot of the released code: area x power of PEs, the synthesis behind it was not published [R]';

export const mixpeCost: UnitCost = {
  clockMhz: 25,
  rows: [
    integer('INT8 x INT8, `*`', 8, 'operator', baseline),
    integer('INT8 x INT8, Booth', 8, 'booth4', baseline),
    integer('INT4 x INT8, `*`', 4, 'operator', baseline),
    integer('W4A8, gated shifts', 4, 'and_shift'),
    integer('W4A8, Booth', 4, 'booth4'),
    integer('W4A8, sign and magnitude', 4, 'sign_mag'),
    integer('W2A8, gated shifts', 2, 'and_shift'),
    mac('FP16 FMA, FP32 sum, IEEE', { adder: 'fused' }),
    mac('FP16 FMA, FP32 sum', {}),
    mac('FP16 FMA, FP16 sum, IEEE', { adder: 'fused', accumulator: 'fp16' }),
    mac('FP16 FMA, FP16 sum', { accumulator: 'fp16' }),
    mac('FP16 multiply, exact fixed-point sum', { accumulator: 'fixed' }),
    mac('INT4 to FP16, FMA, FP32 sum', { weight: 'integer' }),
    mac('INT8 to FP16, FMA, FP32 sum', { weight: 'integer', weightBits: 8 }),
    {
      label: 'INT4 x 14-bit integer, aligned outside',
      baseline: true,
      circuit: aligned,
      stimulus: alignedCycles,
    },
    {
      label: 'aligner of a row, to 14 bits',
      baseline: true,
      circuit: () => ExponentAligner.elaborate({ activationBits: ALIGNED_BITS }),
      stimulus: (layer) => alignerStimulus(layer, GROUP),
    },
    {
      label: 'INT4 x 14-bit integer, with 1/32 of an aligner',
      baseline: true,
      circuit: aligned,
      stimulus: alignedCycles,
      shares: [{ of: 'aligner of a row, to 14 bits', share: 1 / 32 }],
    },
    mac('INT4 dequantised first, FMA, FP32 sum', { weight: 'dequantised' }),
    float('W4A16, FP32 sum', {}),
    float('W4A16, FP32 sum, `*`', { multiplier: 'operator' }),
    float('W4A16, FP32 sum, subnormals flushed', { flushSubnormals: true }),
    float('W4A16, FP16 sum', { accumulator: 'fp16' }),
    float('W4A16, exact fixed-point sum', { accumulator: 'fixed' }),
    float('W4A16, exponents added, FP32 sum', { product: 'exponent', flushSubnormals: true }),
    float('W8A16, FP32 sum', { weightBits: 8 }),
    float('W4 x BF16, FP32 sum', { activation: 'bf16' }),
  ],
  comparisons: [
    {
      label: 'INT8 PE over W4A8 PE',
      better: 'W4A8, gated shifts',
      than: 'INT8 x INT8, `*`',
      published: { ratio: 2.29, of: 'size x power', tag: 'derived', source: `133.38 / 58.28, ${PLOT}` },
    },
    { label: 'INT4 x INT8 `*` over W4A8 PE', better: 'W4A8, gated shifts', than: 'INT4 x INT8, `*`' },
    {
      label: 'IEEE FP16 FMA over W4A16 PE, FP32 sums',
      better: 'W4A16, FP32 sum',
      than: 'FP16 FMA, FP32 sum, IEEE',
    },
    {
      label: 'FP16 PE over W4A16 PE, FP32 sums',
      better: 'W4A16, FP32 sum',
      than: 'FP16 FMA, FP32 sum',
      published: { ratio: 4.82, of: 'size x power', tag: 'paper', source: PLOT },
    },
    { label: 'FP16 PE over W4A16 PE, FP16 sums', better: 'W4A16, FP16 sum', than: 'FP16 FMA, FP16 sum' },
    {
      label: 'FP16 PE over W4A16 PE, exact sums',
      better: 'W4A16, exact fixed-point sum',
      than: 'FP16 multiply, exact fixed-point sum',
    },
    {
      label: 'FP16 PE (FP32 sum) over W4A16 PE (exact sum)',
      better: 'W4A16, exact fixed-point sum',
      than: 'FP16 FMA, FP32 sum',
    },
    {
      label: 'FP16 PE (FP32 sum) over INT4 x 14-bit integer and its aligner',
      better: 'INT4 x 14-bit integer, with 1/32 of an aligner',
      than: 'FP16 FMA, FP32 sum',
    },
    {
      label: 'INT4 to FP16 and FMA over W4A16 PE, FP32 sums',
      better: 'W4A16, FP32 sum',
      than: 'INT4 to FP16, FMA, FP32 sum',
    },
  ],
  published: [
    { of: 'FP16 PE', figure: 'area-power efficiency', value: '1', tag: 'paper', source: PLOT },
    {
      of: 'INT4 x FP16 PE, conventional',
      figure: 'area-power efficiency',
      value: '1',
      tag: 'paper',
      source: PLOT,
    },
    { of: 'MixPE W4A16', figure: 'area-power efficiency', value: '4.82', tag: 'paper', source: PLOT },
    { of: 'INT8 PE', figure: 'area-power efficiency', value: '58.28', tag: 'paper', source: PLOT },
    {
      of: 'INT4 x INT8 PE, conventional',
      figure: 'area-power efficiency',
      value: '58.28',
      tag: 'paper',
      source: PLOT,
    },
    { of: 'MixPE W4A8', figure: 'area-power efficiency', value: '133.38', tag: 'paper', source: PLOT },
  ],
};
