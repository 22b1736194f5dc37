// The core against a machine written from the specification: every instruction it retires, and every byte it stores.

import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble } from '../../test/rv32i/assembler.ts';
import { Machine, type Retired } from '../../test/rv32i/machine.ts';
import { CHECKSUM, FIBONACCI, SORT } from '../../test/rv32i/programs.ts';
import { randomProgram } from '../../test/rv32i/random-program.ts';
import { expectReviewedVerilog } from '../../test/verilog-of.ts';
import { Rv32i } from './rv32i.ts';

const WORDS = 1024;

test('the Verilog is as reviewed, and clean in three tools', () =>
  expectReviewedVerilog(Rv32i.elaborate({ program: assemble(FIBONACCI) }), import.meta.dirname));

/** What the core retires until it halts, and the cycles it took. */
const run = (program: number[], limit: number): Promise<{ trace: Retired[]; cycles: number }> =>
  simulate(Rv32i, { words: WORDS, program }, async (dut, t) => {
    const trace: Retired[] = [];
    while (!dut.halted.peek()) {
      const { valid, pc, writes, rd, value } = dut.retired.peek();
      const { valid: stores, address, data, lanes } = dut.stored.peek();
      if (valid) {
        const bytes = [0, 1, 2, 3].filter((i) => (lanes >> BigInt(i)) & 1n);
        trace.push({
          pc: Number(pc),
          ...(writes ? { write: { rd: Number(rd), value: Number(value) } } : {}),
          ...(stores
            ? {
                store: {
                  address: Number(address),
                  bytes: bytes.map((i) => Number((data >> BigInt(8 * i)) & 255n)),
                },
              }
            : {}),
        });
      }
      await t.step();
      if (t.cycle > limit) throw new Error(`not halted after ${limit} cycles`);
    }
    return { trace, cycles: t.cycle };
  });

/** What the machine does, to be compared instruction by instruction. */
function reference(program: number[]): { trace: Retired[]; machine: Machine } {
  const machine = new Machine(program, WORDS);
  const trace: Retired[] = [];
  while (!machine.halted) trace.push(machine.step());
  return { trace, machine };
}

test.each([
  ['fibonacci', FIBONACCI],
  ['insertion sort', SORT],
  ['CRC-32', CHECKSUM],
])('%s, as the machine of the specification runs it', async (_, source) => {
  const program = assemble(source);
  const { trace, cycles } = await run(program, 100_000);
  const expected = reference(program);
  expect(trace).toEqual(expected.trace);
  // One cycle to boot, one per instruction, one more per load.
  const loads = expected.trace.filter(({ pc }) => (program[pc / 4]! & 0x7f) === 0x03).length;
  expect(cycles).toBe(1 + trace.length + loads);
});

test('fibonacci(24) in a0', async () => {
  const { trace } = await run(assemble(FIBONACCI), 1000);
  expect(trace.findLast((r) => r.write?.rd === 10)?.write?.value).toBe(46368);
});

test('random programs of every instruction', () =>
  fc.assert(
    fc.asyncProperty(randomProgram, async (source) => {
      const program = assemble(source);
      expect((await run(program, 2000)).trace).toEqual(reference(program).trace);
    }),
    { numRuns: 30 },
  ));
