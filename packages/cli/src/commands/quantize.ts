// gatewright quantize: the matrices of a model file in a weight format, with the error of each.
// Invariant: progress goes to stderr, the table to stdout; the output file is written whole or not at all.

import { basename, join, relative } from 'node:path';
import { WEIGHT_FORMATS, type WeightFormatInfo } from '@gatewright/golden';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { closest, distance } from 'fastest-levenshtein';
import { type Io, pathOf, widthOf } from '../io.ts';
import { openModel } from '../quantise/model-file.ts';
import { type QuantiseReport, quantiseModel } from '../quantise/quantise-model.ts';
import { jsonText } from '../terminal/json-text.ts';
import { countOf, countText } from '../terminal/number-text.ts';
import { progressOn } from '../terminal/progress.ts';
import { renderTable } from '../terminal/table.ts';
import type { Context } from './context.ts';
import { integerArgument } from './number-argument.ts';

interface QuantizeFlags {
  readonly format: WeightFormatInfo;
  readonly groupSize: number;
  readonly out?: string;
  readonly only?: readonly string[];
  readonly skip: readonly string[];
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addQuantizeCommand(program: Command, { io }: Context): void {
  program
    .command('quantize')
    .alias('quantise')
    .description('quantise the weights of a model file (safetensors)')
    .usage('[options] <model>')
    .argument('<model>', 'a safetensors file; F32, F16 or BF16 weights [out][in] as in PyTorch')
    .addOption(
      new Option('--format <name>', 'what the weights become, see below')
        .argParser(formatArgument)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--groupSize <n>', 'weights along the input that share a scale')
        .default(128)
        .argParser(integerArgument(1, 65536)),
    )
    .option('-o, --out <file>', 'output; <model>.<format>.safetensors in this folder by default')
    .option('--only <name...>', 'quantise these tensors; * stands for anything')
    .option('--skip <name...>', 'leave these as they are', ['*embed*', '*wte*', '*wpe*'])
    .option('--force', 'replace the output if it exists')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nFormats:\n${formatList()}${layout}`)
    .action((path: string, flags: QuantizeFlags) => quantize(path, flags, io));
}

function formatArgument(name: string): WeightFormatInfo {
  const format = WEIGHT_FORMATS.find((f) => f.name === name);
  if (format) return format;
  const names = WEIGHT_FORMATS.map((f) => f.name);
  const near = closest(name, names);
  throw new InvalidArgumentError(
    distance(name, near) <= Math.floor(name.length / 3)
      ? `did you mean ${near}?`
      : `the formats are ${names.join(', ')}`,
  );
}

const formatList = (): string =>
  WEIGHT_FORMATS.map(({ name, summary }) => `  ${name.padEnd(13)} ${summary}\n`).join('');

const layout = `
Every matrix that --only and --skip leave is quantised to the nearest codes, without calibration; all other tensors
are copied. The matrix <name> [N][K] becomes

  <name>.codes           N rows of K codes, a stream of bits each, low bits first, padded to bytes
  <name>.scales          N x groups: 8 bits (BitMoD, fp3, fp4) or FP16 (integers)
  <name>.channel_scales  N, FP32: w = channel scale * scale * code's value        BitMoD, fp3, fp4
  <name>.specials        N rows of 2-bit indices into 3, -3, 6, -6 or 5, -5, 8, -8      bitmod-fp3, -fp4
  <name>.zero_points     N rows, as codes: w = scale * (code - zero point)              asymmetric

Format, group size and shapes are in the metadata: gatewright.format, .group_size, .shapes.

Examples:
  gatewright quantize --format bitmod-fp4 model.safetensors
  gatewright quantize --format int3-asym --groupSize 64 --skip '*embed*' 'lm_head*' -o out.safetensors model.safetensors`;

async function quantize(path: string, flags: QuantizeFlags, io: Io): Promise<void> {
  const { format } = flags;
  const input = pathOf(io, path);
  const stem = basename(input).replace(/\.safetensors$/, '');
  const output = flags.out ? pathOf(io, flags.out) : join(io.cwd, `${stem}.${format.name}.safetensors`);
  const only = flags.only?.map(pattern);
  const skip = flags.skip.map(pattern);
  const bar = { current: undefined as ReturnType<ReturnType<typeof progressOn>['bar']> | undefined };
  const model = await openModel(input);
  try {
    const report = await quantiseModel(model, {
      ...{ format, output, groupSize: flags.groupSize, force: flags.force === true, signal: io.signal },
      selects: (name) => (only ? only.some((p) => p.test(name)) : true) && !skip.some((p) => p.test(name)),
      onTensor(name, done, total) {
        bar.current ??= progressOn(io.stderr).bar('quantising', total, 'tensors');
        bar.current.update(done);
        bar.current.label(name);
      },
    });
    bar.current?.stop();
    const file = relative(io.cwd, output) || output;
    if (flags.json) io.stdout.write(jsonText(quantizeJson(report, flags, model.path, output)));
    else io.stdout.write(quantizeText(report, model.size, file, widthOf(io.stdout)));
  } finally {
    bar.current?.stop();
    await model.close();
  }
}

/** A name in which * stands for anything. */
const pattern = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`);

const decibel = (snrDb: number): string => (snrDb === Infinity ? 'exact' : snrDb.toFixed(1));

function quantizeText(report: QuantiseReport, inputBytes: number, file: string, width: number): string {
  const { tensors, kept, snrDb, bitsPerWeight, size } = report;
  const rows = tensors.map(({ name, outFeatures, inFeatures, bitsPerWeight: bits, error }) => [
    name,
    `${outFeatures} x ${inFeatures}`,
    bits.toFixed(2),
    decibel(error.snrDb),
    `${(100 * error.relativeRms).toFixed(2)} %`,
    error.maxAbs.toPrecision(3),
  ]);
  const weights = tensors.reduce((sum, t) => sum + t.outFeatures * t.inFeatures, 0);
  const total = ['all', countText(weights), bitsPerWeight.toFixed(2), decibel(snrDb)];
  rows.push([...total, `${(100 * 10 ** (-snrDb / 20)).toFixed(2)} %`, '']);
  const table = renderTable(
    [
      { head: 'tensor', wrap: true },
      { head: 'weights', align: 'right' },
      { head: 'bits/weight', align: 'right' },
      { head: 'SNR (dB)', align: 'right' },
      { head: 'relative RMS', align: 'right' },
      { head: 'largest error', align: 'right' },
    ],
    rows,
    width,
  );
  const copied = kept.length > 0 ? `, ${countOf(kept.length, 'tensor')} copied` : '';
  const bytes = `${countText(inputBytes)} bytes became ${countText(size)}`;
  return `${table}\n\n${countOf(tensors.length, 'matrix', 'matrices')} quantised${copied}; ${bytes}: ${file}\n`;
}

function quantizeJson(
  { tensors, ...totals }: QuantiseReport,
  { format, groupSize }: QuantizeFlags,
  input: string,
  output: string,
) {
  const rows = tensors.map(({ error, ...tensor }) => ({ ...tensor, ...error }));
  return { format: format.name, groupSize, input, output, ...totals, tensors: rows };
}
