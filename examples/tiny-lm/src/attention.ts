// Causal sliding-window attention with rotary positions, all heads, in FP32 with binary64 sums.
// Invariant: position t attends to max(0, t - window + 1) .. t and to nothing else; positions count from 0.
// The projections q, k, v, o are linear layers and happen outside.

import type { TinyLmConfig } from './config.ts';

/** softmax(q k^T / sqrt(headDim)) v per head. All arrays row-major [tokens][dModel], head h in columns h * headDim on. */
export function windowAttention(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  config: TinyLmConfig,
): Float32Array {
  const { dModel, heads, headDim, window } = config;
  const tokens = q.length / dModel;
  const scale = 1 / Math.sqrt(headDim);
  const out = new Float32Array(q.length);
  const weights = new Float64Array(window);
  const mixed = new Float64Array(headDim);
  for (let t = 0; t < tokens; t++) {
    const first = Math.max(0, t - window + 1);
    for (let h = 0; h < heads; h++) {
      const column = h * headDim;
      const query = t * dModel + column;
      let largest = -Infinity;
      for (let j = first; j <= t; j++) {
        const key = j * dModel + column;
        let score = 0;
        for (let i = 0; i < headDim; i++) score += q[query + i]! * k[key + i]!;
        weights[j - first] = score * scale;
        largest = Math.max(largest, score * scale);
      }
      let total = 0;
      mixed.fill(0);
      for (let j = first; j <= t; j++) {
        const weight = Math.exp(weights[j - first]! - largest);
        const value = j * dModel + column;
        total += weight;
        for (let i = 0; i < headDim; i++) mixed[i]! += weight * v[value + i]!;
      }
      for (let i = 0; i < headDim; i++) out[query + i] = mixed[i]! / total;
    }
  }
  return out;
}

/** Rotates the pairs (i, i + headDim/2) of every head by position * base^(-2i/headDim), in place. */
export function rotatePositions(x: Float32Array, config: TinyLmConfig): void {
  const { dModel, heads, headDim, ropeBase } = config;
  const half = headDim / 2;
  for (let t = 0; t < x.length / dModel; t++) {
    for (let i = 0; i < half; i++) {
      const angle = t * ropeBase ** (-i / half);
      const cosine = Math.cos(angle);
      const sine = Math.sin(angle);
      for (let h = 0; h < heads; h++) {
        const at = t * dModel + h * headDim + i;
        const a = x[at]!;
        const b = x[at + half]!;
        x[at] = a * cosine - b * sine;
        x[at + half] = a * sine + b * cosine;
      }
    }
  }
}
