// Validation loss: mean negative log-likelihood in nats per character over consecutive windows, as in reference.json.
// Invariant: windows do not overlap and each starts with an empty context; only whole windows count.
// It measures a model as it is run; it does not decide how (see ForwardOptions.linear).

import { type ForwardOptions, forward } from './forward.ts';
import type { TinyLm } from './model.ts';

export interface Evaluation {
  /** Mean negative log-likelihood, nats per character. */
  readonly nll: number;
  /** Characters predicted. */
  readonly characters: number;
  /** Mean negative log-likelihood of each window: two models can be compared window by window. */
  readonly windows: Float64Array;
}

/**
 * Loss on `windows` windows of `config.context` predicted characters of a text, from window `first` on (default: all
 * whole windows from the first). Throws RangeError if the text is too short for the windows asked for.
 */
export function evaluate(
  model: TinyLm,
  text: string,
  options: ForwardOptions & { readonly windows?: number; readonly first?: number } = {},
): Evaluation {
  const { context, vocabulary } = model.config;
  const tokens = model.tokenizer.encode(text);
  const available = Math.floor((tokens.length - 1) / context);
  const { first = 0, windows = available - first } = options;
  const whole = Number.isInteger(windows) && Number.isInteger(first);
  if (!(whole && windows >= 1 && first >= 0 && first + windows <= available)) {
    const from = first === 0 ? '' : ` from window ${first} on`;
    throw new RangeError(
      `evaluate: ${windows} windows of ${context} characters asked for${from}, the text holds ${available}`,
    );
  }
  const losses = new Float64Array(windows);
  for (let w = 0; w < windows; w++) {
    let total = 0;
    const start = (first + w) * context;
    const logits = forward(model, tokens.subarray(start, start + context), options);
    for (let t = 0; t < context; t++) {
      const row = logits.subarray(t * vocabulary.length, (t + 1) * vocabulary.length);
      total += negativeLogLikelihood(row, tokens[start + t + 1]!);
    }
    losses[w] = total / context;
  }
  const nll = losses.reduce((sum, loss) => sum + loss, 0) / windows;
  return { nll, characters: windows * context, windows: losses };
}

/** -log softmax(logits)[target]. */
function negativeLogLikelihood(logits: Float32Array, target: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return Math.log(total) + largest - logits[target]!;
}
