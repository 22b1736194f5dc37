// The design as a graph of machine words: every vertex is one WebAssembly operator on 32 or 64 bits.
// Invariant: operands come before their users; two vertices with the same operator and operands are one vertex.
// It knows nothing of widths, signs or signals (see lower.ts), nor of order and code (see schedule.ts, emit.ts).

import { fold32, fold64 } from './fold.ts';
import { Narrowing } from './narrow.ts';
import { arity, isLoadOp, Op, sizeOf, VectorOp } from './opcode.ts';
import { possibleOf } from './possible.ts';

/** A vertex. */
export type Word = number;

const NONE = -1;

/** A growing graph, kept in flat arrays: designs of a million vertices are ordinary. */
export class WordGraph {
  op = new Uint16Array(1024);
  /** Operands; -1 where there is none. */
  x = new Int32Array(1024);
  y = new Int32Array(1024);
  z = new Int32Array(1024);
  /** Of a constant: its low and high half. In `low`, of a load the address, of an operator of one lane its number. */
  low = new Int32Array(1024);
  high = new Int32Array(1024);
  /** As `sizeOf` in opcode.ts. */
  long = new Uint8Array(1024);
  /** The bits that can be 1; of a 64-bit word: -1. */
  possible = new Int32Array(1024);
  count = 0;
  #table = new Int32Array(4096).fill(NONE);
  readonly #narrowing = new Narrowing(this);

  /** A constant of 32 bits. */
  const32(value: number): Word {
    return this.#vertex(Op.const32, NONE, NONE, NONE, value | 0, 0);
  }

  /** A constant of 64 bits: `value` modulo 2^64. */
  const64(value: bigint): Word {
    return this.#vertex(
      Op.const64,
      NONE,
      NONE,
      NONE,
      Number(BigInt.asIntN(32, value)),
      Number(BigInt.asIntN(32, value >> 32n)),
    );
  }

  /** What memory holds at `address`, plus `index` if there is one. */
  load(op: number, address: number, index: Word = NONE): Word {
    return this.#vertex(op, index, NONE, NONE, address, 0);
  }

  /** One operand. */
  unary(op: number, x: Word): Word {
    if (this.isConst(x)) return this.#folded(op, x, x);
    if (op === Op.extend8) {
      if ((this.possible[x]! & ~0x7f) === 0) return x;
      if (this.op[x] === Op.load32x8u) return this.load(Op.load32x8s, this.low[x]!, this.x[x]!);
    }
    if (op === Op.extend16) {
      if ((this.possible[x]! & ~0x7fff) === 0) return x;
      if (this.op[x] === Op.load32x16u) return this.load(Op.load32x16s, this.low[x]!, this.x[x]!);
    }
    if (op === Op.wrap64) return this.#narrowing.low32(x, (w) => this.#vertex(op, w, NONE, NONE, 0, 0));
    return this.#vertex(op, x, NONE, NONE, 0, 0);
  }

  /** Two operands. */
  binary(op: number, x: Word, y: Word): Word {
    const cx = this.isConst(x);
    const cy = this.isConst(y);
    if (cx && cy) return this.#folded(op, x, y);
    if (cx || cy) {
      const known = this.#withConstant(op, x, y, cx);
      if (known !== NONE) return known;
    } else if (x === y) {
      if (op === Op.and32 || op === Op.or32 || op === Op.and64 || op === Op.or64) return x;
      if (op === Op.xor32) return this.const32(0);
      if (op === Op.xor64) return this.const64(0n);
    }
    return this.#vertex(op, x, y, NONE, 0, 0);
  }

  /** `condition ? x : y`; the condition is 32 bits, 0 or not. */
  select(condition: Word, x: Word, y: Word): Word {
    if (x === y) return x;
    if (this.isConst(condition)) return this.low[condition] ? x : y;
    if (this.isBit(condition) && !this.long[x] && (this.isBit(x) || this.isBit(y))) {
      const one = this.const32(1);
      const zero = this.const32(0);
      if (x === one && y === zero) return condition;
      if (x === zero && y === one) return this.binary(Op.xor32, condition, one);
      if (this.isBit(x) && this.isBit(y)) {
        if (y === zero) return this.binary(Op.and32, condition, x);
        if (x === one) return this.binary(Op.or32, condition, y);
      }
    }
    if (this.op[condition] === Op.eqz32) return this.select(this.x[condition]!, y, x);
    return this.#vertex(Op.select, x, y, condition, 0, 0);
  }

  /** An operator of vectors, or a choice between two; `low` is what it says besides its operands. */
  vector(op: number, x: Word = NONE, y: Word = NONE, z: Word = NONE, low = 0): Word {
    return this.#vertex(op, x, y, z, low, 0);
  }

  isConst(w: Word): boolean {
    const op = this.op[w]!;
    return op === Op.const32 || op === Op.const64 || op === VectorOp.const;
  }

  /** The value of a constant, signed. */
  valueOf(w: Word): bigint {
    if (this.op[w] === Op.const32) return BigInt(this.low[w]!);
    return (BigInt(this.high[w]!) << 32n) | BigInt(this.low[w]! >>> 0);
  }

  /** True when it can only be 0 or 1 in 32 bits. */
  isBit(w: Word): boolean {
    return this.long[w] === 0 && (this.possible[w]! & ~1) === 0;
  }

  /** Tells of a word what its maker knows: it has no other bits than these. */
  hasOnly(w: Word, bits: number): void {
    if (this.long[w] === 0) this.possible[w]! &= bits;
  }

  /** Calls `visit` on every operand. */
  operands(w: Word, visit: (operand: Word) => void): void {
    const n = arity[this.op[w]!]!;
    if (n > 0 && this.x[w]! >= 0) visit(this.x[w]!);
    if (n > 1) visit(this.y[w]!);
    if (n > 2) visit(this.z[w]!);
  }

  isLoad(w: Word): boolean {
    return isLoadOp(this.op[w]!);
  }

  /** What a fixed address holds: to load it again costs less than to keep it. */
  isPlainLoad(w: Word): boolean {
    return this.isLoad(w) && this.x[w] === NONE;
  }

  /** `x` and a constant mask: -1 when it is a vertex of its own. */
  #masked(x: Word, mask: Word): Word {
    const bits = this.low[mask]!;
    if ((this.possible[x]! & ~bits) === 0) return x;
    if ((this.possible[x]! & bits) === 0) return this.const32(0);
    if (this.op[x] !== Op.and32) return NONE;
    const a = this.x[x]!;
    const b = this.y[x]!;
    if (this.isConst(b)) return this.binary(Op.and32, a, this.const32(this.low[b]! & bits));
    if (this.isConst(a)) return this.binary(Op.and32, b, this.const32(this.low[a]! & bits));
    return NONE;
  }

  #folded(op: number, x: Word, y: Word): Word {
    const a = this.valueOf(x);
    const b = this.valueOf(y);
    const takesLong = this.op[x] === Op.const64;
    const value = takesLong ? fold64(op, a, b) : fold32(op, a, b);
    if (value === undefined) return this.#vertex(op, x, arity[op] === 2 ? y : NONE, NONE, 0, 0);
    return sizeOf[op] ? this.const64(value) : this.const32(Number(BigInt.asIntN(32, value)));
  }

  /** Identities with one constant; -1 when there is none. */
  #withConstant(op: number, x: Word, y: Word, constantFirst: boolean): Word {
    const c = constantFirst ? x : y;
    const other = constantFirst ? y : x;
    const zero = this.low[c] === 0 && this.high[c] === 0;
    const ones = this.low[c] === -1 && (this.op[c] === Op.const32 || this.high[c] === -1);
    const one = this.low[c] === 1 && this.high[c] === 0;
    switch (op) {
      case Op.add32:
      case Op.add64:
      case Op.or32:
      case Op.or64:
      case Op.xor32:
      case Op.xor64:
        if (zero) return other;
        return ones && (op === Op.or32 || op === Op.or64) ? c : NONE;
      case Op.and32:
        if (zero || ones) return zero ? c : other;
        return this.#masked(other, c);
      case Op.and64:
        return zero ? c : ones ? other : NONE;
      case Op.mul32:
      case Op.mul64:
        return zero ? c : one ? other : NONE;
      case Op.sub32:
      case Op.sub64:
      case Op.shl32:
      case Op.shl64:
      case Op.shrS32:
      case Op.shrS64:
      case Op.shrU32:
      case Op.shrU64:
        return zero && !constantFirst ? other : zero && op !== Op.sub32 && op !== Op.sub64 ? c : NONE;
      case Op.ne32:
        return zero && this.isBit(other) ? other : NONE;
      case Op.eq32:
        return zero && this.isBit(other) ? this.binary(Op.xor32, other, this.const32(1)) : NONE;
      default:
        return NONE;
    }
  }

  #vertex(op: number, x: Word, y: Word, z: Word, low: number, high: number): Word {
    const mask = this.#table.length - 1;
    for (let i = hash(op, x, y, z, low, high) & mask; ; i = (i + 1) & mask) {
      const w = this.#table[i]!;
      if (w === NONE) {
        this.#table[i] = this.count;
        break;
      }
      if (
        this.op[w] === op &&
        this.x[w] === x &&
        this.y[w] === y &&
        this.z[w] === z &&
        this.low[w] === low &&
        this.high[w] === high
      )
        return w;
    }
    const w = this.count++;
    if (w === this.op.length) this.#grow();
    this.op[w] = op;
    this.x[w] = x;
    this.y[w] = y;
    this.z[w] = z;
    this.low[w] = low;
    this.high[w] = high;
    this.long[w] = op === Op.select ? this.long[x]! : sizeOf[op]!;
    this.possible[w] = possibleOf(this, op, x, y, low);
    if (this.count * 2 > this.#table.length) this.#rehash();
    return w;
  }

  #grow(): void {
    const size = this.op.length * 2;
    const wider = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const made = new Int32Array(size);
      made.set(old);
      return made;
    };
    const bytes = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
      const made = new Uint8Array(size);
      made.set(old);
      return made;
    };
    const ops = new Uint16Array(size);
    ops.set(this.op);
    this.op = ops;
    this.long = bytes(this.long);
    this.possible = wider(this.possible);
    this.x = wider(this.x);
    this.y = wider(this.y);
    this.z = wider(this.z);
    this.low = wider(this.low);
    this.high = wider(this.high);
  }

  /** Twice the table: the hash of a vertex is computed from what it holds, by entering it again. */
  #rehash(): void {
    const old = this.#table;
    this.#table = new Int32Array(old.length * 2).fill(NONE);
    const mask = this.#table.length - 1;
    for (const w of old) {
      if (w === NONE) continue;
      for (let i = this.#hashOf(w) & mask; ; i = (i + 1) & mask) {
        if (this.#table[i] !== NONE) continue;
        this.#table[i] = w;
        break;
      }
    }
  }

  #hashOf(w: Word): number {
    return hash(this.op[w]!, this.x[w]!, this.y[w]!, this.z[w]!, this.low[w]!, this.high[w]!);
  }
}

function hash(op: number, x: Word, y: Word, z: Word, low: number, high: number): number {
  let h = Math.imul(op, 0x9e3779b1) ^ Math.imul(x, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35) ^ Math.imul(y, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 13), 0x165667b1) ^ Math.imul(z, 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x2c1b3c6d) ^ high;
  return h ^ (h >>> 15);
}
