// One FP16 scale for a group of values: the rule that weights and activations share; private to this package.
// Invariant: the scale is finite, positive, never zero, and already rounded to FP16, so codes computed with it are the
// codes the hardware will scale back. It computes no codes.

import { FP16, isFiniteFloat } from './float-format.ts';
import { numberToFloatRne } from './float-number.ts';

const ONE = 0x3c00;
const SMALLEST_SUBNORMAL = 0x0001;

/**
 * FP16 code of span / steps, where `steps` code steps must cover `span` >= 0.
 * An all-zero group (span 0) gets scale 1. A quotient that would round to 0 gets the smallest subnormal, 2^-24.
 * Throws RangeError naming `where` when the quotient overflows FP16 (65,520 and above).
 */
export function groupScale(span: number, steps: number, where: string): number {
  if (span === 0) return ONE;
  const code = numberToFloatRne(FP16, span / steps);
  if (!isFiniteFloat(FP16, code)) {
    throw new RangeError(
      `${where}: the scale ${span / steps} overflows FP16 (largest 65504); scale the tensor down first`,
    );
  }
  return Math.max(code, SMALLEST_SUBNORMAL);
}

/** Throws RangeError unless `values` holds rows x columns finite numbers; names the first other one by row and column. */
export function checkMatrix(
  values: Float32Array,
  rows: number,
  columns: number,
  names: { readonly tensor: string; readonly row: string; readonly column: string },
): void {
  if (!(Number.isInteger(rows) && rows >= 0 && Number.isInteger(columns) && columns >= 1)) {
    throw new RangeError(
      `${names.tensor}: shape ${rows} x ${columns} is not a matrix (${names.row} x ${names.column})`,
    );
  }
  if (values.length !== rows * columns) {
    throw new RangeError(
      `${names.tensor}: ${values.length} elements do not make ${rows} x ${columns} (${names.row} x ${names.column})`,
    );
  }
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      const row = Math.floor(i / columns);
      throw new RangeError(
        `${names.tensor}[${names.row} ${row}, ${names.column} ${i % columns}] is ${values[i]}: need finite`,
      );
    }
  }
}
