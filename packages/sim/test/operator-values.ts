// Operands of `Operators`, and what each operator must give, told in TypeScript from the definitions: division with
// remainder, digits of a string, comparison. No operator is told by another.

import { ROUNDINGS, type Rounding } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { bitsFor, portOf, SHIFT, TABLE } from './operator-design.ts';

export interface Operands {
  readonly a: bigint;
  readonly b: bigint;
  readonly x: bigint;
  readonly y: bigint;
  readonly n: bigint;
  readonly by: bigint;
  readonly i: bigint;
  readonly t: bigint;
  readonly v: readonly bigint[];
  readonly choice: bigint;
}

const unsigned = (width: number): fc.Arbitrary<bigint> => {
  const top = 2n ** BigInt(width) - 1n;
  return fc.oneof(fc.bigInt({ min: 0n, max: top }), fc.constantFrom(0n, 1n, top, top - 1n, (top + 1n) / 2n));
};
const signed = (width: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    unsigned(width).map((v) => BigInt.asIntN(width, v)),
    fc.bigInt({ min: -9n, max: 9n }).map((v) => BigInt.asIntN(width, v)),
  );
/** Operands with their corners. */
export const operands = (width: number, elements: number): fc.Arbitrary<Operands> =>
  fc.record({
    a: unsigned(width),
    b: unsigned(width),
    x: signed(width),
    y: signed(width),
    n: unsigned(bitsFor(width)),
    by: unsigned(2),
    i: unsigned(bitsFor(elements)),
    t: unsigned(3),
    v: fc.array(signed(width), { minLength: elements, maxLength: elements }),
    choice: unsigned(elements),
  });

/** x / d as a mathematician rounds it: the quotient below, and what the remainder says. */
function rounded(x: bigint, n: number, mode: Rounding): bigint {
  const d = 2n ** BigInt(n);
  const remainder = ((x % d) + d) % d;
  const below = (x - remainder) / d;
  if (remainder === 0n) return below;
  const isTie = 2n * remainder === d;
  const nearest = 2n * remainder > d ? below + 1n : below;
  switch (mode) {
    case 'floor':
      return below;
    case 'zero':
      return x < 0n ? below + 1n : below;
    case 'half-up':
      return isTie ? below + 1n : nearest;
    case 'half-away':
      return isTie ? (x < 0n ? below : below + 1n) : nearest;
    case 'half-even':
      return isTie ? (below % 2n === 0n ? below : below + 1n) : nearest;
  }
}

/** What every output must be, by its port name. */
export function expected(o: Operands, width: number): Record<string, bigint | boolean> {
  const [top, most, least] = [
    2n ** BigInt(width) - 1n,
    2n ** BigInt(width - 1) - 1n,
    -(2n ** BigInt(width - 1)),
  ];
  const clamp = (v: bigint, low: bigint, high: bigint): bigint => (v < low ? low : v > high ? high : v);
  const digits = o.a.toString(2).padStart(width, '0');
  const number = (text: string): bigint => BigInt(`0b0${text}`);
  const turned = (left: number): bigint => number(digits.slice(left % width) + digits.slice(0, left % width));
  const turn = Math.min(Number(o.n), width - 1);
  const first = digits.indexOf('1');
  const last = digits.lastIndexOf('1');
  const chosen = [...o.v.keys()].filter((k) => (o.choice / 2n ** BigInt(k)) % 2n === 1n);
  const low = chosen[0];
  const at = <T>(list: readonly T[], k: bigint): T => list[Math.min(Number(k), list.length - 1)]!;
  const values: Record<string, bigint | boolean> = {
    addSat: clamp(o.a + o.b, 0n, top),
    subSat: clamp(o.a - o.b, 0n, top),
    absDiff: o.a > o.b ? o.a - o.b : o.b - o.a,
    min: o.a < o.b ? o.a : o.b,
    max: o.a < o.b ? o.b : o.a,
    rotl: turned(SHIFT),
    rotr: turned(width * SHIFT - SHIFT),
    rotlBy: turned(turn),
    rotrBy: turned(width - turn),
    reverse: number([...digits].reverse().join('')),
    popCount: BigInt([...digits].filter((d) => d === '1').length),
    leadingZeros: BigInt(first < 0 ? width : first),
    trailingZeros: BigInt(first < 0 ? width : width - 1 - last),
    lowestOne: first < 0 ? 0n : 2n ** BigInt(width - 1 - last),
    bitsAt: (o.a / 2n ** o.n) % 8n,
    oneHot: 2n ** o.i,
    signedAbsDiff: o.x > o.y ? o.x - o.y : o.y - o.x,
    clipped: clamp(o.x, 0n, most),
    place: BigInt(low ?? 0),
    unsignedEven: rounded(o.a, SHIFT, 'half-even'),
    signedAddSat: clamp(o.x + o.y, least, most),
    signedSubSat: clamp(o.x - o.y, least, most),
    signedMin: o.x < o.y ? o.x : o.y,
    signedMax: o.x < o.y ? o.y : o.x,
    element: at(o.v, o.i),
    tableElement: at(TABLE, o.t),
    chosen: BigInt.asIntN(
      width,
      chosen.reduce((all, k) => all | o.v[k]!, 0n),
    ),
    urgent: low === undefined ? 0n : o.v[low]!,
    requant: clamp(rounded(o.x * o.y, SHIFT, 'half-even'), least, most),
    dynamicRequant: clamp(rounded(o.x * 5n, Number(o.by), 'half-up'), least, most),
    dot: o.x * o.y + o.y * o.y,
    matched: o.t === 0n ? o.x : o.t === 5n ? o.y : o.t === 6n ? -6n : 1n,
    bit: digits[width - 1 - Number(o.n)] === '1',
    found: low !== undefined,
  };
  for (const mode of ROUNDINGS) {
    values[`${mode}_by`] = rounded(o.x, Number(o.by), mode);
    values[`${mode}_const`] = rounded(o.x, SHIFT, mode);
  }
  // A place without a request is not told.
  if (low === undefined) delete values.place;
  return Object.fromEntries(Object.entries(values).map(([name, v]) => [portOf(name), v]));
}
