// A register file that a state machine writes by index, in the native back end and in Verilator against a model.

import { bool, cat, defineModule, fsm, input, output, regs, uint, vec, when } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../src/index.ts';

/** Five registers: written by index, one of them cleared by constant. */
const RegisterFile = defineModule({
  name: 'RegisterFile',
  params: z.object({}),
  ports: () => ({
    go: input(bool),
    address: input(uint(3)),
    data: input(uint(8)),
    at: output(uint(8)),
    state: output(uint(2)),
    flags: output(uint(3)),
  }),
  build(io) {
    const { file } = regs({ file: vec(5, uint(8)) }, { file: [0, 0, 0, 0, 0] });
    const steps = fsm(
      'steps',
      {
        Rest: (go) => when(io.go, () => go('Write')),
        Write: (go) => {
          file.at(io.address).next(io.data);
          when(io.go.not(), () => go('Clear'));
        },
        Clear: (go) => {
          file.at(0).next(0);
          go('Rest');
        },
      },
      { init: 'Rest' },
    );
    io.at.set(file.at(io.address));
    io.state.set(cat(steps.is('Clear'), steps.is('Write')));
    io.flags.set(cat(steps.is('Rest'), steps.is('Write'), steps.is('Clear')));
  },
});

test.each(['native', 'verilator'] as const)(
  'a register file behind a state machine, in %s',
  async (backend) => {
    await simulate(RegisterFile, {}, { backend }, async (dut, t) => {
      const file = [0n, 0n, 0n, 0n, 0n];
      let state: 'Rest' | 'Write' | 'Clear' = 'Rest';
      const step = fc.record({ go: fc.boolean(), address: fc.bigInt(0n, 7n), data: fc.bigInt(0n, 255n) });
      for (const { go, address, data } of fc.sample(step, { numRuns: 300, seed: 11 })) {
        dut.go.poke(go);
        dut.address.poke(address);
        dut.data.poke(data);
        await t.step();
        // Past the end nothing is written, and the last element is read.
        if (state === 'Write' && address < 5n) file[Number(address)] = data;
        if (state === 'Clear') file[0] = 0n;
        if (state === 'Rest') state = go ? 'Write' : 'Rest';
        else if (state === 'Write') state = go ? 'Write' : 'Clear';
        else state = 'Rest';
        expect(dut.at.peek()).toBe(file[Math.min(Number(address), 4)]);
        expect(dut.flags.peek()).toBe({ Rest: 4n, Write: 2n, Clear: 1n }[state]);
        expect(dut.state.peek()).toBe({ Rest: 0n, Write: 1n, Clear: 2n }[state]);
      }
    });
  },
);
