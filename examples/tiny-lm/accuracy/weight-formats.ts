// What a weight format costs on real text: the table of docs/units/bit-serial.md.
//   npm run accuracy -w @gatewright/tiny-lm [-- --windows 435 --page docs/units/bit-serial.md]
// Weights of every linear layer are quantised in groups along K, activations stay FP32. Windows are read in rounds, and the
// table is complete after each round: it says how many characters it stands for. With --page the page is rewritten.

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BITMOD_SPECIAL_VALUES, compareTensors } from '@gatewright/golden';
import {
  bitmodWeights,
  evaluate,
  integerWeights,
  loadTinyLm,
  type RunLinear,
  readTinyLmFile,
  type WeightFormat,
  weightOnlyLinear,
} from '../src/index.ts';

interface Row {
  readonly name: string;
  readonly bits: number;
  /** Undefined for FP32. */
  readonly format?: WeightFormat;
}

const BEGIN = '<!-- weight formats: begin -->\n';
const END = '<!-- weight formats: end -->\n';
const ROUND = 16;

/** FP3 or FP4 with each choice of special values: 8-bit group scales and as many bits as the choice takes. */
function float(bits: 3 | 4, groupSize = 128): Row[] {
  const datatype = `fp${bits}` as const;
  const [er, , ea] = BITMOD_SPECIAL_VALUES[datatype];
  const row = (name: string, specials: readonly number[]): Row => ({
    name,
    bits: bits + (8 + Math.log2(specials.length || 1)) / groupSize,
    format: bitmodWeights({ datatype, specials, groupSize }),
  });
  return [
    row(`FP${bits}`, []),
    row(`FP${bits}-ER (±${er / 2})`, [0, 1]),
    row(`FP${bits}-EA (±${ea / 2})`, [2, 3]),
    row(`**BitMoD FP${bits}**`, [0, 1, 2, 3]),
  ];
}

/** Integers with FP16 scales, and zero points if asymmetric. */
const integer = (bits: 3 | 4, groupSize = 128): Row[] =>
  (['symmetric', 'asymmetric'] as const).map((scheme) => ({
    name: `INT${bits} ${scheme}`,
    bits: bits + (scheme === 'symmetric' ? 16 : 16 + bits) / groupSize,
    format: integerWeights({ bits, scheme, groupSize }),
  }));
const inGroupsOf = (groupSize: number, row: Row | undefined): Row[] =>
  row ? [{ ...row, name: `${row.name}, groups of ${groupSize}` }] : [];

const rows: readonly Row[] = [
  { name: 'FP32', bits: 32 },
  ...integer(4),
  ...float(4),
  ...integer(3),
  ...float(3),
  ...inGroupsOf(32, integer(3, 32).at(-1)),
  ...inGroupsOf(32, float(3, 32).at(-1)),
  { name: 'INT6 symmetric, 8-bit scales', bits: 6 + 8 / 128, format: bitmodWeights({ datatype: 'int6' }) },
];

const { values } = parseArgs({ options: { windows: { type: 'string' }, page: { type: 'string' } } });
const page = values.page && resolve(process.env.INIT_CWD ?? '.', values.page);
const model = loadTinyLm();
const text = readTinyLmFile('val.txt');
const { context } = model.config;
const windows = Number(values.windows ?? Math.floor((model.tokenizer.encode(text).length - 1) / context));

/** Signal to noise over all linear weights together, in dB. */
function signalToNoise(format: WeightFormat): number {
  const pairs = model.linearLayers.map((layer) => {
    const { data } = model.tensor(`${layer.name}.weight`);
    return { data, quantised: format(data, layer) };
  });
  const join = (key: 'data' | 'quantised'): Float32Array =>
    Float32Array.from(pairs.flatMap((pair) => [...pair[key]]));
  return compareTensors(join('data'), join('quantised')).snrDb;
}

const noise = rows.map(({ format }) => (format ? signalToNoise(format).toFixed(1) : ''));
const runs: (RunLinear | undefined)[] = rows.map(({ format }) => format && weightOnlyLinear(model, format));
const losses: number[][] = rows.map(() => []);
const mean = (list: readonly number[]): number => list.reduce((sum, v) => sum + v, 0) / list.length;

/** Each row's loss over that of FP32 comes with the standard error of its mean over windows. */
function table(): string {
  const lines = rows.map(({ name, bits }, i) => {
    const loss = mean(losses[i]!);
    const over = losses[i]!.map((l, w) => l - losses[0]![w]!);
    const rise = mean(over);
    const error = Math.sqrt(mean(over.map((o) => (o - rise) ** 2)) / (over.length - 1));
    const cells = [name, bits.toFixed(2), noise[i], loss.toFixed(4), Math.exp(loss).toFixed(3)];
    return `| ${[...cells, i ? `+${rise.toFixed(4)} ± ${error.toFixed(4)}` : ''].join(' | ')} |\n`;
  });
  const head =
    'weights | bits per weight | SNR of weights (dB) | nats per character | perplexity | nats over FP32';
  const characters = (losses[0]!.length * context).toLocaleString('en');
  return `| ${head} |\n|---|---|---|---|---|---|\n${lines.join('')}\n${characters} characters of unseen text.\n`;
}

for (let first = 0; first < windows; first += ROUND) {
  const part = { first, windows: Math.min(ROUND, windows - first) };
  rows.forEach((_, i) => {
    const linear = runs[i];
    losses[i]!.push(...evaluate(model, text, linear ? { ...part, linear } : part).windows);
  });
  process.stderr.write(`${first + part.windows} of ${windows} windows\n`);
  if (page === undefined || page === '') continue;
  const old = readFileSync(page, 'utf8');
  const [begin, end] = [old.indexOf(BEGIN), old.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${page} has no line ${BEGIN}`);
  writeFileSync(page, old.slice(0, begin) + BEGIN + table() + old.slice(end));
}
console.log(table());
