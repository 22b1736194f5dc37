// Writes the table and the figure of docs/tiny-lm.md: npm run page:lm -w @gatewright/cli
// Losses come from examples/tiny-lm/accuracy/losses.csv (npm run losses -w @gatewright/tiny-lm), cycles from the units' closed
// forms for the model's own layers, which run-lm and its tests hold against simulation, PE cost from Yosys.

import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseParams } from '@gatewright/hdl-core';
import { LINEAR_CONFIGURATIONS, type LinearConfiguration, loadTinyLm } from '@gatewright/tiny-lm';
import { cacheDir } from '@gatewright/verilator';
import { YosysPool } from '@gatewright/yosys';
import { costRows, measureTable } from '../src/cost/cost-table.ts';
import { LINEAR_UNITS } from '../src/language-model/configurations.ts';
import { UNITS } from '../src/unit/units.ts';

/** The element of each arithmetic in the cost tables, and its multiply-accumulates per cycle where they depend on the weights. */
const ELEMENTS: Readonly<Record<string, { unit: string; row: string; macs?: number }>> = {
  fp16: { unit: 'mixpe', row: 'FP16 FMA, FP32 sum' },
  int8: { unit: 'mixpe', row: 'INT8 x INT8, `*`' },
  'sparse-int8-75': { unit: 'sparse-dsp', row: '16 taps, generic' },
  'sparse-int8': { unit: 'sparse-dsp', row: '16 taps, generic' },
  'bitmod-int6': { unit: 'bit-serial', row: 'PE of a tile', macs: 4 / 3 },
  'bitmod-fp4': { unit: 'bit-serial', row: 'PE of a tile' },
  'bitmod-fp3': { unit: 'bit-serial', row: 'PE of a tile' },
  'mixpe-w4a16': { unit: 'mixpe', row: 'W4A16, FP32 sum' },
  'mixpe-w4a8': { unit: 'mixpe', row: 'W4A8, gated shifts' },
  'mixpe-w4a8-rtn': { unit: 'mixpe', row: 'W4A8, gated shifts' },
};

const root = new URL('../../../', import.meta.url);
const losses: Record<string, number[]> = Object.fromEntries(
  readFileSync(new URL('examples/tiny-lm/accuracy/losses.csv', root), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','))
    .map(([key = '', ...list]) => [key, list.map(Number)]),
);
const model = loadTinyLm();
const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;

/** Transistors of an element per multiply-accumulate and cycle, by configuration. */
async function elementCosts(): Promise<Map<string, number>> {
  const pool = new YosysPool(availableParallelism());
  const costs = new Map<string, number>();
  try {
    for (const name of new Set(Object.values(ELEMENTS).map((e) => e.unit))) {
      const unit = UNITS.find((u) => u.name === name)!;
      const wanted = Object.entries(ELEMENTS).filter(([, e]) => e.unit === name);
      const rows = costRows(unit).filter((r) => wanted.some(([, e]) => e.row === r.label));
      const { targets } = await measureTable(unit, rows, ['gates'], {
        ...{
          clockMhz: unit.cost!.clockMhz,
          activity: 0.1,
          dsp: true,
          run: pool.run,
        },
        cacheFolder: join(cacheDir(), 'cost'),
      });
      for (const [configuration, { row, macs }] of wanted) {
        const measured = targets[0]!.rows.find((r) => r.label === row)!;
        costs.set(configuration, measured.figures.transistors! / (macs ?? measured.macs));
      }
    }
  } finally {
    pool.close();
  }
  return costs;
}

/** Cycles of all linear layers together for so many tokens. */
function linearCycles(configuration: LinearConfiguration, tokens: number): number | undefined {
  const chosen = LINEAR_UNITS[configuration.name];
  const unit = chosen && UNITS.find((u) => u.name === chosen.unit);
  if (!chosen || !unit) return undefined;
  const params = parseParams(unit.module, chosen.params);
  const prepared = configuration.prepare(model);
  let cycles = 0;
  for (const { name, inFeatures: depth, outFeatures: outputs } of model.linearLayers) {
    const gemm = {
      weights: prepared.weights(name),
      activations: new Float32Array(tokens * depth),
    };
    const { weightFormat } = chosen;
    const { inputs } = unit.workload!(params, {
      ...gemm,
      tokens,
      depth,
      outputs,
      weightFormat,
    });
    cycles += unit.performance(params, inputs).cycles;
  }
  return cycles;
}

/** Bits of all linear weights, and bytes of the whole model: embedding and norms stay FP16. */
function size(configuration: LinearConfiguration): {
  bitsPerWeight: number;
  kilobytes: number;
} {
  const { weights } = configuration.prepare(model);
  let [bits, count] = [0, 0];
  for (const layer of model.linearLayers) {
    bits += configuration.storedBits(weights(layer.name), layer);
    count += layer.inFeatures * layer.outFeatures;
  }
  const { vocabulary, dModel, layers } = model.config;
  const rest = 16 * (vocabulary.length * dModel + (2 * layers + 1) * dModel);
  return { bitsPerWeight: bits / count, kilobytes: (bits + rest) / 8 / 1024 };
}

/** Loss, and how far over another run on the same windows; undefined where there is a loss that is no number. */
function loss(key: string, base: string) {
  const [list = [], other = []] = [losses[key], losses[base]];
  if (list.length === 0 || list.some(Number.isNaN)) return { windows: list.length };
  const windows = Math.min(list.length, other.length);
  const over = Array.from({ length: windows }, (_, w) => list[w]! - other[w]!);
  const rise = mean(over);
  const error = Math.sqrt(mean(over.map((o) => (o - rise) ** 2)) / Math.max(1, windows - 1));
  return { windows: list.length, nats: mean(list), rise, error };
}

const costs = await elementCosts();
const number = (x: number | undefined, digits = 0): string =>
  x === undefined
    ? '-'
    : x.toLocaleString('en-US', {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
const riseText = (l: ReturnType<typeof loss>): string =>
  l.rise === undefined
    ? 'not a number'
    : `${l.rise.toFixed(4).startsWith('-') ? '' : '+'}${l.rise.toFixed(4)} ± ${l.error.toFixed(4)}`;
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

const points: { name: string; area: number; rise: number }[] = [];
let linear = `${line([
  ...['linear layers', 'bits per weight', 'model KiB', 'characters', 'nats per character', 'over FP16'],
  ...['cycles per token', 'the same, eight at a time', 'transistors per MAC'],
])}|---|---:|---:|---:|---:|---:|---:|---:|---:|\n`;
for (const configuration of LINEAR_CONFIGURATIONS) {
  const { name } = configuration;
  const l = loss(`${name} + float`, 'fp16 + float');
  if (l.windows === 0) continue;
  const { bitsPerWeight, kilobytes } = size(configuration);
  const eight = linearCycles(configuration, 8);
  const area = costs.get(name);
  if (area !== undefined && l.rise !== undefined) points.push({ name, area, rise: l.rise });
  linear += line([
    ...[`\`${name}\``, bitsPerWeight.toFixed(2), number(kilobytes), number(256 * l.windows)],
    ...[l.nats?.toFixed(4) ?? '-', name === 'fp16' ? '' : riseText(l)],
    ...[number(linearCycles(configuration, 1)), number(eight && eight / 8), number(area)],
  ]);
}
let whole =
  line(['linear layers', 'attention', 'characters', 'nats per character', 'over float attention']) +
  '|---|---|---:|---:|---:|\n';
for (const key of Object.keys(losses)) {
  const [layers = '', attention = ''] = key.split(' + ');
  const l = loss(key, `${layers} + float`);
  if (attention === 'float' || l.windows === 0) continue;
  whole += line([
    `\`${layers}\``,
    `\`${attention}\``,
    number(256 * l.windows),
    l.nats?.toFixed(4) ?? '-',
    riseText(l),
  ]);
}

const page = new URL('docs/tiny-lm.md', root);
const [BEGIN, END] = ['<!-- tables: begin -->\n', '<!-- tables: end -->'];
const old = readFileSync(page, 'utf8');
const tables = `${linear}\n${whole}`;
writeFileSync(page, old.slice(0, old.indexOf(BEGIN)) + BEGIN + tables + old.slice(old.indexOf(END)));
writeFileSync(new URL('docs/tiny-lm.svg', root), figure());

/** Nats over FP16 against transistors per multiply-accumulate, both on logarithmic axes. */
function figure(): string {
  const [width, height, left, bottom] = [680, 400, 70, 340];
  const [x0, x1, y0, y1] = [1000, 30_000, 0.001, 1];
  const x = (area: number): number => left + ((width - left - 130) * Math.log(area / x0)) / Math.log(x1 / x0);
  const y = (rise: number): number =>
    bottom - ((bottom - 30) * Math.log(Math.max(rise, y0) / y0)) / Math.log(y1 / y0);
  const grid = [
    ...[1000, 3000, 10_000, 30_000].map(
      (a) =>
        `<path d="M${x(a).toFixed(1)} 30V${bottom}" stroke="#ddd"/><text x="${x(a).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${number(a)}</text>`,
    ),
    ...[0.001, 0.01, 0.1, 1].map(
      (n) =>
        `<path d="M${left} ${y(n).toFixed(1)}H${width - 130}" stroke="#ddd"/><text x="${left - 8}" y="${(y(n) + 4).toFixed(1)}" text-anchor="end">${n === y0 ? '≤ 0.001' : n}</text>`,
    ),
  ];
  const marks = points.map(
    ({ name, area, rise }) =>
      `<circle cx="${x(area).toFixed(1)}" cy="${y(rise).toFixed(1)}" r="4" fill="#1565c0"/><text x="${(x(area) + 7).toFixed(1)}" y="${(y(rise) + 4).toFixed(1)}">${name}</text>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    '<title>Accuracy against the size of a processing element, one point per arithmetic</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...grid,
    ...marks,
    `<text x="${(width - 60) / 2}" y="${height - 14}" text-anchor="middle">transistors of a processing element per multiply-accumulate and cycle</text>`,
    `<text x="16" y="${bottom / 2}" text-anchor="middle" transform="rotate(-90 16 ${bottom / 2})">nats per character over FP16</text>`,
    '</svg>',
  ].join('\n')}\n`;
}
