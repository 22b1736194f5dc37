import { describe, expect, test } from 'vitest';
import { mixpeDot } from './mixpe.ts';
import {
  mixpeTile,
  type OutputStationaryShape,
  outputStationaryCycles,
  outputStationaryKept,
  outputStationaryOrder,
  outputStationarySteps,
  weightStationaryCycles,
} from './mixpe-array.ts';
import type { MixpeConfig } from './mixpe-config.ts';

const config: MixpeConfig = { groupSize: 2, weightBits: 4, weightSigned: false, zeroPoint: 'group' };

test('a tile is one dot product per token and output', () => {
  const tile = {
    x: [
      [1, 2, 3],
      [-1, 0, 5],
    ],
    q: [
      [1, 0, 2],
      [15, 3, 0],
    ],
    scales: [
      [0x3c00, 0x4000],
      [0x3800, 0x3c00],
    ],
    zeroPoints: [
      [0, 1],
      [8, 15],
    ],
  };
  // Output 0: (1*1 + 2*0 - 0) * 1 + (3*2 - 1*3) * 2 = 7; (-1) * 1 + (10 - 5) * 2 = 9.
  // Output 1: (15 + 6 - 8*3) / 2 + (0 - 15*3) = -46.5; (-15 + 8) / 2 - 75 = -78.5.
  expect(mixpeTile(tile, config)).toEqual([
    [0x40e00000, 0xc23a0000],
    [0x41100000, 0xc29d0000],
  ]);
  expect(mixpeTile(tile, config)[1]![1]).toBe(
    mixpeDot(tile.x[1]!, tile.q[1]!, tile.scales[1]!, tile.zeroPoints[1]!, config),
  );
  expect(() => mixpeTile({ ...tile, scales: [] }, config)).toThrow('scales has 0 elements, need 2 (outputs)');
});

test('results leave by unit: column by column, token by token', () => {
  const y = [
    ['a0', 'a1', 'a2', 'a3'],
    ['b0', 'b1', 'b2', 'b3'],
  ];
  expect(outputStationaryOrder(y, 2)).toEqual([
    ['a0', 'a2'],
    ['b0', 'b2'],
    ['a1', 'a3'],
    ['b1', 'b3'],
  ]);
  expect(outputStationaryOrder(y, 1)).toEqual(y);
  expect(() => outputStationaryOrder(y, 3)).toThrow('columns has 1 elements, need 0');
});

test('what there is of a tile that is only partly used', () => {
  const shape = { rows: 2, columns: 4 };
  expect(outputStationaryKept(shape, 2, { rows: 1, columns: 3 })).toEqual([
    [true, true],
    [false, false],
    [true, false],
    [false, false],
  ]);
});

test('weight-stationary: passes of as many tokens as there are rows or more leave no gap', () => {
  const shape = { rows: 8, columns: 8, pipeline: 9 };
  expect(weightStationaryCycles(shape, [])).toBe(0);
  expect(weightStationaryCycles(shape, [1])).toBe(8 + 1 + 7 + 7 + 9);
  expect(weightStationaryCycles(shape, [64, 64, 64])).toBe(8 + 192 + 23);
  // A pass of one token takes as long as the next weights.
  expect(weightStationaryCycles(shape, [1, 1, 9, 1])).toBe(8 + (8 + 8 + 9 + 1) + 23);
});

describe('cycles', () => {
  const shape: OutputStationaryShape = {
    rows: 64,
    columns: 64,
    groupSize: 128,
    columnsPerUnit: 1,
    pipeline: 1,
    interval: 64,
  };

  test('with one column a unit: G * ceil(K/G) + R + C - 2 + R + pipe, as specified', () => {
    for (const groups of [1, 2, 32])
      expect(outputStationaryCycles({ ...shape, pipeline: 6 }, [128 * groups])).toBe(
        128 * groups + 62 + 64 + 64 + 5,
      );
  });

  test('a step a cycle while groups are not shorter than the drain', () => {
    expect(outputStationarySteps(shape, [4096, 128, 4096 + 64])).toBe(4096 + 128 + 4096 + 64);
    // R <= G: with floor(G/R) columns a unit the drain is as long as a group.
    expect(outputStationarySteps({ groupSize: 128, interval: 128 }, [4096, 4096])).toBe(8192);
    // R > G: each group waits.
    expect(outputStationarySteps({ groupSize: 32, interval: 64 }, [4096])).toBe(4096 + 127 * 32);
  });

  test('a short group waits for the drain of the one before it; the first group waits for nothing', () => {
    expect(outputStationarySteps(shape, [1])).toBe(1);
    expect(outputStationarySteps(shape, [1, 1])).toBe(1 + 64);
    expect(outputStationarySteps(shape, [128 + 1])).toBe(128 + 64);
    expect(outputStationarySteps(shape, [1, 128])).toBe(1 + 128);
    expect(outputStationarySteps(shape, [128 + 63, 128 + 65])).toBe(128 + 64 + 128 + 65);
  });

  test('nothing takes no cycles', () => {
    expect(outputStationaryCycles(shape, [])).toBe(0);
  });
});
