// Multiply-accumulate with approximate normalisation: the accumulator may keep leading zeros, and is rounded only at the end.
// Source: arXiv 2408.11997 replaces exact normalisation in BF16 matrix engines by an approximate one. Its logic was not
// published; this is a reconstruction from first principles: two "any bit set" tests choose among three left shifts.
// Invariant: every step is exact but for the bits that leave the window at its lower end, which are dropped.

import { exactDyadic } from './exact-value.ts';
import { decodeFloat, encodeFloatRne, type FloatRounding } from './float-codec.ts';
import { type FloatFormat, floatBias } from './float-format.ts';

export interface ApproximateNormalisation {
  /** Format of the factors; infinities and NaN are outside the contract. */
  readonly factors: FloatFormat;
  /** Bits of the accumulator's significand, W: at least those of an exact product, 2 * (mantissaBits + 1). */
  readonly windowBits: number;
  /** k: no shift when one of the top k bits is set. */
  readonly coarseBits: number;
  /** lambda: else a shift by k when one of the next lambda bits is set; else by k + lambda. */
  readonly fineBits: number;
  readonly flushSubnormals?: boolean | undefined;
}

/** (-1)^negative * significand * 2^(exponent - windowBits + 1); `exponent` is that of the top bit, leading or not. */
export interface WindowState {
  readonly negative: boolean;
  readonly exponent: number;
  readonly significand: bigint;
}

/** The empty accumulator. A significand of 0 stands for zero, whatever its exponent. */
export const EMPTY_WINDOW: WindowState = { negative: false, exponent: 0, significand: 0n };

/** state + a * b, with a and b codes of the factors' format. */
export function accumulateApproximate(
  config: ApproximateNormalisation,
  state: WindowState,
  a: number,
  b: number,
): WindowState {
  const product = exactProduct(config, a, b);
  if (product.significand === 0n) return normaliseApproximate(config, state);
  if (state.significand === 0n) return normaliseApproximate(config, product);
  // The larger exponent leads, even if leading zeros make its value the smaller one. Of two equal ones, the product's.
  const [lead, other] = product.exponent >= state.exponent ? [product, state] : [state, product];
  const aligned = other.significand >> BigInt(lead.exponent - other.exponent);
  const signed = (s: WindowState, magnitude: bigint) => (s.negative ? -magnitude : magnitude);
  const total = signed(lead, lead.significand) + signed(other, aligned);
  const magnitude = total < 0n ? -total : total;
  const sum = { negative: total < 0n, exponent: lead.exponent, significand: magnitude };
  if (magnitude >> BigInt(config.windowBits) === 0n) return normaliseApproximate(config, sum);
  return { ...sum, exponent: sum.exponent + 1, significand: magnitude >> 1n };
}

/** The product in the window, its top bit where that of two significands below 2 stands. */
function exactProduct(c: ApproximateNormalisation, a: number, b: number): WindowState {
  const precision = c.factors.mantissaBits + 1;
  if (c.windowBits < 2 * precision)
    throw new RangeError(`a window of ${c.windowBits} bits is narrower than a product, ${2 * precision}`);
  const x = decodeFloat(c.factors, a, { flushSubnormals: c.flushSubnormals });
  const y = decodeFloat(c.factors, b, { flushSubnormals: c.flushSubnormals });
  if (x.kind === 'zero' || y.kind === 'zero') return EMPTY_WINDOW;
  if (x.kind !== 'finite' || y.kind !== 'finite')
    throw new RangeError('accumulateApproximate: infinite and NaN operands are outside the contract');
  return {
    negative: x.negative !== y.negative,
    exponent: x.exponent + y.exponent + 2 * precision - 1,
    significand: (x.significand * y.significand) << BigInt(c.windowBits - 2 * precision),
  };
}

/** One of three left shifts; only bits that are known to be zero leave the window. */
function normaliseApproximate(c: ApproximateNormalisation, s: WindowState): WindowState {
  if (s.significand === 0n) return EMPTY_WINDOW;
  const bits = (count: number) => s.significand >> BigInt(c.windowBits - count);
  const { coarseBits: k, fineBits: lambda } = c;
  const shift = bits(k) !== 0n ? 0 : bits(k + lambda) !== 0n ? k : k + lambda;
  return { ...s, exponent: s.exponent - shift, significand: s.significand << BigInt(shift) };
}

/** The accumulator's value, normalised exactly and rounded once. An empty one is +0. */
export function roundWindow(
  config: ApproximateNormalisation,
  state: WindowState,
  to: FloatFormat,
  rounding: FloatRounding = {},
): number {
  const signed = state.negative ? -state.significand : state.significand;
  return encodeFloatRne(to, exactDyadic(signed, state.exponent - config.windowBits + 1), rounding);
}

/** The exponent as the circuit stores it: never negative, and 0 only for an empty accumulator. */
export function storedExponent(c: ApproximateNormalisation, s: WindowState): number {
  if (s.significand === 0n) return 0;
  return s.exponent - 1 + 2 * floatBias(c.factors) + 2 * (c.factors.mantissaBits + 1);
}
