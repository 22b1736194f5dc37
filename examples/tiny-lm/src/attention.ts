// Causal sliding-window attention with rotary positions, all heads, in FP32 with binary64 sums.
// Invariant: position t attends to max(0, t - window + 1) .. t and to nothing else; positions count from 0.
// The projections q, k, v, o are linear layers and happen outside.

import type { TinyLmConfig } from './config.ts';

/** Runs the attention of a block: q row-major [queries][dModel], k and v row-major [keys][dModel], rotated; see windowAttention. */
export type RunAttention = (name: string, q: Float32Array, k: Float32Array, v: Float32Array) => Float32Array;

/**
 * softmax(q k^T / sqrt(headDim)) v per head, row-major [queries][dModel], head h in columns h * headDim on.
 * The queries are those of the last keys: query i stands at key keys - queries + i.
 */
export function windowAttention(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  config: TinyLmConfig,
): Float32Array {
  const { dModel, heads, headDim, window } = config;
  const queries = q.length / dModel;
  const before = k.length / dModel - queries;
  const scale = 1 / Math.sqrt(headDim);
  const out = new Float32Array(q.length);
  const weights = new Float64Array(window);
  const mixed = new Float64Array(headDim);
  for (let i = 0; i < queries; i++) {
    const t = before + i;
    const first = Math.max(0, t - window + 1);
    for (let h = 0; h < heads; h++) {
      const column = h * headDim;
      const query = i * dModel + column;
      let largest = -Infinity;
      for (let j = first; j <= t; j++) {
        const key = j * dModel + column;
        let score = 0;
        for (let e = 0; e < headDim; e++) score += q[query + e]! * k[key + e]!;
        weights[j - first] = score * scale;
        largest = Math.max(largest, score * scale);
      }
      let total = 0;
      mixed.fill(0);
      for (let j = first; j <= t; j++) {
        const weight = Math.exp(weights[j - first]! - largest);
        const value = j * dModel + column;
        total += weight;
        for (let e = 0; e < headDim; e++) mixed[e]! += weight * v[value + e]!;
      }
      for (let e = 0; e < headDim; e++) out[query + e] = mixed[e]! / total;
    }
  }
  return out;
}

/** Rotates the pairs (i, i + headDim/2) of every head by position * base^(-2i/headDim), in place; row t is position first + t. */
export function rotatePositions(x: Float32Array, config: TinyLmConfig, first = 0): void {
  const { dModel, heads, headDim, ropeBase } = config;
  const half = headDim / 2;
  for (let t = 0; t < x.length / dModel; t++) {
    for (let i = 0; i < half; i++) {
      const angle = (first + t) * ropeBase ** (-i / half);
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
