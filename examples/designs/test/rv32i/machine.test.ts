// The reference machine and the assembler against known words and known results.

import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { assemble } from './assembler.ts';
import { Machine } from './machine.ts';
import { CHECKSUM, FIBONACCI, SORT } from './programs.ts';

test('words encoded by hand from the specification', () => {
  const words = assemble(`
    addi x1, x2, -1
    sub t0, t1, t2
    srai a0, a1, 31
    lw a0, -4(sp)
    sw ra, 12(sp)
    lui gp, 0xfffff
  here:
    beq zero, zero, here
    jal ra, here
    jalr zero, 0(ra)
    ecall
  `).map((w) => w.toString(16).padStart(8, '0'));
  expect(words).toEqual([
    'fff10093',
    '407302b3',
    '41f5d513',
    'ffc12503',
    '00112623',
    'fffff1b7',
    '00000063',
    'ffdff0ef',
    '00008067',
    '00000073',
  ]);
  expect(() => assemble('addq x1, x2, 3')).toThrow('no such instruction: addq');
  expect(() => assemble('addi x1, x40, 3')).toThrow('no such register');
});

const run = (source: string): Machine => {
  const machine = new Machine(assemble(source), 1024);
  while (!machine.halted) machine.step();
  return machine;
};

test('programs leave what they should', () => {
  expect(run(FIBONACCI).x[10]).toBe(46368);
  const sorted = run(SORT);
  const words = Array.from({ length: 16 }, (_, i) => sorted.load(0x200 + 4 * i, 4) | 0);
  expect(words).toEqual(words.toSorted((a, b) => a - b));
  expect(new Set(words).size).toBe(16);
  expect(run(CHECKSUM).x[10]).toBe(crc32(Uint8Array.from({ length: 256 }, (_, i) => i)));
});
