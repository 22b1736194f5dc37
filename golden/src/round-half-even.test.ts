import { expect, test } from 'vitest';
import { roundHalfEven } from './round-half-even.ts';

test('ties go to the even integer, everything else to the nearest', () => {
  const below = 0.5 - 2 ** -54;
  expect(
    [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, below, 0.5 + 2 ** -53, -0.7, 2 ** 51 - 0.5].map(roundHalfEven),
  ).toEqual([-2, -2, 0, 0, 2, 2, 0, 1, -1, 2 ** 51]);
});
