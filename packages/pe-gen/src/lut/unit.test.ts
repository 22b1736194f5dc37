// The LUT Tensor Core tile simulated against its golden model, and broken ones.

import { expect, test } from 'vitest';
import { broken, expectCaught } from '../../test/broken.ts';
import { expectSound } from '../../test/sound.ts';
import { LutTile } from './tile.ts';
import { lutTensorCore } from './unit.ts';

test.each(lutTensorCore.configurations)(
  '%j is exact, as fast as predicted, and clean in three tools',
  async (params) => {
    await expectSound(lutTensorCore, params, { runs: 10 });
  },
  600_000,
);

test.each([
  ['a negation without its carry', /\+ \{\d+'d0, negate_1\}/, ''],
  ['an entry that does not double', /table_0_3 *<= \{table_0_3\[\d+:0\], 1'b0\};/, ''],
  ['a plane that the codes do not follow', /code_1_1 *<= code_1_2;/, ''],
  ['a result that is not waited for', /step( *)= [^;]*;/, 'step$1= busy;'],
])(
  '%s is caught',
  async (_, from, to) => {
    await expectCaught(lutTensorCore, { outputs: 2, maxDepth: 4096 }, broken('LutTile', from, to));
  },
  600_000,
);

test('a sum that does not hold one table is refused', () => {
  expect(() => LutTile.elaborate({ maxDepth: 3 })).toThrow('maxDepth must be no less than tableInputs');
});
