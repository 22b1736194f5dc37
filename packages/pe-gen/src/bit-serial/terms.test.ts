// Encoder and multiplication by themselves: every code of every datatype with every special value, term by term.

import {
  BITMOD_DATATYPES,
  BITMOD_SPECIAL_VALUES,
  bitmodBits,
  bitmodFloatTerms,
  bitmodTermCount,
  bitmodTerms,
  bitmodUnits,
  isBitmodFloat,
} from '@gatewright/golden';
import { bool, defineModule, input, output, sint, uint, vec } from '@gatewright/hdl-core';
import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { alignedType } from './aligner.ts';
import { mantissaBits, peParams } from './params.ts';
import { BitSerialPe } from './pe.ts';
import { datatypeType, digitType, specialType, TermEncoder } from './terms.ts';

/** An encoder before a PE that adds whatever set it has finished to nothing. */
const EncodeAndMultiply = defineModule({
  name: 'EncodeAndMultiply',
  params: peParams,
  ports: (p) => ({
    datatype: input(datatypeType),
    special: input(specialType),
    term: input(uint(2)),
    first: input(bool),
    codes: input(vec(p.lanes, uint(p.weightBits))),
    aligned: input(vec(p.lanes, alignedType(p))),
    digits: output(vec(p.lanes, digitType)),
    set_sum: output(sint(mantissaBits(p))),
  }),
  build(io, p) {
    const encoder = TermEncoder.inst('u_encoder', { lanes: p.lanes, weightBits: p.weightBits });
    encoder.datatype.set(io.datatype);
    encoder.special.set(io.special);
    encoder.term.set(io.term);
    encoder.codes.set(io.codes);
    io.digits.set(encoder.digits);
    const pe = BitSerialPe.inst('u_pe', p);
    pe.aligned.set(io.aligned);
    pe.digits.set(encoder.digits);
    pe.first.set(io.first);
    pe.accumulate.set(true);
    pe.restart.set(true);
    pe.distance.set(0);
    io.set_sum.set(pe.group_sum);
  },
});

type Digit = { negative: boolean; one: boolean; two: boolean; four: boolean };
const digitValue = ({ negative, one, two, four }: Digit): number => {
  expect([one, two, four].filter(Boolean).length).toBeLessThanOrEqual(1);
  return (negative ? -1 : 1) * ((one ? 1 : 0) + (two ? 2 : 0) + (four ? 4 : 0)) + 0;
};

test.each(BITMOD_DATATYPES)(
  '%s: every code, special value and term gives its digit and its product',
  async (datatype) => {
    const lanes = 4;
    const bits = bitmodBits(datatype);
    const magnitudes = [0x1ffc, 1, 0x1000, 0];
    await simulate(EncodeAndMultiply, { lanes }, { backend: 'native' }, async (dut, t) => {
      const specials = isBitmodFloat(datatype) ? BITMOD_SPECIAL_VALUES[datatype] : [0];
      for (const special of specials) {
        const [high, low] = isBitmodFloat(datatype) ? bitmodFloatTerms(special) : [0, 0];
        const wires = (term: number): Digit => ({
          negative: term < 0,
          one: Math.abs(term) === 1,
          two: Math.abs(term) === 2,
          four: Math.abs(term) === 4,
        });
        dut.datatype.poke(datatype);
        dut.special.poke({ high: wires(high), low: wires(low) });
        for (let first = 0; first < 2 ** bits; first++) {
          // Every code passes through every lane; bits above a code are noise that must not matter.
          const codes = Array.from({ length: lanes }, (_, lane) => (first + lane) % 2 ** bits);
          const noise = (0xa5 << bits) & 0xff;
          const aligned = codes.map((_, lane) => ({
            negative: (first + lane) % 3 === 0,
            magnitude: magnitudes[(lane + first) % 4]!,
          }));
          dut.codes.poke(codes.map((code) => code | noise));
          dut.aligned.poke(aligned);
          const count = bitmodTermCount(datatype);
          const seen: number[][] = [];
          for (let i = 0; i < count; i++) {
            dut.term.poke(count - 1 - i);
            dut.first.poke(i === 0);
            seen.push(dut.digits.peek().map(digitValue));
            await t.step();
          }
          codes.forEach((code, lane) => {
            const digits = seen.map((term) => term[lane]!);
            expect(digits.reduce((sum, d) => 4 * sum + d, 0)).toBe(bitmodUnits(datatype, code, special));
            // Booth digits are the only ones; FP3 and FP4 values have several pairs of digits.
            if (!isBitmodFloat(datatype))
              expect(digits).toEqual(bitmodTerms(datatype, code).map((d) => d + 0));
          });
          const expected = codes.reduce((sum, code, lane) => {
            const { negative, magnitude } = aligned[lane]!;
            return sum + (negative ? -1 : 1) * magnitude * bitmodUnits(datatype, code, special);
          }, 0);
          expect(Number(dut.set_sum.peek())).toBe(expected);
        }
      }
    });
  },
);
