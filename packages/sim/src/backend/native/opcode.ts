// WebAssembly's operators by their binary codes, which are also the operators of the word graph.
// Invariant: an operator's code says its result type and how many operands it has; nothing else holds either fact.

/** The operators in use. `select` takes (then, else, condition). */
export const Op = {
  select: 0x1b,
  load32: 0x28,
  load64: 0x29,
  load32x8s: 0x2c,
  load32x8u: 0x2d,
  load32x16s: 0x2e,
  load32x16u: 0x2f,
  load64x32s: 0x34,
  load64x32u: 0x35,
  store32: 0x36,
  store64: 0x37,
  store32x8: 0x3a,
  store32x16: 0x3b,
  store64x32: 0x3e,
  const32: 0x41,
  const64: 0x42,
  eqz32: 0x45,
  eq32: 0x46,
  ne32: 0x47,
  ltS32: 0x48,
  ltU32: 0x49,
  gtS32: 0x4a,
  gtU32: 0x4b,
  leS32: 0x4c,
  leU32: 0x4d,
  geS32: 0x4e,
  geU32: 0x4f,
  eqz64: 0x50,
  eq64: 0x51,
  ne64: 0x52,
  ltS64: 0x53,
  ltU64: 0x54,
  gtS64: 0x55,
  gtU64: 0x56,
  leS64: 0x57,
  leU64: 0x58,
  geS64: 0x59,
  geU64: 0x5a,
  clz32: 0x67,
  popcnt32: 0x69,
  add32: 0x6a,
  sub32: 0x6b,
  mul32: 0x6c,
  divS32: 0x6d,
  divU32: 0x6e,
  remS32: 0x6f,
  remU32: 0x70,
  and32: 0x71,
  or32: 0x72,
  xor32: 0x73,
  shl32: 0x74,
  shrS32: 0x75,
  shrU32: 0x76,
  clz64: 0x79,
  popcnt64: 0x7b,
  add64: 0x7c,
  sub64: 0x7d,
  mul64: 0x7e,
  divS64: 0x7f,
  divU64: 0x80,
  remS64: 0x81,
  remU64: 0x82,
  and64: 0x83,
  or64: 0x84,
  xor64: 0x85,
  shl64: 0x86,
  shrS64: 0x87,
  shrU64: 0x88,
  wrap64: 0xa7,
  extendS: 0xac,
  extendU: 0xad,
  extend8: 0xc0,
  extend16: 0xc1,
} as const;
export type Op = (typeof Op)[keyof typeof Op];

/** Result type of an operator: one machine word of 32 or 64 bits. */
export type WordType = 32 | 64;

/** Where the operators of vectors begin: those that have the prefix 0xfd in a module, then the rest of their code. */
export const VECTOR = 0x100;

/** Operators of vectors of 128 bits that do not depend on the width of a lane; the others are lane-op.ts's. */
export const VectorOp = {
  load: VECTOR + 0x00,
  store: VECTOR + 0x0b,
  /** The same 32 bits four times. */
  const: VECTOR + 0x0c,
  and: VECTOR + 0x4e,
  or: VECTOR + 0x50,
  xor: VECTOR + 0x51,
  /** Takes (then, else, mask). */
  bitselect: VECTOR + 0x52,
  anyTrue: VECTOR + 0x53,
  store32: VECTOR + 0x5a,
  store64: VECTOR + 0x5b,
  load32: VECTOR + 0x5c,
  load64: VECTOR + 0x5d,
} as const;

const table = (of: (op: number) => number): Uint8Array =>
  Uint8Array.from({ length: 2 * VECTOR }, (_, op) => of(op));
const between = (op: number, low: number, high: number): boolean => op >= low && op <= high;
const isLoad = (op: number): boolean =>
  between(op, Op.load32, Op.load64x32u) ||
  op === VectorOp.load ||
  op === VectorOp.load32 ||
  op === VectorOp.load64;
/** Splats, and extensions of the lower or upper half. */
const isUnaryVector = (op: number): boolean =>
  op === VectorOp.anyTrue ||
  between(op, VECTOR + 0x0f, VECTOR + 0x11) ||
  between(op, VECTOR + 0x87, VECTOR + 0x8a) ||
  between(op, VECTOR + 0xa7, VECTOR + 0xaa);

/** How many operands an operator takes from the stack, 0 to 3; a load takes its index if it has one. */
export const arity: Uint8Array = table((op) => {
  if (op === Op.select || op === VectorOp.bitselect) return 3;
  if (op === Op.const32 || op === Op.const64 || op === VectorOp.const) return 0;
  const isUnary =
    isLoad(op) ||
    op === Op.eqz32 ||
    op === Op.eqz64 ||
    between(op, Op.clz32, Op.popcnt32) ||
    between(op, Op.clz64, Op.popcnt64) ||
    between(op, Op.wrap64, VECTOR - 1) ||
    isUnaryVector(op);
  return isUnary ? 1 : 2;
});

/** The size of a result: 0 is 32 bits, 1 is 64, 2 is a vector of 128; `select` has the size of its operands. */
export const sizeOf: Uint8Array = table((op) => {
  if (op >= VECTOR) return op === VectorOp.anyTrue ? 0 : 2;
  const long =
    op === Op.const64 ||
    op === Op.load64 ||
    between(op, Op.load64x32s, Op.load64x32u) ||
    between(op, Op.clz64, Op.shrU64) ||
    between(op, Op.extendS, Op.extendU);
  return long ? 1 : 0;
});

/** Operators whose result is 0 or 1. */
export const isTruth = (op: number): boolean => between(op, Op.eqz32, Op.geU64) || op === VectorOp.anyTrue;
export const isLoadOp = isLoad;

/** Bytes of the largest load or store. */
export const LARGEST = 16;

/** The bytes that a load or a store moves. */
export const bytesOf: Uint8Array = table((op) => {
  switch (op) {
    case Op.load32x8s:
    case Op.load32x8u:
    case Op.store32x8:
      return 1;
    case Op.load32x16s:
    case Op.load32x16u:
    case Op.store32x16:
      return 2;
    case Op.load64:
    case Op.store64:
    case VectorOp.load64:
    case VectorOp.store64:
      return 8;
    case VectorOp.load:
    case VectorOp.store:
      return 16;
    default:
      return 4;
  }
});
