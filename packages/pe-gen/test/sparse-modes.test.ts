// The printed sparse chain in Icarus, and each mode in short; the long run is `npm run deep:sparse`.

import { expect, test } from 'vitest';
import { chainParams } from '../src/sparse-dsp/params.ts';
import { icarusChain } from './sparse-icarus.ts';
import { chainModes, checkMode, simulatedChain } from './sparse-modes.ts';

test.each([{}, { overflow: 'split' as const }, { packing: 'int4' as const, segment: 16, bias: false }])(
  '%j in Icarus, every mode',
  async (params) => {
    const p = chainParams.parse(params);
    const player = await icarusChain(params);
    try {
      for (const mode of chainModes(p)) {
        const { first, checks } = await checkMode(p, player, mode, 1, 7, 250);
        expect([mode, first]).toEqual([mode, undefined]);
        expect(checks).toBeGreaterThan(300);
      }
    } finally {
      await player.close();
    }
  },
  300_000,
);

test('a chain that is looked at a cycle too early is wrong in every mode', async () => {
  const p = chainParams.parse({});
  const player = await simulatedChain({}, 'native');
  const late = {
    ...player,
    play: async (inputs: Parameters<typeof player.play>[0]) => (await player.play(inputs)).slice(1),
  };
  try {
    for (const mode of ['switches', 16] as const)
      expect((await checkMode(p, late, mode, 1, 7)).mismatches).toBeGreaterThan(100);
  } finally {
    await player.close();
  }
}, 60_000);
