// Doubling against golden arithmetic: every FP16 code, and the corners of every FP32 binade; broken ones.

import {
  decodeFloat,
  encodeFloatRne,
  exactFromNumber,
  FP16,
  FP32,
  floatWidth,
  multiplyExact,
} from '@gatewright/golden';
import type { VerilogFile } from '@gatewright/hdl-core';
import { openDut } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { broken } from '../../test/broken.ts';
import { FloatDouble } from './float-double.ts';

const FORMATS = { FP16, FP32 };
const everyFp16 = Array.from({ length: 65_536 }, (_, code) => code);
const binades = Array.from({ length: 512 }, (_, signAndExponent) =>
  [0, 1, 2, 0x3fffff, 0x400000, 0x7ffffe, 0x7fffff].map((mantissa) => signAndExponent * 2 ** 23 + mantissa),
).flat();

/** How many codes double to something that is not right. NaN codes keep their payload. */
async function wrong(
  name: keyof typeof FORMATS,
  codes: readonly number[],
  rewrite?: (files: VerilogFile[]) => VerilogFile[],
): Promise<number> {
  const { exponentBits, mantissaBits } = FORMATS[name];
  const circuit = FloatDouble.elaborate({ exponentBits, mantissaBits });
  const dut = await openDut(circuit, rewrite ? { backend: 'verilator', rewrite } : { backend: 'native' });
  let count = 0;
  await dut.run(async (io) => {
    for (const code of codes) {
      io.x.poke(BigInt(code));
      const value = decodeFloat(FORMATS[name], code);
      const two = encodeFloatRne(FORMATS[name], multiplyExact(value, exactFromNumber(2)));
      if (io.y.peek() !== BigInt(value.kind === 'nan' ? code : two)) count++;
    }
  });
  dut.close();
  return count;
}

test.each([
  ['FP16', everyFp16],
  ['FP32', binades],
] as const)('%s', async (name, codes) => {
  expect(codes.every((code) => code < 2 ** floatWidth(FORMATS[name]))).toBe(true);
  expect(await wrong(name, codes)).toBe(0);
});

// What the released design does: an addition to the exponent that looks at nothing.
test.each([
  ['a zero that becomes 2^-14', /finite( *)= [^;]*;/, "finite$1= magnitude + 15'd1024;"],
  ['an exponent that wraps', /overflow( *)= [^;]*;/, "overflow$1= 1'b0;"],
  ['an infinity that moves on', /special( *)= [^;]*;/, "special$1= 1'b0;"],
])('%s is caught', async (_, from, to) => {
  expect(await wrong('FP16', everyFp16, broken('FloatDouble', from, to))).toBeGreaterThan(0);
});
