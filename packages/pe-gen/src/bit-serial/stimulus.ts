// What a bit-serial array is fed with to verify it: every code, exponent corners, extremes, scales, short groups, switches.
// Invariant: transactions only; expected values come from the golden model, never from here.

import { BITMOD_DATATYPES, type BitmodDatatype, bitmodBits, isBitmodFloat } from '@gatewright/golden';
import type { DirectedScenario, Stimulus } from '@gatewright/sim/unit';
import fc from 'fast-check';
import type { ArrayParams } from './params.ts';
import { type ArrayDots, type ArrayInputs, arrayInputs } from './transactions.ts';

const datatypesOf = (p: ArrayParams): BitmodDatatype[] =>
  BITMOD_DATATYPES.filter((d) => bitmodBits(d) <= p.weightBits);

/** Codes of +0, one, the smallest and largest subnormal, the smallest and largest normal; INT8: its corners. */
const corners = (p: ArrayParams): number[] => {
  switch (p.activation) {
    case 'fp16':
      return [0, 0x3c00, 0x0001, 0x03ff, 0x0400, 0x7bff].flatMap((c) => [c, c | 0x8000]);
    case 'bf16':
      return [0, 0x3f80, 0x0001, 0x007f, 0x0080, 0x7f7f].flatMap((c) => [c, c | 0x8000]);
    case 'int8':
      return [0, 1, 0x7f, 0x80, 0x81, 0xff];
  }
};
const one = (p: ArrayParams): number => ({ fp16: 0x3c00, bf16: 0x3f80, int8: 1 })[p.activation];
const largest = (p: ArrayParams): number => ({ fp16: 0x7bff, bf16: 0x7f7f, int8: 0x80 })[p.activation];
/** The code of the most negative, or the largest FP, value. */
const extremeCode = (datatype: BitmodDatatype): number =>
  isBitmodFloat(datatype) ? 2 ** bitmodBits(datatype) - 1 : 2 ** (bitmodBits(datatype) - 1);

/** One dot product over groups that `make` fills by row, column, group and place. */
function dots(
  p: ArrayParams,
  groups: readonly { readonly datatype: BitmodDatatype; readonly length: number }[],
  make: {
    readonly activation: (row: number, k: number) => number;
    readonly code: (column: number, k: number, datatype: BitmodDatatype) => number;
    readonly special?: (column: number, group: number) => number;
    readonly scale?: (column: number, group: number) => number;
  },
): ArrayDots {
  const depth = groups.reduce((sum, g) => sum + g.length, 0);
  const starts = groups.map((_, i) => groups.slice(0, i).reduce((sum, g) => sum + g.length, 0));
  return {
    activations: Array.from({ length: p.tileRows * p.rows }, (_, row) =>
      Array.from({ length: depth }, (_, k) => make.activation(row, k)),
    ),
    groups: groups.map(({ datatype, length }, g) => ({
      datatype,
      columns: Array.from({ length: p.tileColumns * p.columns }, (_, column) => ({
        codes: Array.from({ length }, (_, i) => make.code(column, starts[g]! + i, datatype)),
        special: make.special?.(column, g) ?? (column + g) % 4,
        scale: make.scale?.(column, g) ?? 1,
      })),
    })),
  };
}

/** Every code with every special value, each alone in a dot product with a scale of one. */
function everyCode(p: ArrayParams): ArrayDots[] {
  return datatypesOf(p).flatMap((datatype) =>
    (isBitmodFloat(datatype) ? [0, 1, 2, 3] : [0]).flatMap((special) =>
      Array.from({ length: 2 ** bitmodBits(datatype) }, (_, code) =>
        dots(p, [{ datatype, length: p.lanes }], {
          activation: (row, k) => (k === (code + row) % p.lanes ? one(p) : 0),
          code: (column) => (code + column) % 2 ** bitmodBits(datatype),
          special: () => special,
        }),
      ),
    ),
  );
}

/** Every corner activation before, beside and after every other one: growing and falling exponents, cancellation. */
function exponentCorners(p: ArrayParams): ArrayDots[] {
  const codes = corners(p);
  return codes.flatMap((a) =>
    codes.map((b) =>
      dots(p, [{ datatype: 'fp4', length: 3 * p.lanes }], {
        activation: (row, k) => {
          const set = Math.floor(k / p.lanes);
          if (set === 0) return k % p.lanes === row % p.lanes ? a : 0;
          return set === 1 ? (k % 2 === 0 ? b : a) : k % p.lanes === 0 ? a : one(p);
        },
        code: (column, k) => (5 * k + column + 7) % 16,
      }),
    ),
  );
}

/**
 * Products that cancel: whole sums, sums of two sets and sums of two groups, with something small left over; lanes of zero
 * weights under the largest exponent, and of zero activations beside the smallest.
 */
function cancellation(p: ArrayParams): ArrayDots[] {
  const sizes = [largest(p), one(p), corners(p)[4]!];
  const minus = (code: number): number => (p.activation === 'int8' ? (256 - code) % 256 : code | 0x8000);
  const cases = sizes.flatMap((size) => [0, 1, 2, 3].map((kind) => ({ size, kind })));
  return cases.map(({ size, kind }, n) =>
    dots(
      p,
      [
        { datatype: 'fp4', length: p.groupSize },
        { datatype: kind === 3 ? 'fp4' : 'int4', length: 2 * p.lanes },
      ],
      {
        activation(row, k) {
          const set = Math.floor(k / p.lanes);
          const second = k >= p.groupSize;
          if ((k + row) % p.lanes === n % p.lanes && set === 1) return corners(p)[2 + (n % 2)]!;
          // Kinds: neighbours, neighbouring sets, the halves of a group, whole groups.
          const negative = [k % 2 === 1, set % 2 === 1, 2 * k >= p.groupSize, second][kind]!;
          return negative ? minus(size) : size;
        },
        // Every fourth set has zero weights under whatever exponent it has.
        code: (column, k) => (Math.floor(k / p.lanes) % 4 === 3 ? 0 : 5 + (column % 2)),
        scale: () => 255,
      },
    ),
  );
}

/** Full groups of the largest operands of either sign: sums that fill every register, back to back. */
function extremes(p: ArrayParams): ArrayDots[] {
  return datatypesOf(p).map((datatype) =>
    dots(
      p,
      [
        { datatype, length: p.groupSize },
        { datatype, length: p.groupSize },
      ],
      {
        activation: (row) => (row % 2 === 0 || p.activation === 'int8' ? largest(p) : largest(p) | 0x8000),
        code: () => extremeCode(datatype),
        special: (column) => 2 + (column % 2),
        scale: () => 255,
      },
    ),
  );
}

/** Scales from 0 to 255 and every datatype after every other one, in groups that are full, short or a single set. */
function switches(p: ArrayParams): ArrayDots[] {
  const types = datatypesOf(p);
  const lengths = [p.groupSize, p.groupSize, p.groupSize];
  const scales = [0, 1, 2, 85, 127, 128, 170, 254, 255];
  return types.flatMap((first, i) =>
    types.map((second, j) =>
      dots(
        p,
        [first, second, first].map((datatype, g) => ({
          datatype,
          // Only the last group of a dot product may be short.
          length: g === 2 ? p.lanes * (1 + ((i + j) % (p.groupSize / p.lanes))) : lengths[g]!,
        })),
        {
          activation: (row, k) => corners(p)[(7 * k + row + i) % corners(p).length]!,
          code: (column, k, datatype) => (11 * k + 3 * column + j) % 2 ** bitmodBits(datatype),
          scale: (column, g) => scales[(column + g + i + 3 * j) % scales.length]!,
        },
      ),
    ),
  );
}

/** Dot products of one group of one to three sets: shorter than the drain takes. */
function shortDots(p: ArrayParams): ArrayDots[] {
  return Array.from({ length: 24 }, (_, n) =>
    dots(p, [{ datatype: datatypesOf(p)[n % datatypesOf(p).length]!, length: p.lanes * (1 + (n % 3)) }], {
      activation: (row, k) => (n % 2 === 0 ? one(p) : corners(p)[(k + row) % corners(p).length]!),
      code: (column, k) => (k + column + n) % 8,
      scale: () => 255 - n,
    }),
  );
}

function random(p: ArrayParams): fc.Arbitrary<ArrayInputs> {
  const top = p.activation === 'int8' ? 0xff : largest(p);
  const finite =
    p.activation === 'int8'
      ? fc.integer({ min: 0, max: top })
      : fc.tuple(fc.boolean(), fc.integer({ min: 0, max: top })).map(([s, m]) => (s ? m | 0x8000 : m));
  // Numbers around one are as frequent as numbers of any exponent.
  const moderate = fc
    .tuple(fc.boolean(), fc.integer({ min: one(p) - 0x800, max: one(p) + 0x400 }))
    .map(([s, m]) => (s ? m | 0x8000 : m));
  const activation = p.activation === 'int8' ? finite : fc.oneof(finite, moderate);
  const dot = fc.array(fc.constantFrom(...datatypesOf(p)), { minLength: 1, maxLength: 3 }).chain((types) =>
    fc.integer({ min: 1, max: p.groupSize / p.lanes }).chain((tail) => {
      const groups = types.map((datatype, g) => ({
        datatype,
        length: g === types.length - 1 ? tail * p.lanes : p.groupSize,
      }));
      const depth = groups.reduce((sum, g) => sum + g.length, 0);
      const exactly = <T>(value: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
        fc.array(value, { minLength: length, maxLength: length, size: 'max' });
      return fc.record({
        activations: exactly(exactly(activation, depth), p.tileRows * p.rows),
        groups: fc.tuple(
          ...groups.map(({ datatype, length }) =>
            fc.record({
              datatype: fc.constant(datatype),
              columns: exactly(
                fc.record({
                  codes: exactly(fc.integer({ min: 0, max: 2 ** bitmodBits(datatype) - 1 }), length),
                  special: fc.integer({ min: 0, max: 3 }),
                  scale: fc.integer({ min: 0, max: 255 }),
                }),
                p.tileColumns * p.columns,
              ),
            }),
          ),
        ),
      });
    }),
  );
  return fc.array(dot, { minLength: 1, maxLength: 3 }).map((list) => arrayInputs(p, list));
}

export function stimulus(p: ArrayParams): Stimulus<ArrayInputs> {
  const scenario = (name: string, list: readonly ArrayDots[]): DirectedScenario<ArrayInputs> => ({
    name,
    inputs: arrayInputs(p, list),
  });
  return {
    directed: [
      scenario('every code with every special value', everyCode(p)),
      scenario('exponent corners', exponentCorners(p)),
      scenario('cancellation and zero lanes', cancellation(p)),
      scenario('group extremes', extremes(p)),
      scenario('datatype switches and scales', switches(p)),
      scenario('short groups', shortDots(p)),
    ],
    random: random(p),
  };
}
