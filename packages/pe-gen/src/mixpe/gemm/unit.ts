// The tile sequencer as a unit: golden model, stimulus, cycle law and workload mapping.
// The golden model is the reference of the specification, in `golden`; nothing here computes an expected value.

import {
  outputStationaryCycles,
  outputStationaryKept,
  outputStationaryOrder,
  scaleTokens,
} from '@gatewright/golden';
import type { StreamInputs } from '@gatewright/hdl-core';
import { defineUnit } from '@gatewright/sim/unit';
import { columnsPerUnit } from '../array/params.ts';
import type { ArrayTile } from '../array/transactions.ts';
import { cycleShape, goldenResults } from '../array/unit.ts';
import { layerTiles } from '../array/workload.ts';
import { MIXPE } from '../paper.ts';
import { type GemmParams, MixPeGemm } from './gemm.ts';
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

export type GemmInputs = StreamInputs<ReturnType<typeof MixPeGemm.ports>>;

const tileSize = (p: GemmParams): TileSize => ({ tokens: p.rows, outputs: p.columns });

/** The streams that compute `products`, one after the other: the activations of a row of tiles only once. */
function gemmInputs(p: GemmParams, products: readonly Product[]): GemmInputs {
  const steps = <T>({ depth }: Product, make: (k: number) => T): T[] =>
    Array.from({ length: depth }, (_, k) => make(k));
  return {
    command: commandsOf(products),
    activations: products.flatMap((product) =>
      heads(tileSize(p), product).flatMap(({ x }) => steps(product, (k) => x.map((row) => row[k]!))),
    ),
    weights: products.flatMap((product) =>
      product.tiles.flatMap(({ q }) => steps(product, (k) => q.map((column) => column[k]!))),
    ),
    group: products.flatMap(({ tiles }) => tiles.flatMap((tile) => tile.groups)),
  };
}

/** The products that the streams stand for. */
function productsOf(p: GemmParams, inputs: GemmInputs): Product[] {
  const [x, q, g] = [taker(inputs.activations), taker(inputs.weights), taker(inputs.group)];
  return inputs.command.map((command) => {
    const size = askedFor(command);
    const { depth } = size;
    const groups = Math.ceil(depth / p.groupSize);
    const tiles: ArrayTile[] = [];
    for (let row = 0; row < down(tileSize(p), size); row++) {
      const steps = x(depth);
      for (let column = 0; column < across(tileSize(p), size); column++) {
        const codes = q(depth);
        tiles.push({
          x: Array.from({ length: p.rows }, (_, r) => steps.map((step) => Number(step[r]))),
          q: Array.from({ length: p.columns }, (_, c) => codes.map((code) => Number(code[c]))),
          groups: g(groups).map(({ scale, zero }) => ({ scale: scale.map(Number), zero: zero.map(Number) })),
        });
      }
    }
    return { ...size, tiles };
  });
}

/** A product of values that look random; places of a tile beyond it carry values too. */
const product = (p: GemmParams, [tokens, outputs, depth]: Size, seed: number): Product =>
  anyProduct(tileSize(p), { tokens, outputs, depth }, seed, () => ({ p, steps: depth }));

/** Which results of a tile are kept, in the order of the array. */
const keptOf = (p: GemmParams, product: TileSize, tile: number): boolean[][] => {
  const { tokens, outputs } = sizeOf(tileSize(p), product, tile);
  return outputStationaryKept(p, columnsPerUnit(p), { rows: tokens, columns: outputs });
};

export const mixpeSequencer = defineUnit({
  name: 'mixpe-gemm',
  summary: 'Tile sequencer on the MixPE array: whole matrix products of M x N x K given at run time.',
  paper: MIXPE,
  module: MixPeGemm,

  golden(p, inputs) {
    const out = productsOf(p, inputs).flatMap((whole) =>
      whole.tiles.flatMap((tile, i) => {
        const order = outputStationaryOrder(goldenResults(p, tile), columnsPerUnit(p));
        const kept = keptOf(p, whole, i);
        const there = order.flatMap((y, at) => {
          const keep = kept[at]!;
          return keep.some((k) => k) ? [{ y: y.map(BigInt), keep, last: false }] : [];
        });
        if (i === whole.tiles.length - 1) there[there.length - 1]!.last = true;
        return there;
      }),
    );
    return { out };
  },

  stimulus: (p) => {
    const most = Math.min(p.maxDepth, 2 * p.groupSize);
    const sizes = [
      [1, 1, 1],
      [p.rows, p.columns, most],
      [p.rows + 1, 1, 2],
      [2 * p.rows, 2 * p.columns, 1],
      [1, 2 * p.columns + 1, p.groupSize],
      [p.rows - 1, p.columns - 1, 3],
      [2 * p.rows + 1, 3 * p.columns - 1, Math.min(p.maxDepth, p.groupSize + 1)],
    ] as const;
    return productStimulus(
      tileSize(p),
      { sizes, longest: [1, p.columns + 1, p.maxDepth], depth: most },
      (size, seed) => product(p, size, seed),
      (products) => gemmInputs(p, products),
    );
  },

  performance(p, inputs) {
    let depths: number[] = [];
    let dropped = 0;
    let macs = 0;
    for (const command of inputs.command) {
      const size = askedFor(command);
      const tiles = tileCount(tileSize(p), size);
      depths = depths.concat(new Array<number>(tiles).fill(size.depth));
      macs += size.tokens * size.outputs * size.depth;
      const kept = keptOf(p, size, tiles - 1);
      dropped = kept.length - 1 - kept.findLastIndex((keep) => keep.some((there) => there));
    }
    // The command comes a cycle before the first step; results that are not kept are not waited for.
    const cycles = depths.length === 0 ? 0 : 1 + outputStationaryCycles(cycleShape(p), depths) - dropped;
    return { cycles, macs };
  },

  commands: ['command'],
  configurations: [
    { rows: 2, columns: 2, groupSize: 16, maxDepth: 64 },
    {
      rows: 4,
      columns: 6,
      groupSize: 16,
      maxDepth: 50,
      columnsPerUnit: 2,
      zeroPoint: 'none',
      weightSigned: true,
    },
    { rows: 8, columns: 8, maxDepth: 512 },
    { rows: 2, columns: 3, groupSize: 8, maxDepth: 20, activation: 'fp16' },
  ],

  workload(p, gemm) {
    const { tokens, depth, outputs } = gemm;
    checkDepth(p, depth);
    const { tiles, scales } = layerTiles(p, gemm);
    return {
      inputs: gemmInputs(p, [{ tokens, outputs, depth, tiles }]),
      results: ({ out }) =>
        scaleTokens(placed(tileSize(p), columnsPerUnit(p), { tokens, outputs }, out), scales),
    };
  },
});
