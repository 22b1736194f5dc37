// Weight-only quantisation in the model: it runs the weights that the codes stand for, and the formats keep their order.

import { expect, test } from 'vitest';
import { evaluate } from './evaluation.ts';
import { fp32Linear } from './linear.ts';
import { loadTinyLm, readTinyLmFile } from './model.ts';
import { bitmodWeights, integerWeights, weightOnlyLinear } from './weight-only-linear.ts';

const model = loadTinyLm();
const text = readTinyLmFile('val.txt');

test('weights that are left alone give the FP32 layer', () => {
  const input = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i));
  const same = weightOnlyLinear(model, (weights) => weights);
  expect(same('layers.0.q', input, 2)).toEqual(fp32Linear(model)('layers.0.q', input, 2));
});

test('BitMoD FP4 costs less than plain FP4 and symmetric INT4 on the first window; the order of the paper', () => {
  const loss = (format: Parameters<typeof weightOnlyLinear>[1]): number =>
    evaluate(model, text, { windows: 1, linear: weightOnlyLinear(model, format) }).nll;
  const bitmod = loss(bitmodWeights({ datatype: 'fp4' }));
  expect(bitmod).toBeLessThan(loss(bitmodWeights({ datatype: 'fp4', specials: [] })));
  expect(bitmod).toBeLessThan(loss(integerWeights({ bits: 4, scheme: 'symmetric' })));
});
