// The ternary lane simulated against its golden model, and broken ones.

import { expect, test } from 'vitest';
import { broken, expectCaught } from '../../test/broken.ts';
import { expectSound } from '../../test/sound.ts';
import { TernaryLane } from './lane.ts';
import { ternary } from './unit.ts';

test.each(ternary.configurations)(
  '%j is exact, as fast as predicted, and clean in three tools',
  async (params) => {
    await expectSound(ternary, params, { runs: 10 });
  },
  600_000,
);

test.each([
  ['a carry that is lost', /ones( *)= [^;]*;/, "ones$1= 5'd0;"],
  ['a lane that is never inverted', /\^ \{8\{in_t_3\[1\]\}\}/, "^ {8{1'b0}}"],
  ['a sum that never restarts', /fresh <= in_last/, "fresh <= 1'b0"],
])(
  '%s is caught',
  async (_, from, to) => {
    await expectCaught(ternary, {}, broken('TernaryLane', from, to));
  },
  600_000,
);

test('a sum that does not hold one beat is refused', () => {
  expect(() => TernaryLane.elaborate({ lanes: 16, maxDepth: 15 })).toThrow(
    'maxDepth must be no less than lanes',
  );
});
