// Programs for the core, each with what it must leave behind, said without reference to any machine.

export const FIBONACCI = `
  # a0 = fibonacci(24)
    addi a0, zero, 0
    addi a1, zero, 1
    addi t0, zero, 24
  loop:
    add  t1, a0, a1
    addi a0, a1, 0
    addi a1, t1, 0
    addi t0, t0, -1
    bne  t0, zero, loop
    ecall
`;

/** Sorts 16 signed words at 0x200, which it first makes with a xorshift generator. */
export const SORT = `
    addi s0, zero, 0x200
    addi s1, s0, 64
    lui  t0, 0x12345
    addi t0, t0, 0x678
    addi t1, s0, 0
  fill:
    slli t2, t0, 13
    xor  t0, t0, t2
    srli t2, t0, 17
    xor  t0, t0, t2
    slli t2, t0, 5
    xor  t0, t0, t2
    sw   t0, 0(t1)
    addi t1, t1, 4
    bltu t1, s1, fill
    addi t0, s0, 4
  outer:
    lw   t2, 0(t0)
    addi t1, t0, 0
  inner:
    bgeu s0, t1, place
    lw   t3, -4(t1)
    bge  t2, t3, place
    sw   t3, 0(t1)
    addi t1, t1, -4
    jal  zero, inner
  place:
    sw   t2, 0(t1)
    addi t0, t0, 4
    bltu t0, s1, outer
    ecall
`;

/** CRC-32 (IEEE, reflected) of the bytes 0..255, by a function called per byte; a0 holds it. */
export const CHECKSUM = `
    lui  s0, 0xedb88
    addi s0, s0, 0x320
    addi a0, zero, -1
    addi s1, zero, 0
    addi s2, zero, 256
  bytes:
    sb   s1, 0x300(zero)
    lbu  a1, 0x300(zero)
    jal  ra, update
    addi s1, s1, 1
    blt  s1, s2, bytes
    xori a0, a0, -1
    ecall
  update:
    xor  a0, a0, a1
    addi t0, zero, 8
  bits:
    andi t1, a0, 1
    srli a0, a0, 1
    beq  t1, zero, even
    xor  a0, a0, s0
  even:
    addi t0, t0, -1
    bne  t0, zero, bits
    jalr zero, 0(ra)
`;
