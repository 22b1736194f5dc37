// What a weight format costs on real text: npx tsx --conditions=gatewright-source examples/tiny-lm/accuracy/weight-formats.ts
// [--windows 435]. Weights of every linear layer are quantised in groups of 128, activations stay FP32.
// Prints a Markdown table: bits per weight, relative error of the weights, loss in nats per character, over FP32.

import { parseArgs } from 'node:util';
import { BITMOD_SPECIAL_VALUES, type BitmodDatatype, compareTensors } from '@gatewright/golden';
import {
  bitmodWeights,
  evaluate,
  integerWeights,
  loadTinyLm,
  readTinyLmFile,
  type WeightFormat,
  weightOnlyLinear,
} from '../src/index.ts';

const { values } = parseArgs({ options: { windows: { type: 'string' } } });
const model = loadTinyLm();
const text = readTinyLmFile('val.txt');
const windows = values.windows === undefined ? {} : { windows: Number(values.windows) };

const SCALE = 8 / 128;
const float = (bits: 3 | 4): [string, number, WeightFormat][] => {
  const datatype: BitmodDatatype = `fp${bits}`;
  const [er, , ea] = BITMOD_SPECIAL_VALUES[datatype as 'fp3' | 'fp4'];
  const format = (specials: readonly number[]): WeightFormat => bitmodWeights({ datatype, specials });
  return [
    [`FP${bits}`, bits + SCALE, format([])],
    [`FP${bits}-ER (+-${er / 2})`, bits + SCALE + 1 / 128, format([0, 1])],
    [`FP${bits}-EA (+-${ea / 2})`, bits + SCALE + 1 / 128, format([2, 3])],
    [`BitMoD FP${bits}`, bits + SCALE + 2 / 128, format([0, 1, 2, 3])],
  ];
};
const integer = (bits: 3 | 4): [string, number, WeightFormat][] => [
  [`INT${bits} symmetric`, bits + 16 / 128, integerWeights({ bits, scheme: 'symmetric' })],
  [`INT${bits} asymmetric`, bits + (16 + bits) / 128, integerWeights({ bits, scheme: 'asymmetric' })],
];
const rows: [string, number, WeightFormat][] = [
  ...integer(4),
  ...float(4),
  ...integer(3),
  ...float(3),
  ['INT6 symmetric, 8-bit scales', 6 + SCALE, bitmodWeights({ datatype: 'int6' })],
];

/** Relative error over all linear weights together, in dB of signal to noise. */
function signalToNoise(format: WeightFormat): number {
  const tensors = model.linearLayers.map((layer) => {
    const { data } = model.tensor(`${layer.name}.weight`);
    return { data, quantised: format(data, layer) };
  });
  const join = (key: 'data' | 'quantised'): Float32Array =>
    Float32Array.from(tensors.flatMap((t) => [...t[key]]));
  return compareTensors(join('data'), join('quantised')).snrDb;
}

const exact = evaluate(model, text, windows);
console.log('| weights | bits per weight | weight SNR (dB) | nats per character | over FP32 |');
console.log('|---|---|---|---|---|');
console.log(`| FP32 | 32 | | ${exact.nll.toFixed(4)} | |`);
for (const [name, bits, format] of rows) {
  const { nll } = evaluate(model, text, { ...windows, linear: weightOnlyLinear(model, format) });
  const cells = [name, bits.toFixed(2), signalToNoise(format).toFixed(1), nll.toFixed(4)];
  console.log(`| ${cells.join(' | ')} | +${(nll - exact.nll).toFixed(4)} |`);
}
console.log(`\n${exact.characters} characters`);
