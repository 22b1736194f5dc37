// What an array is fed with to verify it: every operand pair and zero point, extremes, scales, lengths around every limit.
// Invariant: transactions only; expected values come from the golden model, never from here. Each cell gets operands of
// its own, so that a value that leaves by another cell's way is seen.

import type { DirectedScenario, Stimulus } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { weightRange } from '../params.ts';
import { anyActivation, extremeActivations, someActivations } from './activations.ts';
import { type ArrayParams, groupInterval } from './params.ts';
import { type ArrayInputs, type ArrayTile, arrayInputs } from './transactions.ts';

const FP16_ONE = 0x3c00;
const FP16_SIGN = 0x8000;
const FP16_LARGEST = 0x7bff;
/** The ends of FP16 and of its subnormals, and a significand whose products need rounding. */
const SCALES = [0, 0x0001, 0x03ff, 0x0400, FP16_ONE, 0x3c01, FP16_LARGEST].flatMap((s) => [s, s | FP16_SIGN]);

/** What the values of a tile depend on. */
type TileShape = Pick<
  ArrayParams,
  'rows' | 'columns' | 'groupSize' | 'weightBits' | 'weightSigned' | 'zeroPoint'
> &
  Partial<Pick<ArrayParams, 'activation'>>;
type Choice = (index: number, at: number) => number;
interface Make {
  readonly depth: number;
  /** By token and step. */
  readonly x: Choice;
  /** By output and step. */
  readonly q: Choice;
  /** By output and group. */
  readonly scale?: Choice;
  readonly zero?: Choice;
}

/** A tile whose values are given by place. */
function tile(p: TileShape, { depth, x, q, scale = () => FP16_ONE, zero = () => 0 }: Make): ArrayTile {
  const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
  return {
    x: list(p.rows, (row) => list(depth, (k) => x(row, k))),
    q: list(p.columns, (column) => list(depth, (k) => q(column, k))),
    groups: list(Math.ceil(depth / p.groupSize), (g) => ({
      scale: list(p.columns, (column) => scale(column, g)),
      zero: list(p.columns, (column) => (p.zeroPoint === 'group' ? zero(column, g) : 0)),
    })),
  };
}

/** Every INT8 activation (of floats 256) with every weight code, each pair alone in a dot product; and so with every zero point. */
export function everyPair(p: TileShape, what: 'weights' | 'zero points'): ArrayTile[] {
  const { min, max } = weightRange(p);
  const codes = 2 ** p.weightBits;
  const tiles: ArrayTile[] = [];
  const activations = someActivations(p);
  for (let a = 0; a < activations.length; a += p.rows) {
    for (let w = 0; w < codes; w += p.columns) {
      const x: Choice = (row) => activations[(a + row) % activations.length]!;
      const code: Choice = (column) => min + ((w + column) % codes);
      tiles.push(
        tile(p, what === 'weights' ? { depth: 1, x, q: code } : { depth: 1, x, q: () => max, zero: code }),
      );
    }
  }
  return tiles;
}

/** Groups of the largest and smallest sums beside each other, in chequered patterns; one group, two, and a short one. */
export function extremes(p: TileShape): ArrayTile[] {
  const { min, max } = weightRange(p);
  const [least, most] = extremeActivations(p);
  return [p.groupSize, 2 * p.groupSize, p.groupSize + 1].flatMap((depth) =>
    [0, 1].map((odd) =>
      tile(p, {
        depth,
        x: (row) => ((row + odd) % 2 === 0 ? least : most),
        q: (column) => (column % 4 < 2 ? max : min),
        zero: (column) => (column % 2 === 0 ? min : max),
      }),
    ),
  );
}

/** A scale of its own for each output and group, over tiles of three groups. */
export function scales(p: TileShape): ArrayTile[] {
  const depth = 2 * p.groupSize + 1;
  return SCALES.map((_, shift) =>
    mixed(p, depth, shift, (column, g) => SCALES[(shift + column + 5 * g) % SCALES.length]!),
  );
}

/** Depths around every limit, back to back: 1, 2, the interval between groups, the group and their neighbours. */
function depths(p: ArrayParams): ArrayTile[] {
  const limits = [1, 2, p.rows, groupInterval(p), p.groupSize, 2 * p.groupSize];
  const list = [...new Set(limits.flatMap((n) => [n - 1, n, n + 1]))].filter((n) => n > 0);
  return [...list, ...list.toReversed()].map((depth, i) => mixed(p, depth, i));
}

/** A tile of values that look random, the same for the same seed. */
export function mixed(p: TileShape, depth: number, seed: number, scale: Choice = anyScale(seed)): ArrayTile {
  const { min } = weightRange(p);
  const codes = 2 ** p.weightBits;
  return tile(p, {
    depth,
    x: (row, k) => anyActivation(p, hash(seed, row, k)),
    q: (column, k) => min + (hash(seed, column + 1000, k) % codes),
    scale,
    zero: (column, g) => min + (hash(seed, column + 2000, g) % codes),
  });
}
const anyScale =
  (seed: number): Choice =>
  (column, g) => {
    const code = hash(seed, column + 3000, g);
    return (code % (FP16_LARGEST + 1)) | (code & 0x100_0000 ? FP16_SIGN : 0);
  };

/** Mixes three numbers to 31 bits (the finaliser of MurmurHash3). */
function hash(a: number, b: number, c: number): number {
  let h =
    Math.imul(a + 0x9e37, 0x85eb_ca6b) ^ Math.imul(b + 0x79b9, 0xc2b2_ae35) ^ Math.imul(c + 1, 0x27d4_eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 1;
}

export function stimulus(p: ArrayParams): Stimulus<ArrayInputs> {
  const scenario = (name: string, tiles: ArrayTile[]): DirectedScenario<ArrayInputs> => ({
    name,
    inputs: arrayInputs(tiles),
  });
  const codes = 2 ** p.weightBits;
  const random = fc.record({
    depth: fc.integer({ min: 1, max: 3 * p.groupSize }),
    // Values follow from a seed: a failing list shrinks in tiles and depths.
    seed: fc.noShrink(fc.nat()),
  });
  return {
    directed: [
      scenario(`every operand pair (256 x ${codes})`, everyPair(p, 'weights')),
      ...(p.zeroPoint === 'group'
        ? [scenario(`every zero point (256 x ${codes})`, everyPair(p, 'zero points'))]
        : []),
      scenario('group extremes', extremes(p)),
      scenario('scale corners', scales(p)),
      scenario('depths', depths(p)),
    ],
    random: fc
      .array(random, { minLength: 1, maxLength: 5 })
      .map((tiles) => arrayInputs(tiles.map(({ depth, seed }) => mixed(p, depth, seed)))),
  };
}
