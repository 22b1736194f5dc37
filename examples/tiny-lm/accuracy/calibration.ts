// Writes data/calibration.txt: text that the model itself writes, for quantisers to look at instead of real text.
//   npm run calibration -w @gatewright/tiny-lm

import { writeFileSync } from 'node:fs';
import { forward, KeyValueCache, loadTinyLm, tokenSampler } from '../src/index.ts';

const model = loadTinyLm();
const { context, vocabulary } = model.config;
const sample = tokenSampler({ temperature: 1, seed: 1 });
let text = '';
for (let sequence = 0; sequence < 4; sequence++) {
  const cache = new KeyValueCache(model.config);
  let token = vocabulary.indexOf('\n');
  for (let t = 0; t < context; t++) {
    text += vocabulary[token];
    token = sample(forward(model, [token], { cache }));
  }
}
writeFileSync(new URL('../data/calibration.txt', import.meta.url), text);
