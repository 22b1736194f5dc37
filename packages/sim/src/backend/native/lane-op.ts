// Operators of vectors by the width of their lanes.
// Invariant: their codes alone; what they mean for words is rows.ts's.

import { Op, VECTOR } from './opcode.ts';

export type LaneWidth = 8 | 16 | 32;

/** Operators of one lane width, each the code after the prefix. */
interface LaneOps {
  readonly splat: number;
  readonly replace: number;
  /** eq, ne, then pairs with and without a sign: lt, gt, le, ge. */
  readonly compare: number;
  readonly shl: number;
  readonly add: number;
  readonly sub: number;
}
const LANE_OPS: Readonly<Record<LaneWidth, LaneOps>> = {
  8: { splat: 0x0f, replace: 0x17, compare: 0x23, shl: 0x6b, add: 0x6e, sub: 0x71 },
  16: { splat: 0x10, replace: 0x1a, compare: 0x2d, shl: 0x8b, add: 0x8e, sub: 0x91 },
  32: { splat: 0x11, replace: 0x1c, compare: 0x37, shl: 0xab, add: 0xae, sub: 0xb1 },
};

export const splat = (width: LaneWidth): number => VECTOR + LANE_OPS[width].splat;
/** Puts a word into the lane whose number the vertex holds. */
export const replaceLane = (width: LaneWidth): number => VECTOR + LANE_OPS[width].replace;
export const shiftLeft = (width: LaneWidth): number => VECTOR + LANE_OPS[width].shl;
export const shiftRight = (width: LaneWidth, signed: boolean): number =>
  VECTOR + LANE_OPS[width].shl + (signed ? 1 : 2);
export const add = (width: LaneWidth): number => VECTOR + LANE_OPS[width].add;
export const subtract = (width: LaneWidth): number => VECTOR + LANE_OPS[width].sub;
/** There is none for lanes of 8 bits. */
export const multiply = (width: 16 | 32): number => VECTOR + (width === 16 ? 0x95 : 0xb5);

/** The products, twice as wide, of the lower or upper half of lanes of `width`. */
export const multiplyHalf = (width: 8 | 16, signed: boolean, upper: boolean): number =>
  VECTOR + (width === 8 ? 0x9c : 0xbc) + (signed ? 0 : 2) + (upper ? 1 : 0);
/** Lanes of the lower or upper half, made twice as wide. */
export const extendHalf = (width: 8 | 16, signed: boolean, upper: boolean): number =>
  VECTOR + (width === 8 ? 0x87 : 0xa7) + (signed ? 0 : 2) + (upper ? 1 : 0);
/** The lanes of two vectors at half their `width`, saturated to the range with or without a sign. */
export const narrowLanes = (width: 16 | 32, signed: boolean): number =>
  VECTOR + (width === 16 ? 0x65 : 0x85) + (signed ? 0 : 1);

const COMPARE: ReadonlyMap<number, { readonly code: number; readonly order: boolean }> = new Map([
  [Op.eq32, { code: 0, order: false }],
  [Op.ne32, { code: 1, order: false }],
  [Op.ltS32, { code: 2, order: true }],
  [Op.ltU32, { code: 2, order: true }],
  [Op.gtS32, { code: 4, order: true }],
  [Op.gtU32, { code: 4, order: true }],
  [Op.leS32, { code: 6, order: true }],
  [Op.leU32, { code: 6, order: true }],
  [Op.geS32, { code: 8, order: true }],
  [Op.geU32, { code: 8, order: true }],
]);
const UNSIGNED: ReadonlySet<number> = new Set([Op.ltU32, Op.gtU32, Op.leU32, Op.geU32]);

export const isCompare = (op: number): boolean => COMPARE.has(op);
export const isUnsignedOrder = (op: number): boolean => UNSIGNED.has(op);
/** The operator that compares lanes as `op` compares words. */
export function compareLanes(op: number, width: LaneWidth, signed: boolean): number {
  const { code, order } = COMPARE.get(op)!;
  return VECTOR + LANE_OPS[width].compare + code + (order && !signed ? 1 : 0);
}

const WITH_LANE: ReadonlySet<number> = new Set(([8, 16, 32] as const).map(replaceLane));
/** True of an operator that a lane's number follows. */
export const hasLane = (op: number): boolean => WITH_LANE.has(op);
