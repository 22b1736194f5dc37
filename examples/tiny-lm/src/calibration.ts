// What activations a layer really meets: the mean square of each input channel, for quantisers and pruners.
// Invariant: measured on text that the model itself wrote (data/calibration.txt), so neither training nor validation text
// is needed, and none leaks into a choice.

import { forward } from './forward.ts';
import { readTinyLmFile, type TinyLm } from './model.ts';

const measured = new WeakMap<TinyLm, ReadonlyMap<string, Float64Array>>();

/** Mean square of every input channel of every linear layer, by layer name; measured once per model. */
export function activationPower(model: TinyLm): ReadonlyMap<string, Float64Array> {
  const known = measured.get(model);
  if (known) return known;
  const power = new Map<string, Float64Array>();
  const tokens = model.tokenizer.encode(readTinyLmFile('calibration.txt'));
  const { context } = model.config;
  for (let start = 0; start < tokens.length; start += context)
    forward(model, tokens.subarray(start, start + context), {
      capture(name, input) {
        const width = model.linearLayers.find((layer) => layer.name === name)!.inFeatures;
        const sums = power.get(name) ?? new Float64Array(width);
        for (let i = 0; i < input.length; i++) sums[i % width]! += input[i]! ** 2 / tokens.length;
        power.set(name, sums);
      },
    });
  measured.set(model, power);
  return power;
}
