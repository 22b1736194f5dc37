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
}

/**
 * Loss on the first `windows` windows of `config.context` predicted characters of a text (default: all whole windows).
 * Throws RangeError if the text is too short for the windows asked for.
 */
export function evaluate(
  model: TinyLm,
  text: string,
  options: ForwardOptions & { readonly windows?: number } = {},
): Evaluation {
  const { context, vocabulary } = model.config;
  const tokens = model.tokenizer.encode(text);
  const available = Math.floor((tokens.length - 1) / context);
  const windows = options.windows ?? available;
  if (!(Number.isInteger(windows) && windows >= 1 && windows <= available)) {
    throw new RangeError(
      `evaluate: ${windows} windows of ${context} characters asked for, the text holds ${available}`,
    );
  }
  let total = 0;
  for (let w = 0; w < windows; w++) {
    const start = w * context;
    const logits = forward(model, tokens.subarray(start, start + context), options);
    for (let t = 0; t < context; t++) {
      const row = logits.subarray(t * vocabulary.length, (t + 1) * vocabulary.length);
      total += negativeLogLikelihood(row, tokens[start + t + 1]!);
    }
  }
  return { nll: total / (windows * context), characters: windows * context };
}

/** -log softmax(logits)[target]. */
function negativeLogLikelihood(logits: Float32Array, target: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return Math.log(total) + largest - logits[target]!;
}
