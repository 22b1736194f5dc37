// Lists: the code made for a payload type packs, refuses and unpacks exactly what the codec of single values does.

import { bool, bundle, enumOf, fixed, type HwType, sint, uint, vec } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { listCode } from './list-code.ts';
import { PayloadCodec } from './payload-codec.ts';
import { PayloadColumns } from './stream-rows.ts';

/** A payload type, with values that fit it and some that may not. */
interface Payload {
  readonly type: HwType;
  readonly good: fc.Arbitrary<unknown>;
}

const integer = (width: number, signed: boolean): fc.Arbitrary<unknown> => {
  const span = 2n ** BigInt(width);
  const [min, max] = signed ? [-span / 2n, span / 2n - 1n] : [0n, span - 1n];
  const big = fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max));
  return width > 53 ? big : fc.oneof(big, big.map(Number));
};

const widths = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(0, 7, 8, 16, 31, 32, 33, 64));
const leaf: fc.Arbitrary<Payload> = fc.oneof(
  fc.constant({ type: bool, good: fc.boolean() }),
  fc.constant({ type: enumOf('Idle', 'Run', 'Halt'), good: fc.constantFrom('Idle', 'Run', 'Halt') }),
  widths.map((width) => ({
    type: uint(width),
    good: width === 0 ? fc.constantFrom(0, 0n) : integer(width, false),
  })),
  fc.integer({ min: 1, max: 70 }).map((width) => ({ type: sint(width), good: integer(width, true) })),
  fc
    .record({
      signed: fc.boolean(),
      whole: fc.integer({ min: 1, max: 20 }),
      part: fc.integer({ min: 0, max: 16 }),
    })
    .map(({ signed, whole, part }) => {
      const type = fixed(signed, whole, part);
      const [min, max] = signed
        ? [-(2 ** (type.width - 1)), 2 ** (type.width - 1) - 1]
        : [0, 2 ** type.width - 1];
      return {
        type,
        good: fc
          .integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31 - 1) })
          .map((n) => n / 2 ** part),
      };
    }),
);

const vector = ([{ type, good }, length]: [Payload, number]): Payload => ({
  type: vec(length, type),
  good: fc.array(good, { minLength: length, maxLength: length }),
});

const { payload } = fc.letrec<{ payload: Payload }>((tie) => ({
  payload: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.tuple(leaf, fc.integer({ min: 16, max: 18 })).map(vector),
    fc.tuple(tie('payload'), fc.integer({ min: 1, max: 4 })).map(vector),
    fc.uniqueArray(fc.constantFrom('a', 'b', 'last', 'mode'), { minLength: 1 }).chain((names) =>
      fc.tuple(...names.map(() => tie('payload'))).map((parts) => ({
        type: bundle(Object.fromEntries(names.map((name, i) => [name, parts[i]!.type]))),
        good: fc
          .tuple(...parts.map(({ good }) => good))
          .map((fields) => Object.fromEntries(names.map((name, i) => [name, fields[i]]))),
      })),
    ),
  ),
}));

const anything = fc.oneof(
  // Just outside of some range, and inside of others.
  fc
    .tuple(fc.bigInt({ min: 0n, max: 72n }), fc.constantFrom(1n, -1n), fc.constantFrom(0n, -1n))
    .map(([bits, sign, more]) => sign * 2n ** bits + more)
    .chain((n) => fc.constantFrom<unknown>(n, Number(n))),
  fc.constantFrom<unknown>(
    null,
    undefined,
    Number.NaN,
    0.5,
    -0,
    1e300,
    2 ** 31,
    -1,
    2n ** 80n,
    '1',
    'Run',
    [],
    {},
    true,
  ),
  fc.object({ key: fc.constantFrom('a', 'b', 'last'), maxDepth: 1 }),
);

/** Somewhere in a value, something else. */
const spoilt = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(good, anything, fc.nat()).map(([value, other, place]) => spoil(value, other, place));
function spoil(value: unknown, other: unknown, place: number): unknown {
  if (typeof value !== 'object' || value === null || place % 5 === 0) return other;
  const keys = Object.keys(value);
  const key = keys[place % keys.length]!;
  const inner = spoil((value as Record<string, unknown>)[key], other, Math.floor(place / 5));
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}

const outcome = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
};

const cases = payload.chain(({ type, good }) =>
  fc.record({
    type: fc.constant(type),
    begin: fc.array(good, { minLength: 1, maxLength: 5 }),
    rest: fc.array(fc.oneof(good, spoilt(good)), { minLength: 1, maxLength: 4 }),
  }),
);

function same({ type, begin, rest }: { type: HwType; begin: unknown[]; rest: unknown[] }): void {
  const codec = new PayloadCodec(type, 'port');
  const columns = new PayloadColumns(type, codec, 'port');
  // Long enough for code to be made.
  const values = [...Array.from({ length: 70 }, (_, i) => begin[i % begin.length]), ...rest];
  const one = outcome(() => codec.packAll(values));
  expect(outcome(() => columns.pack(values, 0, values.length).rows)).toEqual(one);
  if (typeof one === 'string') return;
  const rows = one as Uint32Array;
  const [whole, part] = [columns.makeColumns(values.length), columns.makeColumns(values.length)];
  columns.scatter(rows, 0, values.length, whole, 0);
  columns.pack(values, 0, values.length).load(0, values.length, part);
  expect(part).toEqual(whole);
  expect(columns.unpack(rows, values.length)).toEqual(
    values.map((_, i) => codec.unpack(rows, i * codec.words)),
  );
}

const packed = (type: HwType, last: unknown): unknown => {
  const values = [...new Array<bigint>(70).fill(0n), last];
  return new PayloadColumns(type, new PayloadCodec(type, 'port'), 'port').pack(values, 0, values.length);
};

afterEach(() => {
  vi.unstubAllGlobals();
});

test('lists are packed, refused and unpacked as single values are', () => {
  fc.assert(fc.property(cases, same), { numRuns: 200 });
});

test('the first number outside of a range is refused, on both sides', () => {
  for (const make of [uint, sint])
    for (const width of [1, 8, 13, 31, 32, 33, 64]) {
      const type = make(width);
      const low = make === uint ? 0n : -(2n ** BigInt(width - 1));
      for (const outside of [low - 1n, low + 2n ** BigInt(width)]) {
        same({ type, begin: [low, low + 2n ** BigInt(width) - 1n], rest: [outside] });
        same({ type, begin: [0n], rest: [Number(outside)] });
        expect(() => packed(type, outside)).toThrow('does not fit');
      }
    }
});

test('where no code may be made, lists are packed all the same', () => {
  vi.stubGlobal('Function', function Forbidden() {
    throw new EvalError('forbidden');
  });
  expect(listCode(uint(8))).toBeUndefined();
  fc.assert(fc.property(cases, same), { numRuns: 30 });
});
