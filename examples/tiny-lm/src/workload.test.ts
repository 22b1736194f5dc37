import {
  compareTensors,
  mixpeGemm,
  quantiseActivations,
  quantiseWeights,
  scaleTokens,
} from '@gatewright/golden';
import { describe, expect, test } from 'vitest';
import { loadTinyLm } from './model.ts';
import { layerWorkload } from './workload.ts';

const model = loadTinyLm();
const line = 'ROMEO:\nBut, soft! what light through yonder window breaks?\n';

describe('layerWorkload', () => {
  test('the input of layers.0.q is the normed embedding, by the formula', () => {
    const workload = layerWorkload(model, 'layers.0.q', line);
    expect(workload).toMatchObject({
      layerName: 'layers.0.q',
      outFeatures: 128,
      inFeatures: 128,
      tokens: line.length,
    });
    const token = model.tokenizer.encode(line)[3]!;
    const row = Array.from(model.tensor('embed.weight').data.subarray(token * 128, token * 128 + 128));
    const gain = model.tensor('layers.0.attn_norm.weight').data;
    const rms = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / 128 + 1e-5);
    row.forEach((x, k) => {
      expect(workload.activations[3 * 128 + k]).toBeCloseTo((x / rms) * gain[k]!, 5);
    });
  });

  test('the reference is the plain matrix product', () => {
    const { weights, activations, reference, inFeatures } = layerWorkload(model, 'layers.3.down', line);
    expect(inFeatures).toBe(384);
    for (const [m, n] of [
      [0, 0],
      [7, 127],
      [line.length - 1, 64],
    ] as const) {
      let sum = 0;
      for (let k = 0; k < 384; k++) sum += weights[n * 384 + k]! * activations[m * 384 + k]!;
      expect(reference[m * 128 + n]).toBeCloseTo(sum, 5);
    }
  });

  test('errors', () => {
    expect(() => layerWorkload(model, 'layers.4.q', line)).toThrow(
      'no linear layer layers.4.q; did you mean layers.0.q',
    );
    expect(() => layerWorkload(model, 'head', '')).toThrow('forward: no tokens');
    expect(() => layerWorkload(model, 'head', 'naïve')).toThrow('character "ï" (U+00EF) at position 2');
  });
});

// A uniform step s adds noise s^2/12; with 128 roughly normal weights per group (largest about 2.7 sigma) s is about
// 0.37 sigma, which makes 19 to 20 dB. Real layers scatter around that; a wrong scale or zero point falls far below.
test('W4A8 error of every layer on real activations lies where 4-bit rounding puts it: 15 to 30 dB', () => {
  for (const { name } of model.linearLayers.filter(
    ({ name }) => name.startsWith('layers.1.') || name === 'head',
  )) {
    const { weights, activations, reference, outFeatures, inFeatures, tokens } = layerWorkload(
      model,
      name,
      line,
    );
    for (const scheme of ['symmetric', 'asymmetric'] as const) {
      const w = quantiseWeights(weights, { outFeatures, inFeatures }, { bits: 4, scheme });
      const x = quantiseActivations(activations, { tokens, inFeatures });
      const { snrDb } = compareTensors(reference, scaleTokens(mixpeGemm(x.codes, tokens, w), x.scales));
      expect(snrDb, `${name} ${scheme}`).toBeGreaterThan(15);
      expect(snrDb, `${name} ${scheme}`).toBeLessThan(30);
    }
  }
});
