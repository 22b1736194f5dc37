// Division against binary64 rounded once (which is correctly rounded for FP16), and the error of the reciprocal table.

import { expect, test } from 'vitest';
import { divideByReciprocal, divideFloatRne } from './float-divide.ts';
import { FP16, FP32 } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';

const number = (code: number): number => floatToNumber(FP16, code);
/** Pairs of FP16 codes that visit every exponent and many mantissas. */
function* pairs(): Generator<[number, number]> {
  for (let a = 0; a < 65_536; a += 97) for (let b = 0; b < 65_536; b += 331) yield [a, b];
}

test('correctly rounded, special values included', () => {
  for (const [a, b] of pairs())
    if (divideFloatRne(FP16, FP16, a, b) !== numberToFloatRne(FP16, number(a) / number(b)))
      expect.fail(`${a.toString(16)} / ${b.toString(16)}`);
  expect(divideFloatRne(FP32, FP16, 0x40400000, 0x40000000)).toBe(0x3e00);
});

test('by reciprocal: 1 ulp, 99 % correctly rounded', () => {
  let [worst, exact, count] = [0, 0, 0];
  for (const [a, b] of pairs()) {
    const right = numberToFloatRne(FP16, number(a) / number(b));
    const got = divideByReciprocal({ segmentBits: 6, fractionBits: 16 }, FP16, FP16, a, b);
    worst = Math.max(worst, Math.abs(right - got));
    exact += right === got ? 1 : 0;
    count++;
  }
  expect(worst).toBe(1);
  expect(exact / count).toBeGreaterThan(0.98);
});
