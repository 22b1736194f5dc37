// RV32I as its specification tells it, one instruction at a time: the reference that the core is compared with.
// Invariant: written from the RISC-V unprivileged specification alone; it shares nothing with the core or the assembler.

/** What one instruction did. */
export interface Retired {
  readonly pc: number;
  /** The register written and its value; x0 is never written. */
  readonly write?: { readonly rd: number; readonly value: number };
  /** The bytes stored, lowest address first. */
  readonly store?: { readonly address: number; readonly bytes: readonly number[] };
}

export class Machine {
  pc = 0;
  halted = false;
  readonly x = new Uint32Array(32);
  readonly memory: Uint8Array;

  constructor(program: readonly number[], words: number) {
    this.memory = new Uint8Array(words * 4);
    program.forEach((w, i) => this.#store(i * 4, w, 4));
  }

  /** Runs one instruction. An ecall halts. */
  step(): Retired {
    const { pc } = this;
    const instruction = this.load(pc, 4);
    const bits = (high: number, low: number): number => (instruction >>> low) & (2 ** (high - low + 1) - 1);
    const signed = (value: number, width: number): number => (value << (32 - width)) >> (32 - width);
    const rd = bits(11, 7);
    const a = this.x[bits(19, 15)]!;
    const b = this.x[bits(24, 20)]!;
    const immI = signed(bits(31, 20), 12);
    const immS = signed((bits(31, 25) << 5) | bits(11, 7), 12);
    const immB = signed(
      (bits(31, 31) << 12) | (bits(7, 7) << 11) | (bits(30, 25) << 5) | (bits(11, 8) << 1),
      13,
    );
    const immU = bits(31, 12) << 12;
    const immJ = signed(
      (bits(31, 31) << 20) | (bits(19, 12) << 12) | (bits(20, 20) << 11) | (bits(30, 21) << 1),
      21,
    );
    const funct3 = bits(14, 12);

    let next = pc + 4;
    let result: number | undefined;
    let store: Retired['store'];
    switch (bits(6, 0)) {
      case 0b0110111:
        result = immU;
        break;
      case 0b0010111:
        result = pc + immU;
        break;
      case 0b1101111:
        result = pc + 4;
        next = pc + immJ;
        break;
      case 0b1100111:
        result = pc + 4;
        next = (a + immI) & ~1;
        break;
      case 0b1100011:
        if (taken(funct3, a, b)) next = pc + immB;
        break;
      case 0b0000011: {
        const size = [1, 2, 4, 0, 1, 2][funct3]!;
        const value = this.load(a + immI, size);
        result = funct3 < 4 ? signed(value, size * 8) : value;
        break;
      }
      case 0b0100011: {
        const size = [1, 2, 4][funct3]!;
        const address = (a + immS) >>> 0;
        this.#store(address, b, size);
        store = { address, bytes: [...this.memory.slice(address, address + size)] };
        break;
      }
      case 0b0010011:
        result = arithmetic(funct3, a, immI >>> 0, funct3 === 5 && bits(30, 30) === 1);
        break;
      case 0b0110011:
        result = arithmetic(funct3, a, b, bits(30, 30) === 1);
        break;
      case 0b0001111:
        break;
      case 0b1110011:
        this.halted = true;
        break;
      default:
        throw new RangeError(`no instruction: 0x${instruction.toString(16)} at ${pc}`);
    }
    this.pc = next >>> 0;
    if (result === undefined || rd === 0) return { pc, ...(store ? { store } : {}) };
    this.x[rd] = result;
    return { pc, write: { rd, value: this.x[rd]! } };
  }

  load(address: number, size: number): number {
    const at = address >>> 0;
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = (value << 8) | this.memory[at + i]!;
    return value >>> 0;
  }

  #store(address: number, value: number, size: number): void {
    for (let i = 0; i < size; i++) this.memory[address + i] = value >>> (8 * i);
  }
}

function taken(funct3: number, a: number, b: number): boolean {
  switch (funct3) {
    case 0:
      return a === b;
    case 1:
      return a !== b;
    case 4:
      return (a | 0) < (b | 0);
    case 5:
      return (a | 0) >= (b | 0);
    case 6:
      return a < b;
    default:
      return a >= b;
  }
}

/** `alternate` is bit 30 of the instruction: subtract, and shift in the sign. */
function arithmetic(funct3: number, a: number, b: number, alternate: boolean): number {
  const amount = b & 31;
  switch (funct3) {
    case 0:
      return alternate ? a - b : a + b;
    case 1:
      return a << amount;
    case 2:
      return (a | 0) < (b | 0) ? 1 : 0;
    case 3:
      return a < b ? 1 : 0;
    case 4:
      return a ^ b;
    case 5:
      return alternate ? (a | 0) >> amount : a >>> amount;
    case 6:
      return a | b;
    default:
      return a & b;
  }
}
