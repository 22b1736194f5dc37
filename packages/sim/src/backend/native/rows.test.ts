// Shifts in lanes as narrow as their values, by every amount and one beyond, against the arithmetic of numbers.

import { defineModule, input, output, sint, uint, vec } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readBits, writeBits } from '../../../test/port-bits.ts';
import { compileDesign } from './compile.ts';
import { nativeModel } from './native.ts';
import { TUNED } from './tuning.ts';

const LANES = 16;
const bitsAbove = (width: number, amount: number): number => Math.max(1, width - amount);

/**
 * Of every lane: the number shifted to the right, its encoding from bit `amount` on, and its sum with the next one, which a lane
 * of `width` bits does not hold, shifted.
 */
const Shifts = defineModule({
  name: 'Shifts',
  params: z.object({ width: z.int(), signed: z.boolean(), amount: z.int() }),
  ports({ width, signed, amount }) {
    const number = (bits: number) => vec(LANES, signed ? sint(bits) : uint(bits));
    return {
      x: input(number(width)),
      number: output(number(bitsAbove(width, amount))),
      bits: output(vec(LANES, uint(bitsAbove(width, amount)))),
      sum: output(number(bitsAbove(width + 1, amount))),
    };
  },
  build(io, { width, amount }) {
    const out = io as unknown as Record<string, { set(v: unknown): void }>;
    const lanes = [...io.x];
    out.number!.set(lanes.map((lane) => lane.shr(amount)));
    out.bits!.set(lanes.map((lane) => lane.bits(width - 1, Math.min(amount, width - 1))));
    out.sum!.set(lanes.map((lane, i) => lane.add(lanes[(i + 1) % LANES] as never).shr(amount)));
  },
});

const shifts = [8, 16].flatMap((width) =>
  [false, true].flatMap((signed) =>
    Array.from({ length: width + 2 }, (_, amount) => ({ width, signed, amount })),
  ),
);

test.each(shifts)('%j', async (params) => {
  const { width, signed, amount } = params;
  const { top } = Shifts.elaborate(params);
  const tuning = { ...TUNED, vectorShare: Number.POSITIVE_INFINITY };
  const model = await nativeModel(compileDesign(top, { tuning }));
  const instance = model.start();
  const ports = new Map(top.ports.map(({ decl }, i) => [decl.name, { decl, place: instance.ports[i]! }]));
  const floor = (value: number, by: number): number => Math.floor(value / 2 ** by);
  for (let round = 0; round < 8; round++) {
    // Both ends of the range, and numbers between.
    const codes = Array.from({ length: LANES }, (_, lane) => {
      const k = LANES * round + lane;
      return BigInt.asUintN(width, BigInt(k < 64 ? k - 32 : k * 40_503 + 2 ** (width - 1)));
    });
    codes.forEach((code, lane) => writeBits(instance.memory, ports.get(`x_${lane}`)!.place, code));
    instance.settle();
    const values = codes.map((code) => Number(signed ? BigInt.asIntN(width, code) : code));
    for (const [lane, value] of values.entries()) {
      const wanted = {
        number: floor(value, amount),
        bits: floor(Number(codes[lane]), Math.min(amount, width - 1)),
        sum: floor(value + values[(lane + 1) % LANES]!, amount),
      };
      for (const [name, number] of Object.entries(wanted)) {
        const { decl, place } = ports.get(`${name}_${lane}`)!;
        const got = readBits(instance.memory, place);
        expect(got, `${name} of lane ${lane}: ${value}`).toBe(BigInt.asUintN(decl.width, BigInt(number)));
      }
    }
  }
  instance.close();
});
