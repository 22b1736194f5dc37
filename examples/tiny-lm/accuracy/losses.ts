// Losses of the model on unseen text, window by window, for every pair of linear layers and attention that the page shows.
//   npm run losses -w @gatewright/tiny-lm [-- --fresh] [-- --seconds 150]
// It goes on where losses.csv ends, in rounds of windows, and writes after each: stop it at any time. --fresh begins anew.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  attentionConfiguration,
  evaluate,
  linearConfiguration,
  loadTinyLm,
  readTinyLmFile,
} from '../src/index.ts';

/** Linear layers and attention; those that are compared with each other come first. */
const ROUNDS: readonly (readonly (readonly [linear: string, attention: string])[])[] = [
  [
    ...['fp32', 'fp16', 'mixpe-w4a8', 'int4-symmetric', 'bitmod-fp4', 'int3-asymmetric', 'bitmod-fp3'].map(
      (linear) => [linear, 'float'] as const,
    ),
  ],
  [['mixpe-w4a8', 'window-fast']],
  [
    ...['int8', 'sparse-int8-75', 'sparse-int8', 'mixpe-w4a8-rtn', 'mixpe-w4a16', 'bitmod-int6'].map(
      (linear) => [linear, 'float'] as const,
    ),
  ],
  [
    ...['window-fast', 'window-sequential', 'window-fp32', 'window-bf16'].map((a) => ['fp32', a] as const),
    ['bitmod-fp4', 'window-fast'],
    ['sparse-int8-75', 'window-fast'],
  ],
];
const ROUND = 15;

const { values } = parseArgs({ options: { fresh: { type: 'boolean' }, seconds: { type: 'string' } } });
const file = new URL('losses.csv', import.meta.url);
const losses: Record<string, number[]> = {};
if (!values.fresh && existsSync(file))
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [key = '', ...list] = line.split(',');
    losses[key] = list.map(Number);
  }
const started = performance.now();
const model = loadTinyLm();
const text = readTinyLmFile('val.txt');
const total = Math.floor((model.tokenizer.encode(text).length - 1) / model.config.context);

for (const rows of ROUNDS) {
  const runs = rows.map(([linear, attention]) => ({
    key: `${linear} + ${attention}`,
    linear: linearConfiguration(linear).prepare(model).run,
    attention: attentionConfiguration(attention).run(model.config),
  }));
  for (let end = ROUND; end < total + ROUND; end += ROUND) {
    for (const { key, ...run } of runs) {
      losses[key] ??= [];
      const first = losses[key].length;
      const windows = Math.min(end, total) - first;
      if (windows <= 0) continue;
      if (values.seconds && performance.now() - started > 1000 * Number(values.seconds)) process.exit(0);
      const part = evaluate(model, text, { first, windows, ...run });
      losses[key].push(...Array.from(part.windows, (loss) => Number(loss.toFixed(6))));
      const lines = Object.entries(losses).map(([k, list]) => [k, ...list].join(','));
      writeFileSync(file, `${lines.join('\n')}\n`);
      process.stderr.write(`${key}: ${losses[key].length} of ${total} windows\n`);
    }
  }
}
