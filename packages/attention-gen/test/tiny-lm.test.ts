// The attention of a real model over a line of real text, in Verilator: bit exact, and close to the model's own floats.

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
import { attentionWorkload, WindowAttention, type WindowInputs, windowAttention } from '../src/index.ts';
import { windowParams } from '../src/window/params.ts';

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
  const params = windowParams.parse({ window: config.window, headDim: config.headDim });
  const mapped = layers.map(({ q, k, v }) =>
    attentionWorkload(params, { q, k, v, rows: TOKENS, heads: config.heads }),
  );
  const join = <T>(of: (inputs: WindowInputs) => readonly T[]): T[] =>
    mapped.flatMap(({ inputs }) => of(inputs));
  const inputs = { job: join((i) => i.job), q: join((i) => i.q), k: join((i) => i.k), v: join((i) => i.v) };
  const golden = windowAttention.golden(params, inputs).out;
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
  const perLayer = got.length / layers.length;
  layers.forEach(({ expected }, n) => {
    const results = mapped[n]!.results({ out: got.slice(n * perLayer, (n + 1) * perLayer) });
    results.forEach((o, i) => {
      worst = Math.max(worst, Math.abs(o - expected[i]!));
      largest = Math.max(largest, Math.abs(expected[i]!));
    });
  });
  console.log(`largest output ${largest.toFixed(3)}, largest error ${worst.toExponential(2)}`);
  expect(largest).toBeGreaterThan(0.1);
  expect(worst).toBeLessThan(0.02 * largest);
}, 1_800_000);
