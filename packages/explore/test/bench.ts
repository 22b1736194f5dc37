// What the measuring process of the tests can reach.

import type { Bench } from '../src/measure/measure-point.ts';
import { units } from './units.ts';

export const bench: Bench = {
  units,
  models: {},
  readTensor: (file) => {
    throw new Error(`${file}: these tests read no tensors`);
  },
};
