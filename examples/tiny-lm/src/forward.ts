// The forward pass: embedding, four pre-norm blocks (window attention, SwiGLU), final norm, output head.
// Invariant: tensors between operations are FP32; sums run in binary64. Logits match PyTorch's FP32 within 2e-5, not bit
// for bit. Whatever may run elsewhere (linear layers, attention) is asked for; who drives the pass answers.

import { type RunAttention, rotatePositions, windowAttention } from './attention.ts';
import type { KeyValueCache } from './key-value-cache.ts';
import { fp32Linear, type RunLinear } from './linear.ts';
import type { TinyLm } from './model.ts';

/** What the forward pass asks for, in order. The answer is row-major [tokens][outFeatures], or [queries][dModel]. */
export type Operation =
  | {
      readonly kind: 'linear';
      /** `layers.0.q`, ..., `head`. */
      readonly name: string;
      /** Row-major [tokens][inFeatures]. Do not modify. */
      readonly input: Float32Array;
      readonly tokens: number;
    }
  | {
      readonly kind: 'attention';
      /** `layers.0.attention`, ... */
      readonly name: string;
      /** Row-major [queries][dModel], rotated: the rows of the last positions. */
      readonly q: Float32Array;
      /** Row-major [keys][dModel], rotated; no position that no query sees. */
      readonly k: Float32Array;
      readonly v: Float32Array;
    };

export interface ForwardOptions {
  /** Runs the linear layers instead of the model's own FP32 ones. */
  readonly linear?: RunLinear | undefined;
  /** Runs the attention instead of FP32 with a binary64 softmax. */
  readonly attention?: RunAttention | undefined;
  /** Keys and values of the text so far: `tokens` go on where it ends, and it grows by them. */
  readonly cache?: KeyValueCache | undefined;
  /** Called with the name and the input, row-major [tokens][inFeatures], of each linear layer before it runs. Do not modify. */
  readonly capture?: ((layerName: string, input: Float32Array, tokens: number) => void) | undefined;
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
  const linear = options.linear ?? fp32Linear(model);
  const attention =
    options.attention ??
    ((_name: string, q: Float32Array, k: Float32Array, v: Float32Array) =>
      windowAttention(q, k, v, model.config));
  const pass = forwardPass(model, tokens, options.cache);
  let step = pass.next();
  while (!step.done) {
    const asked = step.value;
    if (asked.kind === 'linear') options.capture?.(asked.name, asked.input, asked.tokens);
    step = pass.next(
      asked.kind === 'linear'
        ? linear(asked.name, asked.input, asked.tokens)
        : attention(asked.name, asked.q, asked.k, asked.v),
    );
  }
  return step.value;
}

/** The pass as a conversation: yields each operation, goes on with its result, and returns the logits. See `forward`. */
export function* forwardPass(
  model: TinyLm,
  tokens: ArrayLike<number>,
  cache?: KeyValueCache,
): Generator<Operation, Float32Array, Float32Array> {
  const { config } = model;
  const first = cache?.position ?? 0;
  const linear = (name: string, input: Float32Array): Operation => ({
    ...{ kind: 'linear', name, input, tokens: tokens.length },
  });
  const norm = (name: string, x: Float32Array) =>
    rmsNorm(x, model.tensor(`${name}.weight`).data, config.normEpsilon);

  let x: Float32Array = embed(model, tokens);
  for (let i = 0; i < config.layers; i++) {
    const layer = `layers.${i}`;
    const h = norm(`${layer}.attn_norm`, x);
    // Copies, since the rotation works in place and who answered may have kept the array.
    const q = (yield linear(`${layer}.q`, h)).slice();
    let k: Float32Array = (yield linear(`${layer}.k`, h)).slice();
    let v = yield linear(`${layer}.v`, h);
    rotatePositions(q, config, first);
    rotatePositions(k, config, first);
    if (cache) [k, v] = cache.extend(i, k, v);
    const mixed = yield { kind: 'attention', name: `${layer}.attention`, q, k, v };
    x = add(x, yield linear(`${layer}.o`, mixed));
    const f = norm(`${layer}.ffn_norm`, x);
    const gate = yield linear(`${layer}.gate`, f);
    const up = yield linear(`${layer}.up`, f);
    x = add(x, yield linear(`${layer}.down`, gateSilu(gate, up)));
  }
  cache?.advance(tokens.length);
  return yield linear('head', norm('norm', x));
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
