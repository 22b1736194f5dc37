// The configuration of a MixPE W4A8 dot product and the integer widths that follow from it.
// Invariant: widths come from the extreme values of each sum, counted exactly (specification 1.3 [D]), never from a formula
// that could be one bit off; ranges are closed and every bound is attained.
// No data path here: see mixpe.ts.

import { type IntegerFormat, type IntegerRange, integerRange, requiredBits } from './integer-format.ts';

/** Where the zero points come from: all 0; one value for the whole layer; one value per output and group. */
export type ZeroPointMode = 'none' | 'constant' | 'group';

export interface MixpeConfig {
  /** G, weights along K that share a scale; the last group may be shorter. */
  readonly groupSize: number;
  /** Width of a weight code q, 2..8 bits. Zero points are codes of the same format. */
  readonly weightBits: number;
  readonly weightSigned: boolean;
  readonly zeroPoint: ZeroPointMode;
}

/** Activations are INT8, -128 included: the quantiser here never makes it, but the hardware must take it. */
export const ACTIVATION_FORMAT: IntegerFormat = { bits: 8, signed: true };

/** Up to this group size every integer of the data path fits 32 bits, whatever the weight width. */
export const MAX_GROUP_SIZE = 65536;

/** Throws RangeError unless group size is 1..65536 and weight width 2..8 bits. */
export function checkMixpeConfig(config: MixpeConfig): void {
  const { groupSize: g, weightBits: w, zeroPoint } = config;
  if (!(Number.isInteger(g) && g >= 1 && g <= MAX_GROUP_SIZE)) {
    throw new RangeError(`groupSize is ${g}: need an integer in 1..${MAX_GROUP_SIZE}`);
  }
  if (!(Number.isInteger(w) && w >= 2 && w <= 8)) {
    throw new RangeError(`weightBits is ${w}: need an integer in 2..8`);
  }
  if (!['none', 'constant', 'group'].includes(zeroPoint)) {
    throw new RangeError(`zeroPoint is '${zeroPoint}': need 'none', 'constant' or 'group'`);
  }
}

/** Number of groups along K, ceil(K / G); the last one may be short. */
export function groupCount(k: number, groupSize: number): number {
  return Math.ceil(k / groupSize);
}

/** The integer format of weight codes and zero points. */
export function weightFormat(config: MixpeConfig): IntegerFormat {
  return { bits: config.weightBits, signed: config.weightSigned };
}

/** Options of the width functions. */
export interface WidthOptions {
  /** Range of the activations; default -128..127. A symmetric quantiser gives -127..127, which can save a bit. */
  readonly activations?: IntegerRange;
}

/** Range of one product x * q. */
export function productRange(config: MixpeConfig, options: WidthOptions = {}): IntegerRange {
  return timesRange(activationRange(options), integerRange(weightFormat(config)));
}

/** Range of P = SUM x * q over one group of G. */
export function groupSumRange(config: MixpeConfig, options: WidthOptions = {}): IntegerRange {
  return scaleRange(productRange(config, options), config.groupSize);
}

/** Range of X = SUM x over one group of G. */
export function activationSumRange(config: MixpeConfig, options: WidthOptions = {}): IntegerRange {
  return scaleRange(activationRange(options), config.groupSize);
}

/** Range of T = P - z * X = SUM x * (q - z) over one group, any zero point of the weight format (none: T = P). */
export function correctedSumRange(config: MixpeConfig, options: WidthOptions = {}): IntegerRange {
  if (config.zeroPoint === 'none') return groupSumRange(config, options);
  const q = integerRange(weightFormat(config));
  const difference = { min: q.min - q.max, max: q.max - q.min };
  return scaleRange(timesRange(activationRange(options), difference), config.groupSize);
}

/** Two's complement width of one product: 12 for INT8 * 4 bits (-128 * -8 = 1024 breaks 11). [D] 1.3 */
export function productBits(config: MixpeConfig, options: WidthOptions = {}): number {
  return requiredBits(productRange(config, options), true);
}

/** Accumulator width for P, without overflow: 17, 18, 19, 20 at 4-bit weights and G = 32, 64, 128, 256. [D] 1.3 */
export function groupSumBits(config: MixpeConfig, options: WidthOptions = {}): number {
  return requiredBits(groupSumRange(config, options), true);
}

/** Width of X: 15 at G = 128. [D] 1.3 */
export function activationSumBits(config: MixpeConfig, options: WidthOptions = {}): number {
  return requiredBits(activationSumRange(config, options), true);
}

/** Width of T: 19 at 4-bit weights with zero points and G = 128, |T| <= 245,760. [D] 1.3 */
export function correctedSumBits(config: MixpeConfig, options: WidthOptions = {}): number {
  return requiredBits(correctedSumRange(config, options), true);
}

function activationRange(options: WidthOptions): IntegerRange {
  return options.activations ?? integerRange(ACTIVATION_FORMAT);
}

function timesRange(a: IntegerRange, b: IntegerRange): IntegerRange {
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return { min: Math.min(...corners), max: Math.max(...corners) };
}

function scaleRange(r: IntegerRange, count: number): IntegerRange {
  return { min: r.min * count, max: r.max * count };
}
