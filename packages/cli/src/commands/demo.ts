// gatewright demo: a real layer of a small language model, quantised, on generated hardware, checked bit by bit.
// Invariant: what is compared is what the simulated Verilog answered, and that Verilog is left in a folder to look at.

import { relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compareTensors, type PrunedWeights, pruneSparse } from '@gatewright/golden';
import {
  type AnyUnit,
  type BackendName,
  type GemmWorkload,
  runWorkload,
  type WorkloadReport,
} from '@gatewright/sim';
import { type LayerWorkload, layerWorkload, loadTinyLm, readTinyLmFile } from '@gatewright/tiny-lm';
import { type Command, Option } from 'commander';
import { readingInput, UsageError } from '../errors.ts';
import { renderUnitFiles } from '../generate/render-unit-files.ts';
import { writeFiles } from '../generate/write-files.ts';
import { type Io, pathOf, widthOf } from '../io.ts';
import { gemmOf, ROMEO } from '../language-model/layer-gemm.ts';
import { jsonText } from '../terminal/json-text.ts';
import { countOf } from '../terminal/number-text.ts';
import { type Bar, type Progress, progressOn } from '../terminal/progress.ts';
import { findUnit } from '../unit/find-unit.ts';
import { checkedParameters } from '../unit/parameter-flags.ts';
import { backendOption } from './backend-option.ts';
import type { Context } from './context.ts';
import { type DemoResult, demoFailure, demoJson, demoText } from './demo-report.ts';
import { integerArgument } from './number-argument.ts';
import { shareArgument } from './share-argument.ts';

interface DemoFlags {
  readonly unit: string;
  readonly layer: string;
  readonly tokens?: number;
  readonly text?: string;
  readonly lanes?: number;
  readonly prune?: number;
  readonly keep?: string;
  readonly model?: string;
  readonly backend?: BackendName;
  readonly json?: boolean;
}

export function addDemoCommand(program: Command, { io, units }: Context): void {
  program
    .command('demo')
    .description('run a real layer of a small language model on generated hardware')
    .addOption(new Option('--unit <name>', 'what runs it; arrays are 8 x 8').default('mixpe'))
    .addOption(new Option('--layer <name>', 'linear layer of the model').default('layers.0.q'))
    .addOption(
      new Option('--text <text>', 'what the model reads').default(ROMEO, 'a line of Romeo and Juliet'),
    )
    .addOption(
      new Option('--tokens <n>', 'let it read the first n characters of a text that it was not trained on')
        .argParser(integerArgument(1))
        .conflicts('text'),
    )
    .addOption(
      new Option(
        '--lanes <n>',
        'products per cycle, of a unit with lanes; divides 128 (default: 8)',
      ).argParser(integerArgument(1)),
    )
    .addOption(
      new Option(
        '--prune <share>',
        'run the layer as it is, then with this share of its weights, n of 16 chosen per 16 x 16 block',
      ).argParser(shareArgument),
    )
    .addOption(new Option('--keep <dir>', 'folder for the Verilog').default(undefined, 'out/demo/<unit>'))
    .addOption(new Option('--model <dir>', 'another model: config.json and model.safetensors as in tiny-lm'))
    .addOption(backendOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Weights and activations are quantised as the unit takes them: 4-bit weights in groups of 128 and INT8 activations with
a scale per token unless it has formats of its own. The unit is generated, simulated and fed with them; every output is
compared with the golden model, and the result with the layer in FP32.

Examples:
  gatewright demo
  gatewright demo --layer layers.2.down --tokens 16 --lanes 32
  gatewright demo --unit mixpe-array
  gatewright demo --unit ternary --lanes 16
  gatewright demo --unit sparse-mpe --layer layers.0.gate --tokens 32 --prune 0.25
  gatewright demo --text "KING:" --keep out/king`,
    )
    .action((flags: DemoFlags) => demo(flags, io, units));
}

async function demo(flags: DemoFlags, io: Io, units: readonly AnyUnit[]): Promise<void> {
  const progress = progressOn(io.stderr);
  const unit = findUnit(units, flags.unit);
  const { workload } = unit;
  if (!workload)
    throw new UsageError(
      `${unit.name} does not say how a layer maps on it`,
      `these do: ${units.flatMap((u) => (u.workload ? [u.name] : [])).join(', ')}`,
    );
  const params = checkedParameters(unit, parametersFor(unit, flags));

  const { layer, text } = loadLayer(flags, io, progress);
  let gemm = gemmOf(layer);

  const dense = flags.prune === undefined ? undefined : await denseRun(unit, params, gemm, flags, progress);
  const pruned = flags.prune === undefined ? undefined : prunedWeights(gemm, flags.prune);
  if (pruned) gemm = { ...gemm, weights: pruned.weights };
  io.signal?.throwIfAborted();

  progress.line(`quantising ${gemm.outputs} x ${gemm.depth} weights and ${countOf(gemm.tokens, 'token')}`);
  const mapped = readingInput(() => workload(params, gemm));

  progress.line(`generating ${unit.module.name}`);
  const rendered = renderUnitFiles(unit, params);
  const folder = pathOf(io, flags.keep ?? `out/demo/${unit.name}`);
  await writeFiles(folder, rendered.files, rendered.manifest);
  io.signal?.throwIfAborted();

  let bar: Bar | undefined;
  try {
    const report = await runWorkload(announced(unit, mapped, progress), params, gemm, {
      backend: flags.backend,
      onProgress: progress.line,
      onTransfers(done, total) {
        bar ??= progress.bar('simulating', total);
        bar.update(done);
      },
    });
    bar?.stop();
    const error = compareTensors(layer.reference, report.results);
    const shown = relative(io.cwd, folder) || '.';
    const result: DemoResult = {
      layer,
      text,
      report,
      error,
      ...(dense && pruned ? { pruning: { dense, pruned } } : {}),
      folder: shown.startsWith(`..${sep}`) ? folder : shown,
    };
    io.stdout.write(flags.json ? jsonText(demoJson(result)) : demoText(result, widthOf(io.stdout)));
    const failure = demoFailure(result);
    if (failure) throw failure;
  } finally {
    bar?.stop();
  }
}

/** The layer with all of its weights, to compare with. */
async function denseRun(
  unit: AnyUnit,
  params: Record<string, unknown>,
  gemm: GemmWorkload,
  { backend }: DemoFlags,
  progress: Progress,
): Promise<WorkloadReport<AnyUnit>> {
  progress.line('simulating the layer with all of its weights');
  return runWorkload(unit, params, gemm, { backend, onProgress: progress.line });
}

const prunedWeights = ({ weights, outputs, depth }: GemmWorkload, density: number): PrunedWeights =>
  readingInput(() => pruneSparse(weights, { outFeatures: outputs, inFeatures: depth }, { density }));

function loadLayer(flags: DemoFlags, io: Io, progress: Progress): { layer: LayerWorkload; text: string } {
  progress.line(flags.model === undefined ? 'loading the model' : `loading the model in ${flags.model}`);
  const model = readingInput(() =>
    flags.model === undefined ? loadTinyLm() : loadTinyLm(pathToFileURL(`${pathOf(io, flags.model)}/`)),
  );
  const text = flags.tokens === undefined ? flags.text! : readTinyLmFile('val.txt').slice(0, flags.tokens);
  const most = model.config.context;
  const length = flags.tokens ?? Array.from(text).length;
  if (length === 0) throw new UsageError('--text is empty', 'give the model at least one character to read');
  if (length > most)
    throw new UsageError(`${countOf(length, 'character')} to read, the model takes at most ${most}`);
  progress.line(`running the model on ${countOf(length, 'character')} for the input of ${flags.layer}`);
  const layer = readingInput(() => layerWorkload(model, flags.layer, text));
  return { layer, text };
}

/** 4-bit weights in groups of 128 and sums that nothing rounds, where a unit has a say in it. */
function parametersFor(unit: AnyUnit, { lanes }: DemoFlags): Record<string, unknown> {
  const wanted = { weightBits: 4, groupSize: 128, zeroPoint: 'group', lanes: lanes ?? 8, output: 'int32' };
  const known = Object.keys(unit.module.params.shape);
  if (lanes !== undefined && !known.includes('lanes'))
    throw new UsageError(`${unit.name} has no lanes`, 'leave --lanes out');
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => known.includes(name)));
}

/** The unit with its layer already mapped, saying what it is asked to do. */
function announced(
  unit: AnyUnit,
  mapped: ReturnType<NonNullable<AnyUnit['workload']>>,
  progress: Progress,
): AnyUnit {
  return {
    ...unit,
    workload: () => mapped,
    golden(params, inputs) {
      progress.line('computing the golden outputs');
      return unit.golden(params, inputs);
    },
  };
}
