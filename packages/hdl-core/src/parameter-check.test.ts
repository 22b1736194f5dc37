// What a user is told of parameters that a schema refuses.

import { expect, test } from 'vitest';
import { z } from 'zod';
import { bool, defineModule, input, output, ParameterError } from './index.ts';

const Filter = defineModule({
  name: 'Filter',
  params: z
    .object({
      width: z.int().min(1).max(16),
      stride: z.int().multipleOf(4).default(4),
      gain: z.number().positive().lt(2).default(1),
      mode: z.enum(['keep', 'drop', 'hold']).default('keep'),
      flush: z.boolean().default(false),
      taps: z.array(z.int()).min(1).max(2).default([1]),
      name: z.string().min(2).default('fir'),
      even: z
        .int()
        .default(2)
        .refine((n) => n % 2 === 0, 'an odd number of halves'),
    })
    .refine((p) => p.stride >= p.width, { message: 'a stride is at least a width', path: ['stride'] }),
  ports: () => ({ a: input(bool), y: output(bool) }),
  build: (io) => io.y.set(io.a),
});
const told = (params: object): string => {
  try {
    Filter.elaborate(params as { width: number });
  } catch (error) {
    if (error instanceof ParameterError) return error.message.replace('illegal parameters for Filter\n', '');
    throw error;
  }
  return 'no complaint';
};

test('every fault is a sentence with the parameter and its value', () => {
  const text = [
    {},
    { width: 0 },
    { width: 17, stride: 3, gain: 0 },
    { width: 2.5, gain: 2, mode: 'kepe', flush: 'yes' },
    { width: '4', taps: [] },
    { width: 4, taps: [1, 2, 3], name: 'x' },
    { width: 4, taps: [1, 0.5] },
    { width: 4, taps: 3 },
    { width: 4n },
  ].map(told);
  expect(`${text.join('\n')}\n`).toMatchInlineSnapshot(`
    "  width: is missing
      width = 0: must be at least 1
      width = 17: must be at most 16
      stride = 3: must be a multiple of 4
      gain = 0: must be above 0
      width = 2.5: must be an integer
      gain = 2: must be below 2
      mode = kepe: must be keep, drop or hold
      flush = yes: must be true or false
      width = 4: must be a number
      taps = []: must have at least 1 element
      taps = [1,2,3]: must have at most 2 elements
      name = x: must have at least 2 characters
      taps[1] = 0.5: must be an integer
      taps = 3: must be a list
      width = 4: must be a number
    "
  `);
});

test('what parameters must be to each other is told when each of them is legal', () => {
  expect(told({ width: 5 })).toBe('  stride = 4: a stride is at least a width');
  expect(told({ width: 8, even: 3 })).toMatchInlineSnapshot(`
    "  even = 3: an odd number of halves
      stride = 4: a stride is at least a width"
  `);
  expect(told({ width: 99, even: 3 })).toBe('  width = 99: must be at most 16');
});
