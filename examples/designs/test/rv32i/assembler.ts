// A small assembler for RV32I, from the encodings in the RISC-V unprivileged specification (version 20240411, ch. 2 and 35).
// One instruction or `label:` a line, `#` begins a comment. It knows no directives and no pseudo-instructions.

type Format = 'R' | 'I' | 'shift' | 'load' | 'S' | 'B' | 'U' | 'J' | 'none';
type Encoding = readonly [format: Format, opcode: number, funct3?: number, funct7?: number];

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  lui: ['U', 0x37],
  auipc: ['U', 0x17],
  jal: ['J', 0x6f],
  jalr: ['load', 0x67, 0],
  beq: ['B', 0x63, 0],
  bne: ['B', 0x63, 1],
  blt: ['B', 0x63, 4],
  bge: ['B', 0x63, 5],
  bltu: ['B', 0x63, 6],
  bgeu: ['B', 0x63, 7],
  lb: ['load', 0x03, 0],
  lh: ['load', 0x03, 1],
  lw: ['load', 0x03, 2],
  lbu: ['load', 0x03, 4],
  lhu: ['load', 0x03, 5],
  sb: ['S', 0x23, 0],
  sh: ['S', 0x23, 1],
  sw: ['S', 0x23, 2],
  addi: ['I', 0x13, 0],
  slti: ['I', 0x13, 2],
  sltiu: ['I', 0x13, 3],
  xori: ['I', 0x13, 4],
  ori: ['I', 0x13, 6],
  andi: ['I', 0x13, 7],
  slli: ['shift', 0x13, 1, 0x00],
  srli: ['shift', 0x13, 5, 0x00],
  srai: ['shift', 0x13, 5, 0x20],
  add: ['R', 0x33, 0, 0x00],
  sub: ['R', 0x33, 0, 0x20],
  sll: ['R', 0x33, 1, 0x00],
  slt: ['R', 0x33, 2, 0x00],
  sltu: ['R', 0x33, 3, 0x00],
  xor: ['R', 0x33, 4, 0x00],
  srl: ['R', 0x33, 5, 0x00],
  sra: ['R', 0x33, 5, 0x20],
  or: ['R', 0x33, 6, 0x00],
  and: ['R', 0x33, 7, 0x00],
  fence: ['none', 0x0f],
  ecall: ['none', 0x73],
};
export const MNEMONICS = Object.keys(ENCODINGS);

const ABI =
  'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'.split(
    ' ',
  );

/** The words of a program that starts at address 0. */
export function assemble(source: string): number[] {
  const labels = new Map<string, number>();
  const lines: string[] = [];
  for (const raw of source.split('\n')) {
    const text = raw.replace(/#.*/, '').trim();
    const label = /^(\w+):$/.exec(text)?.[1];
    if (label) labels.set(label, lines.length * 4);
    else if (text) lines.push(text);
  }
  return lines.map((line, i) => encode(line, i * 4, labels));
}

function encode(line: string, pc: number, labels: ReadonlyMap<string, number>): number {
  const [name = '', ...operands] = line.split(/[\s,()]+/).filter(Boolean);
  const encoding = ENCODINGS[name];
  if (!encoding) throw new RangeError(`no such instruction: ${line}`);
  const [format, opcode, funct3 = 0, funct7 = 0] = encoding;
  const register = (k: number): number => {
    const text = operands[k] ?? '';
    const n = /^x\d+$/.test(text) ? Number(text.slice(1)) : ABI.indexOf(text);
    if (n < 0 || n > 31) throw new RangeError(`no such register in: ${line}`);
    return n;
  };
  const value = (k: number): number => {
    const text = operands[k] ?? '';
    const target = labels.get(text);
    const n = target === undefined ? Number(text) : target - pc;
    if (!Number.isInteger(n)) throw new RangeError(`no number and no label: ${line}`);
    return n;
  };
  const field = (n: number, high: number, low: number): number => (n >>> low) & (2 ** (high - low + 1) - 1);
  const base = opcode | (funct3 << 12);
  const iType = (rd: number, rs1: number, imm: number): number =>
    base | (rd << 7) | (rs1 << 15) | (field(imm, 11, 0) << 20);
  const word = (): number => {
    switch (format) {
      case 'R':
        return base | (register(0) << 7) | (register(1) << 15) | (register(2) << 20) | (funct7 << 25);
      case 'I':
        return iType(register(0), register(1), value(2));
      case 'shift':
        return iType(register(0), register(1), field(value(2), 4, 0) | (funct7 << 5));
      case 'load':
        return iType(register(0), register(2), value(1));
      case 'S': {
        const imm = value(1);
        return (
          base |
          (field(imm, 4, 0) << 7) |
          (register(2) << 15) |
          (register(0) << 20) |
          (field(imm, 11, 5) << 25)
        );
      }
      case 'B': {
        const imm = value(2);
        const low = (field(imm, 4, 1) << 8) | (field(imm, 11, 11) << 7);
        const high = (field(imm, 12, 12) << 31) | (field(imm, 10, 5) << 25);
        return base | low | (register(0) << 15) | (register(1) << 20) | high;
      }
      case 'U':
        return opcode | (register(0) << 7) | (field(value(1), 19, 0) << 12);
      case 'J': {
        const imm = value(1);
        const high = (field(imm, 20, 20) << 31) | (field(imm, 10, 1) << 21) | (field(imm, 11, 11) << 20);
        return opcode | (register(0) << 7) | high | (field(imm, 19, 12) << 12);
      }
      case 'none':
        return opcode;
    }
  };
  return word() >>> 0;
}
