// Rows of queries and keys as bytes with a scale each, as SageAttention quantises them, a row at a time.
// Invariant: integers are -127 to 127; a row of zeros has the scale 1e-7 and integers of zero.

import { FP32 } from './float-format.ts';
import { numberToFloatRne } from './float-number.ts';

/** Integers row by row, and the FP32 code of each row's scale. */
export interface ByteRows {
  readonly integers: number[];
  readonly scales: number[];
}

/**
 * x ~ integers * scale: delta = max|x| / 127 + 1e-7, integers x / delta rounded half away from zero. The scale is delta times
 * `factor` (headDim^-1/2, for queries).
 */
export function quantiseByteRows(x: ArrayLike<number>, headDim: number, factor = 1): ByteRows {
  const [integers, scales]: [number[], number[]] = [[], []];
  for (let from = 0; from < x.length; from += headDim) {
    let largest = 0;
    for (let h = 0; h < headDim; h++) largest = Math.max(largest, Math.abs(x[from + h]!));
    const delta = largest / 127 + 1e-7;
    for (let h = 0; h < headDim; h++)
      integers.push(Math.trunc(x[from + h]! / delta + 0.5 * Math.sign(x[from + h]!)));
    scales.push(numberToFloatRne(FP32, delta * factor));
  }
  return { integers, scales };
}
