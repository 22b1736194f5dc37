import { bench, describe } from 'vitest';
import { mixpeGemm, scaleTokens } from './mixpe-gemm.ts';
import { quantiseActivations } from './quantise-activations.ts';
import { quantiseWeights } from './quantise-weights.ts';

// A 128 x 128 layer at 64 tokens: 1,048,576 multiply-accumulates.
const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step));
const weights = wave(128 * 128, 0.37);
const activations = wave(64 * 128, 0.91);
const quantised = quantiseWeights(
  weights,
  { outFeatures: 128, inFeatures: 128 },
  { bits: 4, scheme: 'asymmetric' },
);
const tokens = quantiseActivations(activations, { tokens: 64, inFeatures: 128 });

describe('128 x 128 layer, 64 tokens', () => {
  bench('quantise weights', () => {
    quantiseWeights(weights, { outFeatures: 128, inFeatures: 128 }, { bits: 4, scheme: 'asymmetric' });
  });
  bench('reference', () => {
    scaleTokens(mixpeGemm(tokens.codes, 64, quantised), tokens.scales);
  });
});
