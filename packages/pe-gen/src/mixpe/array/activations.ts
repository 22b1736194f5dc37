// Activations that arrays are verified with: INT8, or codes of a float format.
// Invariant: float codes are finite; no expected value comes from here.

import { floatBias, floatWidth } from '@gatewright/parts';
import { activationFormat } from '../../mixpe-float/params.ts';
import { type ElementParams, isFloat } from './params.ts';

type Format = Pick<ElementParams, 'activation'>;

/** Codes of finite floats: magnitudes below `finite`, and those with `sign`. */
const codes = (p: Format & { activation: 'fp16' | 'bf16' }) => {
  const format = activationFormat(p);
  const sign = 2 ** (floatWidth(format) - 1);
  return { sign, finite: sign - 2 ** format.mantissaBits, mantissaBits: format.mantissaBits };
};

/** Every INT8; of floats the zeros, the ends of subnormals and normals, and codes from all over the format: 256. */
export function someActivations(p: Format): number[] {
  if (!isFloat(p)) return Array.from({ length: 256 }, (_, i) => i - 128);
  const { sign, finite, mantissaBits } = codes(p);
  const hidden = 2 ** mantissaBits;
  const corners = [0, 1, hidden - 1, hidden, hidden + 1, 2 * hidden - 1, finite / 2, finite - 1];
  const spread = Array.from({ length: 120 }, (_, i) => Math.floor((i * finite) / 120) + (i % 7));
  return [...corners, ...spread].flatMap((code) => [code, code + sign]);
}

/** The smallest and the largest activation. */
export function extremeActivations(p: Format): readonly [number, number] {
  if (!isFloat(p)) return [-128, 127];
  const { sign, finite } = codes(p);
  return [sign + finite - 1, finite - 1];
}

/** An activation chosen by a random number of 31 bits: of floats one of any size, or one between 1/2 and 2. */
export function anyActivation(p: Format, random: number): number {
  if (!isFloat(p)) return (random % 256) - 128;
  const { sign, finite, mantissaBits } = codes(p);
  const half = (floatBias(activationFormat(p)) - 1) * 2 ** mantissaBits;
  const code = (random >> 29) & 1 ? random % finite : half + (random % 2 ** (mantissaBits + 1));
  return (random >> 28) & 1 ? code + sign : code;
}
