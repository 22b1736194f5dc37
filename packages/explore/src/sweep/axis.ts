// The values of one axis, in order.
// Invariant: finite, never empty for an axis that `axisProblem` has nothing against.

import type { Axis, Scalar } from './sweep-schema.ts';

/** Why an axis has no values; undefined when it has. */
export function axisProblem(axis: Axis): string | undefined {
  if (typeof axis !== 'object' || isList(axis)) return undefined;
  const [from, to] = 'range' in axis ? axis.range : axis.pow2;
  if (from > to) return `it begins at ${from} and ends at ${to}, which leaves nothing`;
  if ('pow2' in axis) {
    const first = 2 ** Math.ceil(Math.log2(from));
    return first > to ? `there is no power of two from ${from} to ${to}` : undefined;
  }
  return (to - from) / axis.step > 1e6 ? `it has more than a million values` : undefined;
}

export function axisValues(axis: Axis): readonly Scalar[] {
  if (typeof axis !== 'object') return [axis];
  if (isList(axis)) return axis;
  const values: number[] = [];
  if ('pow2' in axis)
    for (let v = 2 ** Math.ceil(Math.log2(axis.pow2[0])); v <= axis.pow2[1]; v *= 2) values.push(v);
  else {
    const [from, to] = axis.range;
    // By index, so that steps such as 0.1 do not add up their errors.
    const count = Math.floor((to - from) / axis.step + 1e-9);
    for (let i = 0; i <= count; i++) values.push(Number((from + i * axis.step).toPrecision(12)));
  }
  return values;
}

// Array.isArray does not narrow readonly arrays.
const isList = (axis: object): axis is readonly Scalar[] => Array.isArray(axis);
