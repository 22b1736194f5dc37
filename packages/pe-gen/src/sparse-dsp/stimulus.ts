// What the chain is verified with: every n after every other one, extremes of the packed fields, indices of all kinds, random.
// Invariant: weights stay within what the parameters allow; everything else is free.

import type { StreamInputs } from '@gatewright/hdl-core';
import type { DirectedScenario, Stimulus } from '@gatewright/sim/unit';
import fc from 'fast-check';
import type { SparseDotProducts } from './dot-products.ts';
import { type ChainParams, modesOf, needsSymmetric, operandsOf } from './params.ts';

export type DotInputs = StreamInputs<ReturnType<typeof SparseDotProducts.ports>>;
export type DotInput = DotInputs['in'][number];

const range = (bits: number) => ({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
export const activationRange = (p: ChainParams) => range(operandsOf(p).activationBits);
export const weightRange = (p: ChainParams) => {
  const all = range(operandsOf(p).weightBits);
  return needsSymmetric(p) ? { ...all, min: all.min + 1 } : all;
};

interface Values {
  readonly n: number;
  readonly dense?: boolean;
  activation(row: number, place: number): number;
  weight(tap: number, column: number): number;
  index(tap: number): number;
}
/** One input, value by value. */
export function dotInput(p: ChainParams, v: Values): DotInput {
  const { rows, columns } = operandsOf(p);
  const list = <T>(length: number, value: (i: number) => T): T[] =>
    Array.from({ length }, (_, i) => value(i));
  return {
    n: v.n,
    dense: v.dense ?? false,
    rows: list(rows, (row) => list(p.taps, (place) => v.activation(row, place))),
    weights: list(p.taps, (tap) => list(columns, (column) => v.weight(tap, column))),
    indices: list(p.taps, (tap) => v.index(tap)),
  };
}

/** Every combination of extreme operands in all taps, and in alternate ones, at every n. */
function extremes(p: ChainParams): DotInputs {
  const x = activationRange(p);
  const w = weightRange(p);
  const activations = [x.min, x.max, 0, -1];
  const weights = [w.min, w.max, 1, 0];
  return {
    in: modesOf(p).flatMap((n) =>
      activations.flatMap((first) =>
        activations.flatMap((second) =>
          weights.flatMap((weight) =>
            [0, 1].map((alternate) =>
              dotInput(p, {
                n,
                dense: n === p.taps && alternate === 0,
                activation: (row) => (row === 0 ? first : second),
                weight: (tap, column) =>
                  alternate && (tap + column) % 2 ? Math.min(w.max, -weight) : weight,
                index: (tap) => (tap * 5 + alternate) % p.taps,
              }),
            ),
          ),
        ),
      ),
    ),
  };
}

/** Weight 1 at one tap and one place alone: which tap sees which activation, at every n. */
function everyIndex(p: ChainParams): DotInputs {
  const modes = modesOf(p);
  return {
    in: Array.from({ length: p.taps ** 2 }, (_, i) => {
      const [tap, place] = [Math.floor(i / p.taps), i % p.taps];
      return dotInput(p, {
        n: modes[(tap + place) % modes.length]!,
        activation: (row, at) => (at === place ? (row === 0 ? 5 : -7) : at % 3),
        weight: (at, column) => (at === tap ? 1 + column : 0),
        index: (at) => (at === tap ? place : (at * 3) % p.taps),
      });
    }),
  };
}

/** Every n, and the pause, after every other one, with sums that tell groups apart. */
function switches(p: ChainParams): DotInputs {
  const modes = [0, ...modesOf(p)];
  return {
    in: modes.flatMap((from) =>
      modes.flatMap((to) =>
        [from, to, to, from, 0, to].map((n, at) =>
          dotInput(p, {
            n,
            dense: at % 3 === 0,
            activation: (row, place) => (((place * 5 + at) % 15) - 7) * (row ? -1 : 1),
            weight: (tap, column) => ((tap * 7 + column + at) % 13) - 6,
            index: (tap) => (tap + at) % p.taps,
          }),
        ),
      ),
    ),
  };
}

/** What gets closest to a field's end: the most negative activations, with an alternation that carries to and fro. */
function carries(p: ChainParams): DotInputs {
  const x = activationRange(p);
  const w = weightRange(p);
  const signs = [
    () => true,
    (tap: number) => tap % 2 === 0,
    (tap: number) => tap % 8 < 4,
    (tap: number) => tap < p.taps / 2,
    (tap: number) => tap >= p.taps / 2,
  ];
  return {
    in: modesOf(p).flatMap((n) =>
      signs.flatMap((sign) =>
        [true, false].map((flip) =>
          dotInput(p, {
            n,
            dense: true,
            activation: (row) => (row === 0 ? x.min : flip ? x.max : x.min),
            weight: (tap) => (sign(tap) === flip ? w.min : w.max),
            index: () => 0,
          }),
        ),
      ),
    ),
  };
}

function random(p: ChainParams): fc.Arbitrary<DotInputs> {
  const { rows, columns } = operandsOf(p);
  const exactly = <T>(value: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
    fc.array(value, { minLength: length, maxLength: length, size: 'max' });
  const operand = ({ min, max }: { min: number; max: number }): fc.Arbitrary<number> =>
    fc.oneof({ weight: 3, arbitrary: fc.integer({ min, max }) }, fc.constantFrom(min, max));
  return fc
    .array(
      fc.record({
        n: fc.constantFrom(0, ...modesOf(p), ...modesOf(p)),
        dense: fc.boolean(),
        rows: exactly(exactly(operand(activationRange(p)), p.taps), rows),
        weights: exactly(exactly(operand(weightRange(p)), columns), p.taps),
        indices: exactly(fc.integer({ min: 0, max: p.taps - 1 }), p.taps),
      }),
      { minLength: 1, maxLength: 60 },
    )
    .map((list) => ({ in: list }));
}

export function stimulus(p: ChainParams): Stimulus<DotInputs> {
  const scenario = (name: string, inputs: DotInputs): DirectedScenario<DotInputs> => ({ name, inputs });
  return {
    directed: [
      scenario('extremes at every n', extremes(p)),
      scenario('every index at every tap', everyIndex(p)),
      scenario('every n after every other', switches(p)),
      scenario('fields filled to the end', carries(p)),
    ],
    random: random(p),
  };
}
