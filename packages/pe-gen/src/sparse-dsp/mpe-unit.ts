// The matrix processing engine as a unit: golden model, cycle law.
// The golden model multiplies matrices of integers; it knows streams and formats, and nothing of chains.

import { rescaleSums, sparseGemm } from '@gatewright/golden';
import { type CostRow, defineUnit } from '@gatewright/sim/unit';
import { SparseMpe } from './mpe.ts';
import { mpeCycles } from './mpe-cycles.ts';
import { BLOCK, columnsOf, type MpeParams } from './mpe-params.ts';
import { mpeStimulus } from './mpe-stimulus.ts';
import { type MpeInputs, productsOf } from './mpe-transactions.ts';
import { mapSparseLayer } from './mpe-workload.ts';
import { sparseDsp } from './unit.ts';

function golden(p: MpeParams, inputs: MpeInputs): bigint[][][] {
  const rows = 2 * p.pairs;
  const columns = columnsOf(p);
  const out: bigint[][][] = [];
  let sums: number[] | undefined;
  let used = 0;
  for (const { keep, relu, tiles, activations, matrix } of productsOf(p, inputs)) {
    const outputs = BLOCK * tiles;
    const product = sparseGemm(activations.flat(), matrix);
    sums = Array.from(product, (v, i) => v + (sums?.[i] ?? 0));
    if (keep) continue;
    const bias = new Array<number>(outputs).fill(0);
    const scale = new Array<number>(outputs).fill(0);
    for (let i = 0; i < tiles * columns; i++, used++)
      for (let chain = 0; chain < p.chains; chain++) {
        const output = Math.floor(i / columns) * BLOCK + chain * columns + (i % columns);
        bias[output] = Number(inputs.constants[used]![chain]!.bias);
        scale[output] = Number(inputs.constants[used]![chain]!.scale);
      }
    const results =
      p.output === 'int8'
        ? rescaleSums(sums, outputs, { bias, scale, shift: p.shift, relu })
        : sums.map((v, i) => v + bias[i % outputs]!).map((v) => (relu ? Math.max(0, v) : v));
    for (let tile = 0; tile < tiles; tile++)
      for (let column = 0; column < columns; column++)
        out.push(
          Array.from({ length: rows }, (_, row) =>
            Array.from({ length: p.chains }, (_, chain) =>
              BigInt(results[row * outputs + tile * BLOCK + chain * columns + column]!),
            ),
          ),
        );
    sums = undefined;
  }
  return out;
}

export const sparseMpe = defineUnit({
  name: 'sparse-mpe',
  summary:
    'Matrix engine of sparse DSP chains: INT8 activations x weights with n:16 chosen per 16 x 16 block.',
  paper: sparseDsp.paper,
  module: SparseMpe,

  golden: (p, inputs) => ({ out: golden(p, inputs) }),
  stimulus: mpeStimulus,
  performance(p, inputs) {
    const { cycles, rows } = mpeCycles(p, inputs, productsOf(p, inputs));
    return { cycles, macs: rows * p.chains * BLOCK * 2 * p.pairs };
  },

  workload: mapSparseLayer,

  commands: ['program'],
  configurations: [
    { pairs: 1 },
    { pairs: 1, chains: 1, output: 'int32', banks: 2 },
    { pairs: 2, banks: 8, depth: 16 },
    { pairs: 1, implementation: 'dsp48e2', overflow: 'split' },
    { pairs: 1, weights: 'packed' },
  ],

  cost: {
    clockMhz: 225,
    rows: [engineRow('1 pair x 2 chains', { pairs: 1 }), engineRow('4 pairs x 2 chains', { pairs: 4 })],
  },
});

/** An engine of DSP48E2 slices, module by module. */
function engineRow(label: string, { pairs }: { readonly pairs: number }): CostRow {
  return {
    label,
    circuit: () => SparseMpe.elaborate({ pairs, implementation: 'dsp48e2' }),
    macs: pairs * 2 * 2 * BLOCK,
    keepHierarchy: true,
    wideMux: true,
    onlyOn: 'xcup',
  };
}
