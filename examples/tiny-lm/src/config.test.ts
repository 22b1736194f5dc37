import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

const good = {
  d_model: 4,
  n_heads: 2,
  head_dim: 2,
  n_layers: 1,
  d_ffn: 8,
  window: 3,
  context: 5,
  rope_base: 10000,
  norm_eps: 1e-5,
  vocab: ['a', 'b'],
};

test('reads every field', () => {
  expect(parseConfig(good)).toEqual({
    dModel: 4,
    heads: 2,
    headDim: 2,
    layers: 1,
    dFfn: 8,
    window: 3,
    context: 5,
    ropeBase: 10000,
    normEpsilon: 1e-5,
    vocabulary: ['a', 'b'],
  });
});

test.each<[string, unknown]>([
  ['config.json is not an object', null],
  ['config.json: d_ffn is 1.5, need a positive integer', { ...good, d_ffn: 1.5 }],
  ['config.json: window is undefined, need a positive integer', { ...good, window: undefined }],
  ['config.json: norm_eps is 0, need a positive number', { ...good, norm_eps: 0 }],
  ['config.json: vocab is not a list of single characters', { ...good, vocab: ['ab'] }],
  ['config.json: 2 heads of 3 do not make d_model 4', { ...good, head_dim: 3 }],
])('%s', (message, json) => {
  expect(() => parseConfig(json)).toThrow(message);
});
