// What WebAssembly's operators on words of 32 and 64 bits give, told from the specification of the core (4.3.2, integer
// operations): the reference that the graph of words is held to.
// Invariant: words are unsigned bigints of their width; nothing here is the compiler's.

import { Op } from '../src/backend/native/opcode.ts';

type Width = 32 | 64;
type Meaning = (width: Width, a: bigint, b: bigint) => bigint;

const truth = (t: boolean): bigint => (t ? 1n : 0n);
const signed = (width: number, a: bigint): bigint => BigInt.asIntN(width, a);
const amount = (width: Width, b: bigint): bigint => b % BigInt(width);
const digits = (width: number, a: bigint): string => a.toString(2).padStart(width, '0');

const UNARY: Readonly<Record<string, Meaning>> = {
  eqz: (_, a) => truth(a === 0n),
  clz: (width, a) => BigInt(a === 0n ? width : digits(width, a).indexOf('1')),
  popcnt: (width, a) => BigInt([...digits(width, a)].filter((d) => d === '1').length),
};
const BINARY: Readonly<Record<string, Meaning>> = {
  add: (_, a, b) => a + b,
  sub: (_, a, b) => a - b,
  mul: (_, a, b) => a * b,
  and: (_, a, b) => a & b,
  or: (_, a, b) => a | b,
  xor: (_, a, b) => a ^ b,
  shl: (width, a, b) => a * 2n ** amount(width, b),
  shrU: (width, a, b) => a / 2n ** amount(width, b),
  shrS: (width, a, b) => signed(width, a) >> amount(width, b),
  eq: (_, a, b) => truth(a === b),
  ne: (_, a, b) => truth(a !== b),
  ltU: (_, a, b) => truth(a < b),
  gtU: (_, a, b) => truth(a > b),
  leU: (_, a, b) => truth(a <= b),
  geU: (_, a, b) => truth(a >= b),
  ltS: (width, a, b) => truth(signed(width, a) < signed(width, b)),
  gtS: (width, a, b) => truth(signed(width, a) > signed(width, b)),
  leS: (width, a, b) => truth(signed(width, a) <= signed(width, b)),
  geS: (width, a, b) => truth(signed(width, a) >= signed(width, b)),
};

/** An operator with the widths of its operands and its result. */
export interface Operator {
  readonly name: string;
  readonly code: number;
  readonly operands: readonly Width[];
  readonly result: Width;
  readonly meaning: (a: bigint, b: bigint) => bigint;
}

const isTruth = (name: string): boolean => /^(eq|ne|lt|gt|le|ge)/.test(name);
const both = (table: Readonly<Record<string, Meaning>>, count: number): Operator[] =>
  Object.entries(table).flatMap(([name, meaning]) =>
    ([32, 64] as const).map((width) => {
      const result = isTruth(name) ? 32 : width;
      return {
        name: name + width,
        code: Op[`${name}${width}` as keyof typeof Op],
        operands: Array.from({ length: count }, () => width),
        result,
        meaning: (a: bigint, b: bigint) => BigInt.asUintN(result, meaning(width, a, b)),
      };
    }),
  );
const conversion = (
  name: keyof typeof Op,
  from: Width,
  result: Width,
  of: (a: bigint) => bigint,
): Operator => ({
  name,
  code: Op[name],
  operands: [from],
  result,
  meaning: (a) => BigInt.asUintN(result, of(a)),
});

export const OPERATORS: readonly Operator[] = [
  ...both(UNARY, 1),
  ...both(BINARY, 2),
  conversion('wrap64', 64, 32, (a) => a),
  conversion('extendS', 32, 64, (a) => signed(32, a)),
  conversion('extendU', 32, 64, (a) => a),
  conversion('extend8', 32, 32, (a) => signed(8, a)),
  conversion('extend16', 32, 32, (a) => signed(16, a)),
];

/** The loads, each with how it reads bytes. */
export const LOADS: readonly Omit<Operator, 'operands' | 'meaning'>[] = [
  ...([32, 64] as const).map((result) => ({ name: `load${result}`, code: Op[`load${result}`], result })),
  ...(['load32x8s', 'load32x8u', 'load32x16s', 'load32x16u'] as const).map((name) => ({
    name,
    code: Op[name],
    result: 32 as const,
  })),
  ...(['load64x32s', 'load64x32u'] as const).map((name) => ({ name, code: Op[name], result: 64 as const })),
];

/** What a load gives at an address. */
export function loaded(code: number, memory: DataView, address: number): bigint {
  const bits = (width: 8 | 16 | 32 | 64): bigint => {
    let value = 0n;
    for (let k = width / 8 - 1; k >= 0; k--) value = (value << 8n) | BigInt(memory.getUint8(address + k));
    return value;
  };
  switch (code) {
    case Op.load32:
      return bits(32);
    case Op.load64:
      return bits(64);
    case Op.load32x8u:
      return bits(8);
    case Op.load32x8s:
      return BigInt.asUintN(32, signed(8, bits(8)));
    case Op.load32x16u:
      return bits(16);
    case Op.load32x16s:
      return BigInt.asUintN(32, signed(16, bits(16)));
    case Op.load64x32u:
      return bits(32);
    case Op.load64x32s:
      return BigInt.asUintN(64, signed(32, bits(32)));
    default:
      throw new RangeError(`no load: ${code}`);
  }
}
