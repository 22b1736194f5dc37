// The sparse chain as a unit: golden model, stimulus, cycle law.
// The golden model adds products of plain integers; nothing here knows how they are packed.

import { chainSums, PACKINGS } from '@gatewright/golden';
import { type CostRow, defineUnit } from '@gatewright/sim/unit';
import { SparseChain } from './chain.ts';
import { SparseDotProducts } from './dot-products.ts';
import { type ChainParams, chainLatency, groupsOf } from './params.ts';
import { type DotInput, stimulus } from './stimulus.ts';

/** The sums of an input per group; zeros where no dot product ends. */
function sumsOf(p: ChainParams, { n, dense, rows, weights, indices }: DotInput): number[][] {
  const packing = PACKINGS[p.packing];
  const count = Number(n);
  return Array.from({ length: groupsOf(p) }, (_, group) => {
    const end = (group + 1) * p.groupTaps;
    if (end % count !== 0) return new Array<number>(packing.rows * packing.columns).fill(0);
    const taps = Array.from({ length: count }, (_, t) => {
      const tap = end - count + t;
      const place = dense ? tap : Number(indices[tap]!);
      return {
        activations: rows.map((row) => Number(row[place]!)),
        weights: weights[tap]!.map(Number),
      };
    });
    return chainSums(packing, taps);
  });
}

export const sparseDsp = defineUnit({
  name: 'sparse-dsp',
  summary: 'Chain of DSP slices: n:M sparse INT8 or INT4 dot products of two rows, n chosen every cycle.',
  paper: {
    title: 'FlightLLM: Efficient Large Language Model Inference with a Complete Mapping Flow on FPGAs',
    reference: 'arXiv 2401.03868',
  },
  module: SparseDotProducts,

  golden: (p, inputs) => ({
    out: inputs.in
      .filter(({ n }) => Number(n) !== 0)
      .map((input) => sumsOf(p, input).map((sums) => sums.map(BigInt))),
  }),

  stimulus,

  performance(p, inputs) {
    // One input per cycle; after the last dot product the chain's latency and one cycle in the queue.
    const last = inputs.in.findLastIndex(({ n }) => Number(n) !== 0);
    return {
      cycles: last < 0 ? 0 : last + 1 + chainLatency(p) + 1,
      macs:
        inputs.in.filter(({ n }) => Number(n) !== 0).length *
        p.taps *
        PACKINGS[p.packing].rows *
        PACKINGS[p.packing].columns,
    };
  },

  configurations: [
    {},
    { overflow: 'split' },
    { implementation: 'dsp48e2' },
    { implementation: 'dsp48e2', overflow: 'split', weightSkew: 'outside' },
    { bias: false, implementation: 'dsp48e2' },
    { bias: false, overflow: 'split' },
    { taps: 8, segment: 4, groupTaps: 4 },
    { taps: 32, implementation: 'dsp48e2' },
    { taps: 32, overflow: 'split' },
    { packing: 'w4a8', segment: 16 },
    { packing: 'int4', segment: 16, implementation: 'dsp48e2' },
    { packing: 'int4', segment: 8, bias: false, weightSkew: 'outside' },
  ],

  cost: {
    clockMhz: 225,
    rows: [
      chainRow('16 taps, DSP48E2', { implementation: 'dsp48e2' }),
      chainRow('16 taps, DSP48E2, split', { implementation: 'dsp48e2', overflow: 'split' }),
      chainRow('16 taps, DSP48E2, weights skewed outside', {
        implementation: 'dsp48e2',
        weightSkew: 'outside',
      }),
      chainRow('16 taps, DSP48E2, without bias', { implementation: 'dsp48e2', bias: false }),
      chainRow('16 taps, generic', {}),
      chainRow('8 taps, generic', { taps: 8 }),
      chainRow('16 taps, W4A8, DSP48E2', { packing: 'w4a8', segment: 16, implementation: 'dsp48e2' }),
      chainRow('16 taps, INT4, DSP48E2', { packing: 'int4', segment: 16, implementation: 'dsp48e2' }),
    ],
  },
});

/** A chain alone, as it stands in an engine. */
function chainRow(label: string, params: Parameters<typeof SparseChain.elaborate>[0]): CostRow {
  const packing = PACKINGS[params?.packing ?? 'int8'];
  return {
    label,
    circuit: () => SparseChain.elaborate(params),
    macs: (params?.taps ?? 16) * packing.rows * packing.columns,
    wideMux: true,
    ...(params?.implementation === 'dsp48e2' ? { onlyOn: 'xcup' as const } : {}),
  };
}
