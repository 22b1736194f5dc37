// What operators give for constant operands, computed when the graph is made.
// Invariant: results are those of the WebAssembly operator modulo its width; an operator that is not listed is not folded.

import { Op } from './opcode.ts';

const truth = (t: boolean): bigint => (t ? 1n : 0n);

/** Operands of 32 bits, signed. Undefined: not folded. */
export function fold32(op: number, a: bigint, b: bigint): bigint | undefined {
  const [ua, ub] = [BigInt.asUintN(32, a), BigInt.asUintN(32, b)];
  switch (op) {
    case Op.eqz32:
      return truth(a === 0n);
    case Op.eq32:
      return truth(a === b);
    case Op.ne32:
      return truth(a !== b);
    case Op.ltS32:
      return truth(a < b);
    case Op.ltU32:
      return truth(ua < ub);
    case Op.leS32:
      return truth(a <= b);
    case Op.leU32:
      return truth(ua <= ub);
    case Op.add32:
      return a + b;
    case Op.sub32:
      return a - b;
    case Op.mul32:
      return a * b;
    case Op.and32:
      return a & b;
    case Op.or32:
      return a | b;
    case Op.xor32:
      return a ^ b;
    case Op.shl32:
      return a << (ub & 31n);
    case Op.shrS32:
      return a >> (ub & 31n);
    case Op.shrU32:
      return ua >> (ub & 31n);
    case Op.extendS:
      return a;
    case Op.extendU:
      return ua;
    case Op.extend8:
      return BigInt.asIntN(8, a);
    case Op.extend16:
      return BigInt.asIntN(16, a);
    default:
      return undefined;
  }
}

/** Operands of 64 bits, signed. Undefined: not folded. */
export function fold64(op: number, a: bigint, b: bigint): bigint | undefined {
  const [ua, ub] = [BigInt.asUintN(64, a), BigInt.asUintN(64, b)];
  switch (op) {
    case Op.eqz64:
      return truth(a === 0n);
    case Op.eq64:
      return truth(a === b);
    case Op.ne64:
      return truth(a !== b);
    case Op.ltS64:
      return truth(a < b);
    case Op.ltU64:
      return truth(ua < ub);
    case Op.leS64:
      return truth(a <= b);
    case Op.leU64:
      return truth(ua <= ub);
    case Op.add64:
      return a + b;
    case Op.sub64:
      return a - b;
    case Op.mul64:
      return a * b;
    case Op.and64:
      return a & b;
    case Op.or64:
      return a | b;
    case Op.xor64:
      return a ^ b;
    case Op.shl64:
      return a << (ub & 63n);
    case Op.shrS64:
      return a >> (ub & 63n);
    case Op.shrU64:
      return ua >> (ub & 63n);
    case Op.wrap64:
      return a;
    default:
      return undefined;
  }
}
