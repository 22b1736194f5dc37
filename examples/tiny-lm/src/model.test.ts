import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { findLinearLayer, loadTinyLm } from './model.ts';

const model = loadTinyLm();
const scratch = mkdtempSync(join(tmpdir(), 'tiny-lm-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test('dimensions, vocabulary and tensors', () => {
  expect(model.config).toMatchObject({
    dModel: 128,
    heads: 2,
    headDim: 64,
    layers: 4,
    dFfn: 384,
    window: 64,
  });
  expect(model.tokenizer.decode(model.tokenizer.encode('To be, or not to be?'))).toBe('To be, or not to be?');
  expect(model.tensor('layers.3.down.weight').shape).toEqual([128, 384]);
  expect(model.tensor('layers.3.down.weight').data.length).toBe(128 * 384);
  expect(model.tensor('embed.weight')).toBe(model.tensor('embed.weight'));
});

test('28 linear layers and the head', () => {
  expect(model.linearLayers.length).toBe(29);
  expect(findLinearLayer(model, 'layers.2.gate')).toEqual({
    name: 'layers.2.gate',
    outFeatures: 384,
    inFeatures: 128,
  });
  expect(findLinearLayer(model, 'head').outFeatures).toBe(65);
});

test('unknown names are answered with the nearest', () => {
  expect(() => findLinearLayer(model, 'layers.0.p')).toThrow(
    'no linear layer layers.0.p; did you mean layers.0.q or layers.0.k or layers.0.v?',
  );
  expect(() => findLinearLayer(model, 'attention')).toThrow(
    'no linear layer attention; there is layers.0.q, layers.0.k,',
  );
  expect(() => model.tensor('layers.0.q')).toThrow('no tensor layers.0.q; did you mean layers.0.q.weight?');
});

test('a model whose tensors do not fit its configuration is refused on loading', () => {
  const config = JSON.parse(readFileSync(new URL('../data/config.json', import.meta.url), 'utf8'));
  writeFileSync(join(scratch, 'config.json'), JSON.stringify({ ...config, d_ffn: 256 }));
  writeFileSync(
    join(scratch, 'model.safetensors'),
    readFileSync(new URL('../data/model.safetensors', import.meta.url)),
  );
  expect(() => loadTinyLm(pathToFileURL(`${scratch}/`))).toThrow(
    'tensor layers.0.gate.weight has shape [384, 128], need [256, 128]',
  );
});
