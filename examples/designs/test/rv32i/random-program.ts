// Random RV32I programs that end: straight code over all registers, forward branches and jumps, loads and stores in a
// scratch area.

import fc from 'fast-check';

const register = fc.integer({ min: 0, max: 31 }).map((n) => `x${n}`);
/** A register that may be written: x31 holds the base of the scratch area. */
const target = fc.integer({ min: 0, max: 30 }).map((n) => `x${n}`);
const imm12 = fc.oneof(fc.integer({ min: -2048, max: 2047 }), fc.constantFrom(-2048, 2047, -1, 0, 1));
const amount = fc.integer({ min: 0, max: 31 });
const pick = (...names: string[]) => fc.constantFrom(...names);

const line = fc.oneof(
  fc
    .tuple(
      pick('add', 'sub', 'sll', 'slt', 'sltu', 'xor', 'srl', 'sra', 'or', 'and'),
      target,
      register,
      register,
    )
    .map(([op, d, a, b]) => `${op} ${d}, ${a}, ${b}`),
  fc
    .tuple(pick('addi', 'slti', 'sltiu', 'xori', 'ori', 'andi'), target, register, imm12)
    .map(([op, d, a, i]) => `${op} ${d}, ${a}, ${i}`),
  fc
    .tuple(pick('slli', 'srli', 'srai'), target, register, amount)
    .map(([op, d, a, n]) => `${op} ${d}, ${a}, ${n}`),
  fc
    .tuple(pick('lui', 'auipc'), target, fc.integer({ min: 0, max: 0xfffff }))
    .map(([op, d, i]) => `${op} ${d}, ${i}`),
  fc
    .tuple(pick('lw', 'lh', 'lhu', 'lb', 'lbu'), target, fc.nat(63))
    .map(([op, d, n]) => `${op} ${d}, ${aligned(op, n)}(x31)`),
  fc
    .tuple(pick('sw', 'sh', 'sb'), register, fc.nat(63))
    .map(([op, s, n]) => `${op} ${s}, ${aligned(op, n)}(x31)`),
  fc
    .tuple(
      pick('beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu'),
      register,
      register,
      fc.integer({ min: 1, max: 4 }),
    )
    .map(([op, a, b, n]) => `${op} ${a}, ${b}, ${4 * n}`),
  fc.tuple(target, fc.integer({ min: 1, max: 4 })).map(([d, n]) => `jal ${d}, ${4 * n}`),
  fc.tuple(target, fc.integer({ min: 1, max: 4 })).map(([d, n]) => `jalr ${d}, +${n}`),
  fc.constant('fence'),
);
const aligned = (op: string, n: number): number => (op.endsWith('w') ? n & ~3 : /h/.test(op) ? n & ~1 : n);

/** A program of some eighty instructions, as text. Every register is written before it is read. */
export const randomProgram = fc.array(line, { minLength: 20, maxLength: 50 }).map((lines) => {
  const seeds = Array.from({ length: 30 }, (_, i) => `lui x${i + 1}, ${(0x9e377 * (i + 3)) & 0xfffff}`);
  // Five halts at the end, since a jump may skip up to three lines.
  const program = ['addi x31, x0, 0x700', ...seeds, ...lines, ...Array(5).fill('ecall')];
  // A jalr jumps to an address, whose lowest bit it clears.
  return program
    .map((text, at) => text.replace(/\+(\d)$/, (_: string, n: string) => `${4 * (at + Number(n)) + 1}(x0)`))
    .join('\n');
});
