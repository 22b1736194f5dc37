// Instances that ask for parameters that were asked for before: one module for equal ones, and no stale answer.

import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineModule, input, output, uint } from '../src/index.ts';

const Sum = defineModule({
  name: 'Sum',
  params: z.object({ weights: z.array(z.int()).default([1]), offset: z.int().default(0) }),
  ports: () => ({ x: input(uint(4)), y: output(uint(12)) }),
  build(io, { weights, offset }) {
    io.y.set(
      io.x
        .mul(weights.reduce((sum, w) => sum + w, 0))
        .add(offset)
        .trunc(12),
    );
  },
});

const modulesOf = (asked: () => Iterable<{ weights?: number[]; offset?: number } | undefined>): unknown[] =>
  defineModule({
    name: 'Top',
    params: z.object({}),
    ports: () => ({ x: input(uint(4)), y: output(uint(12)) }),
    build(io) {
      let i = 0;
      for (const params of asked()) {
        const sum = Sum.inst(`u_sum_${i++}`, params);
        sum.x.set(io.x);
        if (i === 1) io.y.set(sum.y);
      }
    },
  })
    .elaborate({}, { warnings: [{ code: 'E18', action: 'off' }] })
    .modules.filter((m) => m.definition === 'Sum')
    .map((m) => m.params);

test('equal parameters give one module, however they are written', () => {
  const asked = () => [
    { offset: 2 },
    { offset: 2 },
    { offset: 3 },
    { offset: 2 },
    undefined,
    {},
    { offset: 0 },
  ];
  expect(modulesOf(asked)).toEqual([2, 3, 0].map((offset) => ({ weights: [1], offset })));
});

test('a list that was changed in between is read again', () => {
  function* asked() {
    const weights = [1];
    yield { weights };
    weights.push(2);
    yield { weights };
  }
  expect(modulesOf(asked)).toEqual([[1], [1, 2]].map((weights) => ({ weights, offset: 0 })));
});
