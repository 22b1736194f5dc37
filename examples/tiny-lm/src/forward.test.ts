import { describe, expect, test } from 'vitest';
import { evaluate } from './evaluation.ts';
import { forward } from './forward.ts';
import { fp32Linear } from './linear.ts';
import { loadTinyLm, readTinyLmFile } from './model.ts';
import { quantisedLinear } from './quantised-linear.ts';

const model = loadTinyLm();
const text = readTinyLmFile('val.txt');
const pytorch = JSON.parse(readTinyLmFile('reference.json')) as {
  first_8_windows_nll: number;
  logits_last_position_of_first_window: number[];
};

describe('against PyTorch', () => {
  test('logits at the last position of the first window (PyTorch printed five decimals)', () => {
    const logits = forward(model, model.tokenizer.encode(text.slice(0, 256)));
    expect(logits.length).toBe(256 * 65);
    const last = logits.subarray(255 * 65);
    pytorch.logits_last_position_of_first_window.forEach((expected, i) => {
      expect(Math.abs(last[i]! - expected)).toBeLessThan(1e-4);
    });
  });

  test('loss of the first 8 windows', () => {
    const { nll, characters } = evaluate(model, text, { windows: 8 });
    expect(characters).toBe(2048);
    expect(Math.abs(nll - pytorch.first_8_windows_nll)).toBeLessThan(1e-6);
  });
});

describe('structure', () => {
  const tokens = model.tokenizer.encode('First Citizen:\nBefore we proceed any further, hear me speak.\n');

  test('causal: later tokens do not change earlier logits, not one bit', () => {
    const whole = forward(model, tokens);
    const half = forward(model, tokens.subarray(0, 30));
    expect(whole.subarray(0, half.length)).toEqual(half);
  });

  test('capture sees every linear layer once, in order, with inputs of its size', () => {
    const seen: string[] = [];
    forward(model, tokens.subarray(0, 5), {
      capture: (name, input, count) => {
        const layer = model.linearLayers.find((candidate) => candidate.name === name)!;
        expect(count).toBe(5);
        expect(input.length).toBe(5 * layer.inFeatures);
        seen.push(name);
      },
    });
    expect(seen).toEqual(model.linearLayers.map(({ name }) => name));
  });

  test('linear layers run where the caller says', () => {
    const own = fp32Linear(model);
    const calls: string[] = [];
    const logits = forward(model, tokens, {
      linear: (name, input, count) => {
        calls.push(name);
        return own(name, input, count);
      },
    });
    expect(logits).toEqual(forward(model, tokens));
    expect(calls.length).toBe(29);
    const silent = forward(model, tokens, {
      linear: (name, input, count) =>
        name === 'head' ? new Float32Array(count * 65) : own(name, input, count),
    });
    expect(silent.every((logit) => logit === 0)).toBe(true);
  });

  test('errors', () => {
    expect(() => forward(model, [])).toThrow('forward: no tokens');
    expect(() => forward(model, [3, 65])).toThrow('forward: token 65 at position 1 is not in 0..64');
    expect(() => fp32Linear(model)('layers.0.q', new Float32Array(3), 1)).toThrow(
      'layers.0.q: input has 3 elements, need 1 tokens x 128',
    );
    expect(() => evaluate(model, text.slice(0, 256), { windows: 1 })).toThrow(
      'evaluate: 1 windows of 256 characters asked for, the text holds 0',
    );
  });
});

test('W4A8 in every linear layer costs little: loss of the first window within 0.15 nats of FP32', () => {
  const exact = evaluate(model, text, { windows: 1 }).nll;
  for (const scheme of ['symmetric', 'asymmetric'] as const) {
    const quantised = evaluate(model, text, {
      windows: 1,
      linear: quantisedLinear(model, { bits: 4, scheme }),
    }).nll;
    expect(Math.abs(quantised - exact)).toBeLessThan(0.15);
    expect(quantised).not.toBe(exact);
  }
});
