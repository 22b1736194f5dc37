// RV32I with its memory: one cycle an instruction, two a load. The next instruction is fetched while this one executes.
// Invariant: the memory's one read port gives the instruction in `Run` and the loaded word in `Load`.
// It has no traps: accesses are aligned, `ecall` and `ebreak` halt, and a store is seen by the fetch after the next.

import {
  type BoolSig,
  bool,
  bundle,
  cat,
  defineModule,
  fsm,
  literal,
  match,
  mem,
  mux,
  named,
  output,
  regs,
  type UIntSig,
  uint,
  when,
  wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const word = uint(32);
const ECALL = 0x73;

export const Rv32i = defineModule({
  name: 'Rv32i',
  doc: 'RV32I core with its program and data in one memory.',
  params: z.object({
    words: z.int().min(16).max(65536).default(1024).meta({ description: 'memory size' }),
    program: z
      .array(z.int().min(0).max(0xffffffff))
      .default([ECALL])
      .meta({ description: 'words from address 0' }),
  }),
  ports: () => ({
    halted: output(bool),
    retired: output(
      bundle({ valid: bool, pc: word, writes: bool, rd: uint(5), value: word }),
      'an instruction ends, and what it writes to a register',
    ),
    stored: output(
      bundle({ valid: bool, address: word, data: word, lanes: uint(4) }),
      'a store, by byte lanes',
    ),
  }),
  build(io, p) {
    const ram = mem('ram', {
      depth: p.words,
      type: word,
      lanes: 4,
      collision: 'old',
      style: 'block',
      init: p.program,
    });
    const x = mem('x', { depth: 32, type: word, style: 'distributed' });
    const wordOf = (address: UIntSig): UIntSig => address.bits(ram.address.width + 1, 2);

    const { pc } = regs({ pc: word }, { pc: 0 });
    const { loading } = regs({ loading: bundle({ pc: word, rd: uint(5), kind: uint(3), low: uint(2) }) });
    const { read, target } = wires({ read: word, target: word });
    const fetched = ram.readSync(wordOf(read), { name: 'fetched' });

    const instruction = fields(fetched);
    const { rd, rs1, rs2, kind, imm } = instruction;
    const a = named('a', mux(rs1.eq(0), literal(0, word), x.readAsync(rs1, { name: 'x_rs1' })));
    const b = named('b', mux(rs2.eq(0), literal(0, word), x.readAsync(rs2, { name: 'x_rs2' })));
    const is = named('is', classes(instruction.opcode));
    const result = alu(kind, a, mux(is.register, b, imm.i), instruction.alternate, is.register);
    const isTaken = taken(kind, a, b);
    const fromMemory = loaded(fetched, loading.kind, loading.low);
    const follows = named('follows', pc.addWrap(4));
    const address = named('address', a.addWrap(mux(is.store, imm.s, imm.i)));

    // What ends in this cycle, and what is fetched for the next one.
    const { done } = wires(
      { done: bundle({ valid: bool, pc: word, writes: bool, rd: uint(5), value: word }) },
      { done: { valid: false, pc: 0, writes: false, rd: 0, value: 0 } },
    );
    const { store } = wires({ store: bool }, { store: false });
    read.set(target);
    target.set(follows);

    const phase = fsm(
      'phase',
      {
        Boot: (go) => {
          read.set(pc);
          go('Run');
        },
        Run: (go) => {
          done.set({ valid: true, pc, writes: rd.ne(0), rd, value: result });
          pc.next(target);
          when(is.lui, () => done.value.set(imm.u))
            .elseWhen(is.auipc, () => done.value.set(pc.addWrap(imm.u)))
            .elseWhen(is.jal, () => {
              done.value.set(follows);
              target.set(pc.addWrap(imm.j));
            })
            .elseWhen(is.jalr, () => {
              done.value.set(follows);
              target.set(cat(address.bits(31, 1), literal(false, bool)));
            })
            .elseWhen(is.branch, () => {
              done.writes.set(false);
              when(isTaken, () => target.set(pc.addWrap(imm.b)));
            })
            .elseWhen(is.load, () => {
              done.valid.set(false);
              read.set(address);
              loading.next({ pc, rd, kind, low: address.bits(1, 0) });
              go('Load');
            })
            .elseWhen(is.store, () => {
              done.writes.set(false);
              store.set(true);
            })
            .elseWhen(is.system, () => {
              done.writes.set(false);
              go('Halt');
            })
            .elseWhen(is.fence, () => done.writes.set(false));
        },
        Load: (go) => {
          done.set({
            valid: true,
            pc: loading.pc,
            writes: loading.rd.ne(0),
            rd: loading.rd,
            value: fromMemory,
          });
          read.set(pc);
          go('Run');
        },
        Halt: () => {},
      },
      { init: 'Boot' },
    );

    const low = address.bits(1, 0);
    const data = named('store_data', b.shl(cat(low, literal(0, uint(3)))).trunc(32));
    const bytes = mux(
      kind.eq(0),
      literal(0b0001, uint(4)),
      mux(kind.eq(1), literal(0b0011, uint(4)), literal(0b1111, uint(4))),
    );
    const lanes = named('store_lanes', bytes.shl(low).trunc(4));
    ram.write(wordOf(address), data, { en: store, mask: lanes });
    x.write(done.rd, done.value, { en: done.valid.and(done.writes) });

    io.halted.set(phase.is('Halt'));
    io.retired.set(done);
    io.stored.set({ valid: store, address, data, lanes });
  },
});

/** The fields of an instruction and its immediates, each extended to a word (specification, 2.2 and 2.3). */
function fields(i: UIntSig) {
  const extended = (bits: UIntSig): UIntSig => bits.asSInt().extend(32).asUInt();
  const bit = (n: number): UIntSig => i.bits(n, n);
  const zero = (bits: number): UIntSig => literal(0, uint(bits));
  return {
    ...named('field', {
      opcode: i.bits(6, 0),
      rd: i.bits(11, 7),
      kind: i.bits(14, 12),
      rs1: i.bits(19, 15),
      rs2: i.bits(24, 20),
      alternate: i.bit(30),
    }),
    imm: named('imm', {
      i: extended(i.bits(31, 20)),
      s: extended(cat(i.bits(31, 25), i.bits(11, 7))),
      b: extended(cat(bit(31), bit(7), i.bits(30, 25), i.bits(11, 8), zero(1))),
      u: cat(i.bits(31, 12), zero(12)),
      j: extended(cat(bit(31), i.bits(19, 12), bit(20), i.bits(30, 21), zero(1))),
    }),
  };
}

/** What an opcode stands for (specification, table 70). */
const classes = (opcode: UIntSig) => ({
  lui: opcode.eq(0b0110111),
  auipc: opcode.eq(0b0010111),
  jal: opcode.eq(0b1101111),
  jalr: opcode.eq(0b1100111),
  branch: opcode.eq(0b1100011),
  load: opcode.eq(0b0000011),
  store: opcode.eq(0b0100011),
  register: opcode.eq(0b0110011),
  fence: opcode.eq(0b0001111),
  system: opcode.eq(0b1110011),
});

/** Arithmetic of two words; `alternate` subtracts, where that is an instruction, and shifts in the sign. */
function alu(kind: UIntSig, a: UIntSig, operand: UIntSig, alternate: BoolSig, mayCarry: BoolSig): UIntSig {
  const b = named('operand', operand);
  const amount = b.bits(4, 0);
  const { result } = wires({ result: word });
  match(kind, {
    0: () => result.set(mux(alternate.and(mayCarry), a.subWrap(b), a.addWrap(b))),
    1: () => result.set(a.shl(amount).trunc(32)),
    2: () => result.set(a.asSInt().lt(b.asSInt()).asUInt().extend(32)),
    3: () => result.set(a.lt(b).asUInt().extend(32)),
    4: () => result.set(a.xor(b)),
    5: () => result.set(mux(alternate, a.asSInt().shr(amount).asUInt(), a.shr(amount))),
    6: () => result.set(a.or(b)),
    7: () => result.set(a.and(b)),
  });
  return result;
}

/** Whether a branch is taken. */
function taken(kind: UIntSig, a: UIntSig, b: UIntSig): BoolSig {
  const { holds } = wires({ holds: bool });
  match(kind.bits(2, 1), {
    0: () => holds.set(a.eq(b)),
    2: () => holds.set(a.asSInt().lt(b.asSInt())),
    _: () => holds.set(a.lt(b)),
  });
  return holds.xor(kind.bit(0));
}

/** The loaded byte, half or word, extended. */
function loaded(fetched: UIntSig, kind: UIntSig, low: UIntSig): UIntSig {
  const shifted = named('shifted', fetched.shr(cat(low, literal(0, uint(3)))));
  const { extended } = wires({ extended: word });
  match(kind, {
    0: () => extended.set(shifted.trunc(8).asSInt().extend(32).asUInt()),
    1: () => extended.set(shifted.trunc(16).asSInt().extend(32).asUInt()),
    4: () => extended.set(shifted.trunc(8).extend(32)),
    5: () => extended.set(shifted.trunc(16).extend(32)),
    _: () => extended.set(shifted),
  });
  return extended;
}
