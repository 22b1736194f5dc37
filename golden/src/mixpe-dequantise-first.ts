// The order of work that MixPE is compared with: every weight dequantised to FP16 before it is multiplied (specification 1.2).
//   w = RNE16((q - z) * s), saturating;   y = RNE32(y + x * w) over k, from +0
// Invariant: x * w is exact; one rounding per weight and one per sum. It knows no array, schedule or pipeline.

import { addExact, exactFromNumber, multiplyExact } from './exact-value.ts';
import { decodeFloat, encodeFloatRne } from './float-codec.ts';
import { FP16, FP32, isFiniteFloat } from './float-format.ts';
import { checkIntegers } from './integer-format.ts';
import type { MixpeTile } from './mixpe-array.ts';
import { checkLength, checkScales, checkZeroPoints } from './mixpe-check.ts';
import { checkMixpeConfig, groupCount, type MixpeConfig, weightFormat } from './mixpe-config.ts';

/** The FP16 code of a weight: (q - zeroPoint) * scale rounded once; what is too large becomes the largest number. */
export const dequantisedWeight = (q: number, zeroPoint: number, scale: number): number =>
  encodeFloatRne(FP16, multiplyExact(exactFromNumber(q - zeroPoint), decodeFloat(FP16, scale)), {
    saturate: true,
  });

/**
 * The dot product of one token and one output before the token scale: the FP32 code of y.
 * @param x K FP16 codes, finite. The other parameters and errors as in `mixpeFloatDot`.
 */
export function dequantiseFirstDot(
  x: ArrayLike<number>,
  q: ArrayLike<number>,
  scales: ArrayLike<number>,
  zeroPoints: ArrayLike<number> | undefined,
  config: MixpeConfig,
): number {
  checkMixpeConfig(config);
  checkLength('q', q.length, x.length, 'K activations');
  checkIntegers(weightFormat(config), q, 'q');
  const groups = groupCount(x.length, config.groupSize);
  checkLength('scales', scales.length, groups, 'groups');
  checkScales(scales, 'scales');
  checkZeroPoints(zeroPoints, groups, config);
  let y = 0;
  for (let k = 0; k < x.length; k++) {
    if (!isFiniteFloat(FP16, x[k]!)) throw new RangeError(`x[${k}] is 0x${x[k]!.toString(16)}: need finite`);
    const g = Math.floor(k / config.groupSize);
    const weight = dequantisedWeight(q[k]!, zeroPoints?.[g] ?? 0, scales[g]!);
    const product = multiplyExact(decodeFloat(FP16, x[k]!), decodeFloat(FP16, weight));
    y = encodeFloatRne(FP32, addExact(decodeFloat(FP32, y), product));
  }
  return y;
}

/** y[token][output] of a tile as FP32 codes. */
export function dequantiseFirstTile(tile: MixpeTile, config: MixpeConfig): number[][] {
  checkLength('scales', tile.scales.length, tile.q.length, 'outputs');
  return tile.x.map((x) =>
    tile.q.map((q, n) => dequantiseFirstDot(x, q, tile.scales[n]!, tile.zeroPoints?.[n], config)),
  );
}
