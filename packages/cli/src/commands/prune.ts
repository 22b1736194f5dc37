// gatewright prune: the matrices of a model file pruned to n of 16, block by block, with what is lost and what is saved.
// Invariant: progress goes to stderr, the table to stdout; nothing is written unless --out says where.

import { relative } from 'node:path';
import { SPARSE_COUNTS, type SparseCount } from '@gatewright/golden';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Io, pathOf, widthOf } from '../io.ts';
import { type PrunedTensor, pruneModel } from '../prune/prune-model.ts';
import { openModel } from '../quantise/model-file.ts';
import { jsonText } from '../terminal/json-text.ts';
import { progressOn } from '../terminal/progress.ts';
import { renderTable } from '../terminal/table.ts';
import type { Context } from './context.ts';
import { shareArgument } from './share-argument.ts';

interface PruneFlags {
  readonly density: number;
  readonly n?: SparseCount;
  readonly out?: string;
  readonly only?: readonly string[];
  readonly skip: readonly string[];
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addPruneCommand(program: Command, { io }: Context): void {
  program
    .command('prune')
    .description('prune the weights of a model file to n of 16 (safetensors)')
    .usage('[options] <model>')
    .argument('<model>', 'a safetensors file; F32, F16 or BF16 weights [out][in] as in PyTorch')
    .addOption(
      new Option('--density <share>', 'mean share of weights that stay; each 16 x 16 block chooses its n')
        .default(0.25)
        .argParser(shareArgument)
        .conflicts('n'),
    )
    .addOption(
      new Option('--n <n>', `the same n in every block: ${SPARSE_COUNTS.join(', ')}`).argParser(
        countArgument,
      ),
    )
    .option('-o, --out <file>', 'write the pruned model; without it nothing is written')
    .option('--only <name...>', 'prune these tensors; * stands for anything')
    .option('--skip <name...>', 'leave these as they are', ['*embed*', '*wte*', '*wpe*'])
    .option('--force', 'replace the output if it exists')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Of every 16 weights along the input, the n of largest magnitude stay. Without calibration and without training: a model
pruned this way is for measuring hardware. Cycles are those of the unit sparse-mpe with two chains per pair, per pass.

Examples:
  gatewright prune model.safetensors
  gatewright prune --n 4 --only '*down*' -o pruned.safetensors model.safetensors`,
    )
    .action((path: string, flags: PruneFlags) => prune(path, flags, io));
}

function countArgument(text: string): SparseCount {
  const n = SPARSE_COUNTS.find((c) => String(c) === text);
  if (n !== undefined) return n;
  throw new InvalidArgumentError(`give one of ${SPARSE_COUNTS.join(', ')}`);
}

async function prune(path: string, flags: PruneFlags, io: Io): Promise<void> {
  const input = pathOf(io, path);
  const output = flags.out === undefined ? undefined : pathOf(io, flags.out);
  const only = flags.only?.map(pattern);
  const skip = flags.skip.map(pattern);
  let bar: ReturnType<ReturnType<typeof progressOn>['bar']> | undefined;
  const model = await openModel(input);
  try {
    const tensors = await pruneModel(model, {
      ...{ output, force: flags.force === true, signal: io.signal },
      how: flags.n === undefined ? { density: flags.density } : { n: flags.n },
      selects: (name) => (only ? only.some((p) => p.test(name)) : true) && !skip.some((p) => p.test(name)),
      onTensor(name, done, total) {
        bar ??= progressOn(io.stderr).bar('pruning', total, 'tensors');
        bar.update(done);
        bar.label(name);
      },
    });
    bar?.stop();
    const file = output === undefined ? undefined : relative(io.cwd, output) || output;
    if (flags.json) io.stdout.write(jsonText({ model: input, output, tensors }));
    else io.stdout.write(pruneText(tensors, file, widthOf(io.stdout)));
  } finally {
    bar?.stop();
    await model.close();
  }
}

const pattern = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`);

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

function pruneText(tensors: readonly PrunedTensor[], file: string | undefined, width: number): string {
  const rows = tensors.map((t) => [
    t.name,
    `${t.outFeatures} x ${t.inFeatures}`,
    t.blocks.join(' '),
    percent(t.density),
    percent(t.lost),
    String(t.denseCycles),
    String(t.cycles),
  ]);
  const sum = (of: (t: PrunedTensor) => number): number => tensors.reduce((n, t) => n + of(t), 0);
  const [dense, sparse] = [sum((t) => t.denseCycles), sum((t) => t.cycles)];
  const columns = [
    { head: 'tensor', wrap: true },
    { head: 'shape' },
    { head: `blocks of n = ${SPARSE_COUNTS.join(' ')}` },
    ...['density', 'lost', 'dense', 'cycles'].map((head) => ({ head, align: 'right' as const })),
  ];
  const times = sparse === 0 ? '' : `, ${(dense / sparse).toFixed(2)} times fewer`;
  return `${renderTable(columns, rows, width)}\n${sparse} cycles instead of ${dense}${times}\n${file === undefined ? '' : `written to ${file}\n`}`;
}
