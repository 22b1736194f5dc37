// Checks of the MixPE reference's inputs, shared by one dot product and a whole layer; private to this package.
// Invariant: a check either returns or throws a RangeError that names the array, the index and the value.

import { FP16, isFiniteFloat } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { checkIntegers } from './integer-format.ts';
import { type MixpeConfig, weightFormat } from './mixpe-config.ts';

/** Throws RangeError unless `actual` equals `expected`, the number of `unit`. */
export function checkLength(what: string, actual: number, expected: number, unit: string): void {
  if (actual !== expected) throw new RangeError(`${what} has ${actual} elements, need ${expected} (${unit})`);
}

/** Throws RangeError naming the first scale that is not a finite FP16 code. */
export function checkScales(scales: ArrayLike<number>, what: string): void {
  for (let i = 0; i < scales.length; i++) {
    if (!isFiniteFloat(FP16, scales[i]!)) {
      throw new RangeError(
        `${what}[${i}] is ${floatToNumber(FP16, scales[i]!)} (0x${scales[i]!.toString(16)}): need finite`,
      );
    }
  }
}

/** Throws RangeError unless there are `count` zero points of the weight format that fit the zero-point mode. */
export function checkZeroPoints(
  zeroPoints: ArrayLike<number> | undefined,
  count: number,
  config: MixpeConfig,
): void {
  if (zeroPoints === undefined) {
    if (config.zeroPoint === 'none') return;
    throw new RangeError(`zeroPoints are missing: zeroPoint mode '${config.zeroPoint}' needs ${count}`);
  }
  checkLength('zeroPoints', zeroPoints.length, count, 'groups');
  checkIntegers(weightFormat(config), zeroPoints, 'zeroPoints');
  if (config.zeroPoint === 'group') return;
  const same = config.zeroPoint === 'none' ? 0 : zeroPoints[0];
  for (let i = 0; i < count; i++) {
    if (zeroPoints[i] !== same) {
      throw new RangeError(
        `zeroPoints[${i}] is ${zeroPoints[i]}: mode '${config.zeroPoint}' needs ${same} everywhere`,
      );
    }
  }
}
