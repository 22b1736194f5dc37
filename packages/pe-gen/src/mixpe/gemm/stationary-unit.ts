// The tile sequencer of the weight-stationary array as a unit: golden model, stimulus, cycle law and workload mapping.
// The golden model is the reference of the specification, in `golden`; nothing here computes an expected value.

import { scaleTokens, weightStationaryCycles } from '@gatewright/golden';
import type { StreamInputs } from '@gatewright/hdl-core';
import { defineUnit } from '@gatewright/sim/unit';
import type { ArrayTile } from '../array/transactions.ts';
import { layerTiles } from '../array/workload.ts';
import { MIXPE } from '../paper.ts';
import { pipeline } from '../stationary/params.ts';
import { stationaryInputs } from '../stationary/transactions.ts';
import { stationaryResults } from '../stationary/unit.ts';
import {
  across,
  anyProduct,
  askedFor,
  checkDepth,
  commandsOf,
  down,
  heads,
  type Product,
  placed,
  productStimulus,
  type Size,
  sizeOf,
  type TileSize,
  taker,
  tileCount,
} from './products.ts';
import { MixPeStationaryGemm, type StationaryGemmParams } from './stationary-gemm.ts';

export type StationaryGemmInputs = StreamInputs<ReturnType<typeof MixPeStationaryGemm.ports>>;

const tileSize = (p: StationaryGemmParams): TileSize => ({ tokens: p.maxTokens, outputs: p.columns });
const passesOf = (p: StationaryGemmParams, depth: number): number => Math.ceil(depth / p.rows);

/** The streams that compute `products`, one after the other: the activations of a row of tiles only once. */
function gemmInputs(p: StationaryGemmParams, products: readonly Product[]): StationaryGemmInputs {
  const { weights, group } = stationaryInputs(
    p,
    products.flatMap(({ tiles }) => tiles),
  );
  const { activations } = stationaryInputs(
    p,
    products.flatMap((product) => heads(tileSize(p), product)),
  );
  return {
    command: commandsOf(products),
    activations: activations.map(({ x }) => x),
    weights,
    group,
  };
}

/** The products that the streams stand for; what they carry beyond K is left out. */
function productsOf(p: StationaryGemmParams, inputs: StationaryGemmInputs): Product[] {
  const [x, q, g] = [taker(inputs.activations), taker(inputs.weights), taker(inputs.group)];
  return inputs.command.map((command) => {
    const size = askedFor(command);
    const { depth } = size;
    const passes = passesOf(p, depth);
    const tiles: ArrayTile[] = [];
    for (let row = 0; row < down(tileSize(p), size); row++) {
      const { tokens } = sizeOf(tileSize(p), size, row * across(tileSize(p), size));
      const words = x(passes * tokens);
      const ofToken = (m: number): number[] =>
        words.flatMap((word, i) => (i % tokens === m ? word.map(Number) : [])).slice(0, depth);
      const activations = Array.from({ length: tokens }, (_, m) => ofToken(m));
      for (let column = 0; column < across(tileSize(p), size); column++) {
        const codes = Array.from({ length: passes }, () => q(p.rows).toReversed())
          .flat()
          .slice(0, depth);
        tiles.push({
          x: activations,
          q: Array.from({ length: p.columns }, (_, c) => codes.map((code) => Number(code[c]))),
          groups: g(Math.ceil(depth / p.groupSize)).map(({ scale, zero }) => ({
            scale: scale.map(Number),
            zero: zero.map(Number),
          })),
        });
      }
    }
    return { ...size, tiles };
  });
}

/** A product of values that look random; whole passes, so that what lies beyond K is there and must not matter. */
function product(p: StationaryGemmParams, [tokens, outputs, depth]: Size, seed: number): Product {
  const size = { tokens, outputs, depth };
  return anyProduct(tileSize(p), size, seed, (row) => ({
    p: { ...p, rows: Math.min(p.maxTokens, tokens - row * p.maxTokens) },
    steps: passesOf(p, depth) * p.rows,
  }));
}

export const mixpeStationarySequencer = defineUnit({
  name: 'mixpe-gemm-ws',
  summary: 'Tile sequencer on the weight-stationary array: whole products of M x N x K given at run time.',
  paper: MIXPE,
  module: MixPeStationaryGemm,

  golden(p, inputs) {
    const out = productsOf(p, inputs).flatMap((whole) =>
      whole.tiles.flatMap((tile, i) => {
        const { outputs } = sizeOf(tileSize(p), whole, i);
        const keep = Array.from({ length: p.columns }, (_, c) => c < outputs);
        return stationaryResults(p, tile).map((y, m) => ({
          y: y.map(BigInt),
          keep,
          last: i === whole.tiles.length - 1 && m === tile.x.length - 1,
        }));
      }),
    );
    return { out };
  },

  stimulus: (p) => {
    const most = Math.min(p.maxDepth, 2 * p.groupSize);
    const [m, n] = [p.maxTokens, p.columns];
    const sizes = [
      [1, 1, 1],
      [m, n, most],
      [m + 1, 1, p.rows + 1],
      [p.rows, 2 * n, 2 * p.rows],
      [p.rows - 1, n - 1, p.rows - 1],
      [1, 2 * n + 1, p.groupSize],
      [2 * m + 1, 3 * n - 1, Math.min(p.maxDepth, p.groupSize + 1)],
    ].map(([tokens, outputs, depth]): Size => [tokens!, outputs!, Math.min(p.maxDepth, depth!)]);
    return productStimulus(
      tileSize(p),
      { sizes, longest: [m, n + 1, p.maxDepth], depth: most },
      (size, seed) => product(p, size, seed),
      (products) => gemmInputs(p, products),
    );
  },

  performance(p, inputs) {
    const passes: number[] = [];
    let macs = 0;
    for (const command of inputs.command) {
      const size = askedFor(command);
      macs += size.tokens * size.outputs * size.depth;
      for (let tile = 0; tile < tileCount(tileSize(p), size); tile++) {
        const { tokens } = sizeOf(tileSize(p), size, tile);
        for (let pass = 0; pass < passesOf(p, size.depth); pass++) passes.push(tokens);
      }
    }
    // The command comes while the first weights are loaded.
    const shape = { rows: p.rows, columns: p.columns, pipeline: pipeline(p) };
    return { cycles: weightStationaryCycles(shape, passes), macs };
  },

  commands: ['command'],
  configurations: [
    { rows: 2, columns: 2, groupSize: 16, maxTokens: 8, maxDepth: 64, addStages: 0 },
    { rows: 4, columns: 6, groupSize: 8, maxTokens: 6, maxDepth: 50, zeroPoint: 'none', weightSigned: true },
    { rows: 8, columns: 8, maxTokens: 16, maxDepth: 512 },
    { rows: 2, columns: 3, groupSize: 4, maxTokens: 5, maxDepth: 20, addStages: 0, activation: 'fp16' },
    {
      ...{ rows: 4, columns: 2, groupSize: 8, maxTokens: 6, maxDepth: 30 },
      ...{ activation: 'fp16', dequantise: 'weights' },
    },
  ],

  workload(p, gemm) {
    const { tokens, depth, outputs } = gemm;
    checkDepth(p, depth);
    const size = { tokens, outputs };
    const { tiles, scales } = layerTiles({ ...p, rows: p.maxTokens }, gemm);
    const whole = tiles.map((tile, i) => ({
      ...tile,
      x: tile.x.slice(0, sizeOf(tileSize(p), size, i).tokens),
    }));
    return {
      inputs: gemmInputs(p, [{ tokens, outputs, depth, tiles: whole }]),
      results: ({ out }) => scaleTokens(placed(tileSize(p), 1, size, out), scales),
    };
  },
});
