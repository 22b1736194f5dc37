// The forward pass: embedding, four pre-norm blocks (window attention, SwiGLU), final norm, output head.
// Invariant: tensors between operations are FP32; sums run in binary64. Logits match PyTorch's FP32 within 2e-5, not bit
// for bit. Linear layers go through one function, which a caller may replace; nothing is cached between calls.

import { rotatePositions, windowAttention } from './attention.ts';
import { fp32Linear, type RunLinear } from './linear.ts';
import type { TinyLm } from './model.ts';

export interface ForwardOptions {
  /** Runs the linear layers instead of the model's own FP32 ones. */
  readonly linear?: RunLinear;
  /** Called with the name and the input, row-major [tokens][inFeatures], of each linear layer before it runs. Do not modify. */
  readonly capture?: (layerName: string, input: Float32Array, tokens: number) => void;
}

/**
 * Logits of every position, row-major [tokens][vocabulary]; row t scores the token after position t.
 * Positions count from 0 at the first token; the model was trained on sequences of `config.context` tokens.
 * Throws RangeError for no tokens, or a token outside the vocabulary.
 */
export function forward(
  model: TinyLm,
  tokens: ArrayLike<number>,
  options: ForwardOptions = {},
): Float32Array {
  const { config } = model;
  const count = tokens.length;
  const run = options.linear ?? fp32Linear(model);
  const linear = (name: string, input: Float32Array): Float32Array => {
    options.capture?.(name, input, count);
    return run(name, input, count);
  };
  const norm = (name: string, x: Float32Array) =>
    rmsNorm(x, model.tensor(`${name}.weight`).data, config.normEpsilon);

  let x = embed(model, tokens);
  for (let i = 0; i < config.layers; i++) {
    const layer = `layers.${i}`;
    const h = norm(`${layer}.attn_norm`, x);
    // Copies, since the rotation works in place and a caller's `linear` may keep what it returned.
    const q = linear(`${layer}.q`, h).slice();
    const k = linear(`${layer}.k`, h).slice();
    const v = linear(`${layer}.v`, h);
    rotatePositions(q, config);
    rotatePositions(k, config);
    x = add(x, linear(`${layer}.o`, windowAttention(q, k, v, config)));
    const f = norm(`${layer}.ffn_norm`, x);
    x = add(x, linear(`${layer}.down`, gateSilu(linear(`${layer}.gate`, f), linear(`${layer}.up`, f))));
  }
  return linear('head', norm('norm', x));
}

function embed(model: TinyLm, tokens: ArrayLike<number>): Float32Array {
  if (tokens.length === 0) throw new RangeError('forward: no tokens');
  const { dModel, vocabulary } = model.config;
  const table = model.tensor('embed.weight').data;
  const x = new Float32Array(tokens.length * dModel);
  for (let t = 0; t < tokens.length; t++) {
    const token = tokens[t]!;
    if (!(Number.isInteger(token) && token >= 0 && token < vocabulary.length)) {
      throw new RangeError(`forward: token ${token} at position ${t} is not in 0..${vocabulary.length - 1}`);
    }
    x.set(table.subarray(token * dModel, (token + 1) * dModel), t * dModel);
  }
  return x;
}

/** x / sqrt(mean(x^2) + epsilon) * gain, per row of gain's length. */
function rmsNorm(x: Float32Array, gain: Float32Array, epsilon: number): Float32Array {
  const width = gain.length;
  const y = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += width) {
    let squares = 0;
    for (let i = 0; i < width; i++) squares += x[start + i]! * x[start + i]!;
    const factor = 1 / Math.sqrt(squares / width + epsilon);
    for (let i = 0; i < width; i++) y[start + i] = x[start + i]! * factor * gain[i]!;
  }
  return y;
}

/** silu(gate) * up, silu(g) = g / (1 + exp(-g)). */
function gateSilu(gate: Float32Array, up: Float32Array): Float32Array {
  return gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i]!);
}

function add(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + b[i]!);
}
