// A whole layer on bit-serial PEs: tokens x outputs, then the channel's scale.
// Invariant: element [m][n] is bit for bit bitmodDot of token m and output n. What the alignment does depends on the
// activations alone, so it is done once per token and group, and all outputs share it.

import { type BitmodDatatype, bitmodUnit, bitmodUnits } from './bitmod-datatype.ts';
import { type BitmodPeConfig, bitmodActivation, bitmodExponent } from './bitmod-pe.ts';
import { type BitmodWeights, bitmodSpecialUnits } from './bitmod-quantise.ts';
import { canonicalNan } from './fp32.ts';
import { checkLength } from './mixpe-check.ts';
import { roundHalfEven } from './round-half-even.ts';

/** Outputs that are summed side by side. */
const BLOCK = 4;

/** The activations of a group, aligned: what is multiplied with the weights, and where the sum is shifted to the right. */
interface AlignedGroup {
  /** Activations in front of which the sum loses bits, with how many; ascending. */
  readonly shifts: readonly { readonly at: number; readonly bits: number }[];
  /** What a sum is worth: a power of two. */
  readonly unit: number;
}

/**
 * y[m][n] before the channel scale, row-major [tokens][outFeatures]; `fp32Codes` views the bits.
 * @param activations codes of the activation format (INT8: values), row-major [tokens][inFeatures].
 * @throws RangeError for lengths that differ, and activations that are infinite or NaN.
 */
export function bitmodGemm(
  activations: ArrayLike<number>,
  tokens: number,
  weights: BitmodWeights,
  config: BitmodPeConfig,
): Float32Array {
  const { outFeatures, inFeatures, groupSize, groups, datatype } = weights;
  checkLength('activations', activations.length, tokens * inFeatures, 'tokens * inFeatures');
  const units = unitPanels(weights);
  const y = new Float32Array(tokens * outFeatures);
  const aligned = new Float64Array(groupSize);
  const sums = new Float64Array(BLOCK);
  for (let m = 0; m < tokens; m++) {
    for (let g = 0; g < groups; g++) {
      const from = g * groupSize;
      const to = Math.min(from + groupSize, inFeatures);
      const group = alignGroup(activations, m * inFeatures + from, to - from, config, datatype, aligned);
      for (let n = 0; n < outFeatures; n += BLOCK) {
        sumBlock(sums, aligned, to - from, group.shifts, units, n * inFeatures + from * BLOCK, config);
        for (let j = 0; j < Math.min(BLOCK, outFeatures - n); j++) {
          const at = m * outFeatures + n + j;
          const value = sums[j]! * weights.scales[(n + j) * groups + g]! * group.unit;
          y[at] = y[at]! + Math.fround(value + 0);
        }
      }
    }
  }
  return canonicalNan(y);
}

/** out[m][n] = RNE32(y[m][n] * channelScales[n]), the last step of the layer; a new array. */
export function scaleChannels(y: Float32Array, channelScales: Float32Array): Float32Array {
  if (y.length % channelScales.length !== 0)
    throw new RangeError(`y has ${y.length} elements, not a multiple of ${channelScales.length} outputs`);
  return y.map((value, i) => value * channelScales[i % channelScales.length]!);
}

/** Weights in units, outputs in panels of four, each panel [k][output]; outputs past the end are zeros. */
function unitPanels(w: BitmodWeights): Float64Array {
  const { outFeatures, inFeatures } = w;
  const panels = new Float64Array(Math.ceil(outFeatures / BLOCK) * BLOCK * inFeatures);
  for (let n = 0; n < outFeatures; n++) {
    const start = (n - (n % BLOCK)) * inFeatures + (n % BLOCK);
    for (let k = 0; k < inFeatures; k++) {
      const special = bitmodSpecialUnits(w.datatype, w.specials[n * w.groups + Math.floor(k / w.groupSize)]!);
      panels[start + k * BLOCK] = bitmodUnits(w.datatype, w.codes[n * inFeatures + k]!, special);
    }
  }
  return panels;
}

/** Aligns each set to the largest exponent so far; `aligned` receives signed integers. */
function alignGroup(
  activations: ArrayLike<number>,
  start: number,
  length: number,
  config: BitmodPeConfig,
  datatype: BitmodDatatype,
  aligned: Float64Array,
): AlignedGroup {
  const guard = 2 ** config.guardBits;
  const shifts: { at: number; bits: number }[] = [];
  let field = 0;
  for (let first = 0; first < length; first += config.lanes) {
    const set = Array.from({ length: Math.min(config.lanes, length - first) }, (_, i) =>
      bitmodActivation(config.activation, activations[start + first + i]!),
    );
    const before = field;
    for (const a of set) field = Math.max(field, a.field);
    if (field > before && first > 0) shifts.push({ at: first, bits: field - before });
    set.forEach((a, i) => {
      const magnitude = shifted(a.significand * guard, field - a.field, config);
      aligned[first + i] = a.negative ? -magnitude : magnitude;
    });
  }
  return { shifts, unit: 2 ** bitmodExponent(config, field) * bitmodUnit(datatype) };
}

function shifted(x: number, bits: number, { rounding }: BitmodPeConfig): number {
  const scaled = x / 2 ** Math.min(bits, 64);
  return rounding === 'truncate' ? Math.floor(scaled) : roundHalfEven(scaled);
}

/** The sums of four outputs over one group. */
function sumBlock(
  sums: Float64Array,
  aligned: Float64Array,
  length: number,
  shifts: AlignedGroup['shifts'],
  units: Float64Array,
  start: number,
  config: BitmodPeConfig,
): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  let k = 0;
  for (let s = 0; s <= shifts.length; s++) {
    const end = shifts[s]?.at ?? length;
    for (; k < end; k++) {
      const x = aligned[k]!;
      const at = start + k * BLOCK;
      a += x * units[at]!;
      b += x * units[at + 1]!;
      c += x * units[at + 2]!;
      d += x * units[at + 3]!;
    }
    const shift = shifts[s];
    if (!shift) break;
    a = shifted(a, shift.bits, config);
    b = shifted(b, shift.bits, config);
    c = shifted(c, shift.bits, config);
    d = shifted(d, shift.bits, config);
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}
