// Random legal designs in the native back end, compared with the evaluator of the IR cycle by cycle.
// `GATEWRIGHT_FUZZ_SEED` chooses the first design and `GATEWRIGHT_FUZZ_DESIGNS` how many; a difference names its seed.

import { expect, test } from 'vitest';
import { designOf } from './design.ts';
import { playNative } from './play-native.ts';
import { recipeOf } from './recipe.ts';
import { trialOf } from './stimulus.ts';

const first = Number(process.env.GATEWRIGHT_FUZZ_SEED ?? 40_000);
const designs = Number(process.env.GATEWRIGHT_FUZZ_DESIGNS ?? 200);

test(`designs ${first} to ${first + designs - 1} do natively what their IR means`, async () => {
  const differences: string[] = [];
  let compared = 0;
  for (let seed = first; seed < first + designs; seed++) {
    const circuit = designOf(recipeOf(seed), 'F').elaborate();
    const { outputsCompared, difference } = await playNative(circuit, trialOf(circuit, seed, 32), seed);
    compared += outputsCompared;
    if (difference !== undefined) differences.push(`seed ${seed}: ${difference}`);
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(20 * designs);
});
