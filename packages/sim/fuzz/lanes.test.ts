// Random designs of equal lanes in the native back end, which packs them into vectors, against the evaluator of the IR.
// `GATEWRIGHT_FUZZ_SEED` chooses the first design and `GATEWRIGHT_FUZZ_DESIGNS` how many; a difference names its seed.

import { expect, test } from 'vitest';
import { lanesOf } from './lanes.ts';
import { playNative } from './play-native.ts';
import { trialOf } from './stimulus.ts';

const first = Number(process.env.GATEWRIGHT_FUZZ_SEED ?? 1);
const designs = Number(process.env.GATEWRIGHT_FUZZ_DESIGNS ?? 60);

test(`equal lanes of seeds ${first} to ${first + designs - 1} do natively what their IR means`, async () => {
  const differences: string[] = [];
  let compared = 0;
  for (let seed = first; seed < first + designs; seed++) {
    const circuit = lanesOf(seed);
    const { outputsCompared, difference } = await playNative(circuit, trialOf(circuit, seed, 40), seed);
    compared += outputsCompared;
    if (difference !== undefined) differences.push(`seed ${seed}: ${difference}`);
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(20 * designs);
});
