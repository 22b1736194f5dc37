// The attention of a real model over a line of real text, in Verilator: bit exact, and close to the model's own floats.

import { FP16, floatToNumber, headRows, numberToFloatRne } from '@gatewright/golden';
import { type SimulateOptions, simulate } from '@gatewright/sim';
import {
  createTokenizer,
  forward,
  fp32Linear,
  loadTinyLm,
  readTinyLmFile,
  rotatePositions,
  windowAttention as windowAttentionFloat,
} from '@gatewright/tiny-lm';
import { expect, test } from 'vitest';
import { WindowAttention, windowAttention } from '../src/index.ts';
import { windowParams } from '../src/window/params.ts';
import { type WindowJob, windowInputs } from '../src/window/transactions.ts';

const TOKENS = 96;

/** Queries, keys and values of a layer over a text, as the model computes them, rotary positions included. */
function layerRows(layer: number, text: string) {
  const model = loadTinyLm();
  const tokens = createTokenizer(model.config.vocabulary).encode(text);
  let input: Float32Array | undefined;
  const capture = (name: string, x: Float32Array): void => {
    if (name === `layers.${layer}.q`) input = x.slice();
  };
  forward(model, tokens, { capture });
  const linear = fp32Linear(model);
  const project = (which: string): Float32Array =>
    linear(`layers.${layer}.${which}`, input!, tokens.length).slice();
  const [q, k, v] = [project('q'), project('k'), project('v')];
  rotatePositions(q, model.config);
  rotatePositions(k, model.config);
  return { q, k, v, config: model.config, expected: windowAttentionFloat(q, k, v, model.config) };
}

test('two layers, two heads each, over 96 characters of the validation text', async () => {
  const text = readTinyLmFile('val.txt').slice(0, TOKENS);
  const layers = [0, 3].map((layer) => layerRows(layer, text));
  const { config } = layers[0]!;
  const codes = (matrix: Float32Array, head: number): number[] =>
    [...headRows(matrix, config.dModel, head, config.headDim)].map((x) => numberToFloatRne(FP16, x));
  const jobs: WindowJob[] = layers.flatMap(({ q, k, v }) =>
    [0, 1].map((head) => ({
      rows: TOKENS,
      queries: 1,
      q: codes(q, head),
      k: codes(k, head),
      v: codes(v, head),
    })),
  );
  const params = { window: config.window, headDim: config.headDim, schedule: 'interleaved' as const };
  const inputs = windowInputs(jobs);
  const golden = windowAttention.golden(windowParams.parse(params), inputs).out;
  const options: SimulateOptions = { backend: 'verilator' };
  const got = await simulate(WindowAttention, params, options, async (dut) => {
    const sent = [
      dut.job.send(...inputs.job),
      dut.q.send(...inputs.q),
      dut.k.send(...inputs.k),
      dut.v.send(...inputs.v),
    ];
    const out = await dut.out.take(golden.length);
    await Promise.all(sent);
    return out;
  });
  expect(got).toEqual(golden);

  // Against FP32 with a binary64 softmax; q, k and v are rounded to FP16 on the way in.
  let worst = 0;
  let largest = 0;
  const perHead = TOKENS * config.headDim;
  layers.forEach(({ expected }, n) => {
    for (const head of [0, 1]) {
      const right = headRows(expected, config.dModel, head, config.headDim);
      const rows = got.slice((2 * n + head) * perHead, (2 * n + head + 1) * perHead);
      rows.forEach((o, i) => {
        worst = Math.max(worst, Math.abs(floatToNumber(FP16, Number(o.data)) - right[i]!));
        largest = Math.max(largest, Math.abs(right[i]!));
      });
    }
  });
  console.log(`largest output ${largest.toFixed(3)}, largest error ${worst.toExponential(2)}`);
  expect(largest).toBeGreaterThan(0.1);
  expect(worst).toBeLessThan(0.02 * largest);
}, 1_800_000);
