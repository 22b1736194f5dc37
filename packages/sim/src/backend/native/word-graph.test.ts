// The graph of words against WebAssembly's specification: random expressions are evaluated as they are asked for, and as the
// graph holds them. What is claimed of a word must hold of its value: which bits it can have, its range, and that bits which
// nobody looks at do not matter.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOADS, loaded, OPERATORS, type Operator } from '../../../test/word-operators.ts';
import { withoutIdleBits } from './demand.ts';
import type { Effect } from './effect.ts';
import { Op } from './opcode.ts';
import { Ranges } from './range.ts';
import { type Word, WordGraph } from './word-graph.ts';

const HOWS = ['any', 'short', 'bits', 'constant', 'mask', 'shift', 'sign', 'low half', 'select'] as const;
/** Choices, taken modulo what there is to choose from. */
interface Step {
  readonly how: (typeof HOWS)[number];
  readonly op: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly value: bigint;
}
interface Expression {
  readonly word: Word;
  readonly width: 32 | 64;
  readonly value: bigint;
}

const value = fc.oneof(
  fc.bigInt({ min: -3n, max: 40n }),
  fc.nat({ max: 63 }).map((n) => 1n << BigInt(n)),
  fc.nat({ max: 63 }).map((n) => (1n << BigInt(n)) - 1n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
const stepsOf = (...hows: readonly Step['how'][]): fc.Arbitrary<Step[]> => {
  const step = fc.record({
    how: fc.constantFrom(...hows),
    op: fc.nat({ max: 999 }),
    x: fc.nat({ max: 99 }),
    y: fc.nat({ max: 99 }),
    z: fc.nat({ max: 99 }),
    value,
  });
  return fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });
};
const SHORT = OPERATORS.filter(({ operands, result }) => result === 32 && operands.every((w) => w === 32));
const BITS = OPERATORS.filter(({ name }) => /^(and|or|xor|add|sub|mul)32$|^extend(8|16)$/.test(name));
const LONG = OPERATORS.filter(({ operands, result }) => result === 64 && operands[1] === 64);
const SHIFTS = OPERATORS.filter(({ name }) => name.startsWith('sh'));
function operatorOf(name: string): Operator {
  return OPERATORS.find((o) => o.name === name)!;
}

/** A graph of expressions over words in memory, with what each is by the specification. */
class Built {
  readonly g = new WordGraph();
  readonly memory: DataView;
  readonly all: Expression[] = [];

  constructor(memory: DataView, steps: readonly Step[]) {
    this.memory = memory;
    for (const [i, { code, result }] of LOADS.entries())
      this.#add(this.g.load(code, 8 * i), result, loaded(code, memory, 8 * i));
    for (const s of steps) this.#step(s);
  }

  #step({ how, op, x, y, z, value }: Step): void {
    const wide = op % 3 === 0 ? 64 : 32;
    switch (how) {
      case 'any':
        this.#operate(OPERATORS[op % OPERATORS.length]!, x, y);
        break;
      case 'short':
        this.#operate(SHORT[op % SHORT.length]!, x, y);
        break;
      case 'bits':
        this.#operate(BITS[op % BITS.length]!, x, y);
        break;
      case 'constant':
        this.constant(wide, value);
        break;
      case 'mask': {
        this.constant(wide, value);
        const mask = operatorOf(`${(['and', 'and', 'or', 'xor'] as const)[(op >> 2) % 4]}${wide}`);
        // The constant is the latest, as either operand.
        if (op % 2) this.#operate(mask, x, -1);
        else this.#operate(mask, -1, y);
        break;
      }
      case 'shift': {
        const shift = SHIFTS[op % SHIFTS.length]!;
        this.#constantAmount(shift.result, value);
        this.#operate(shift, x, -1);
        break;
      }
      case 'sign': {
        // The sign of fewer bits: up and down again.
        const by = this.#constantAmount(wide, value);
        this.#operate(operatorOf(`shl${wide}`), x, -1);
        this.apply(operatorOf(`shrS${wide}`), this.all.at(-1)!, by);
        break;
      }
      case 'low half':
        this.#operate(LONG[op % LONG.length]!, x, y);
        this.apply(operatorOf('wrap64'), this.all.at(-1)!);
        break;
      case 'select': {
        this.select(this.#choose(32, z), this.#choose(wide, x), this.#choose(wide, y));
      }
    }
  }

  select(condition: Expression, a: Expression, b: Expression): Expression {
    const word = this.g.select(condition.word, a.word, b.word);
    return this.#add(word, a.width, condition.value !== 0n ? a.value : b.value);
  }

  /** A word of 32 bits from memory behind a constant that decides or inverts some bits; the others are `kept`. */
  behind(name: 'and32' | 'or32' | 'xor32', kept: bigint, at: 0 | -1): Expression {
    const plain = this.all.filter(({ word, width }) => width === 32 && this.g.op[word] === Op.load32);
    return this.apply(operatorOf(name), plain.at(at)!, this.constant(32, name === 'and32' ? kept : ~kept));
  }

  constant(width: 32 | 64, value: bigint): Expression {
    const word = width === 64 ? this.g.const64(value) : this.g.const32(Number(BigInt.asIntN(32, value)));
    return this.#add(word, width, BigInt.asUintN(width, value));
  }

  #constantAmount(width: 32 | 64, value: bigint): Expression {
    return this.constant(width, BigInt.asUintN(64, value) % BigInt(width));
  }

  /** The latest is -1. */
  #choose(width: 32 | 64, choice: number): Expression {
    const fitting = this.all.filter((e) => e.width === width);
    if (choice < 0) return fitting.at(-1)!;
    // Every other choice is one of the latest, so that expressions grow deep.
    return (
      (choice % 2 ? fitting.at(-1 - ((choice >> 1) % 6)) : undefined) ?? fitting[choice % fitting.length]!
    );
  }

  #operate(operator: Operator, x: number, y: number): void {
    const [a, b] = operator.operands;
    this.apply(operator, this.#choose(a!, x), b === undefined ? undefined : this.#choose(b, y));
  }

  apply({ code, result, meaning }: Operator, a: Expression, b?: Expression): Expression {
    const word = b ? this.g.binary(code, a.word, b.word) : this.g.unary(code, a.word);
    return this.#add(word, result, meaning(a.value, b?.value ?? 0n));
  }

  #add(word: Word, width: 32 | 64, value: bigint): Expression {
    const made = { word, width, value };
    this.all.push(made);
    return made;
  }

  /** What the graph as it is now computes of every word. */
  values(): bigint[] {
    const { g } = this;
    const byCode = new Map(OPERATORS.map((o) => [o.code, o]));
    const values: bigint[] = [];
    for (let w = 0; w < g.count; w++) {
      const code = g.op[w]!;
      const [x, y] = [values[g.x[w]!]!, values[g.y[w]!]!];
      if (g.isConst(w)) values.push(BigInt.asUintN(code === Op.const64 ? 64 : 32, g.valueOf(w)));
      else if (g.isLoad(w)) values.push(loaded(code, this.memory, g.low[w]!));
      else if (code === Op.select) values.push(values[g.z[w]!] !== 0n ? x : y);
      else values.push(byCode.get(code)!.meaning(x, y));
    }
    return values;
  }
}

const memory = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat({ max: 255 })), {
    minLength: 8 * LOADS.length,
    maxLength: 8 * LOADS.length,
    size: 'max',
  })
  .map((bytes) => new DataView(Uint8Array.from(bytes).buffer));
const steps = stepsOf(...HOWS, 'short', 'short');
/** What bits pass through to others, in deep chains. */
const chains = stepsOf('bits', 'bits', 'mask', 'mask', 'shift', 'sign', 'select');
const numRuns = 800;

test('a word is what was asked for, whatever became of it', () => {
  fc.assert(
    fc.property(memory, steps, (bytes, list) => {
      const built = new Built(bytes, list);
      const values = built.values();
      expect(built.all.map(({ word }) => values[word])).toEqual(built.all.map((e) => e.value));
      expect(built.all.map(({ word }) => built.g.long[word])).toEqual(
        built.all.map(({ width }) => (width === 64 ? 1 : 0)),
      );
    }),
    { numRuns },
  );
});

test('a word has no other bits than the possible ones, and lies in its range', () => {
  fc.assert(
    fc.property(memory, steps, (bytes, list) => {
      const { g, all } = new Built(bytes, list);
      const ranges = new Ranges(g);
      const wrong = all
        .filter(({ width }) => width === 32)
        .map(({ word, value }) => {
          const number = Number(BigInt.asIntN(32, value));
          return { number, possible: g.possible[word]!, range: ranges.of(word) };
        })
        .filter(({ number, possible, range: [min, max] }) => {
          return (number & ~possible) !== 0 || number < min || number > max;
        });
      expect(wrong).toEqual([]);
    }),
    { numRuns },
  );
});

const STORES = [
  { op: Op.store32x8, bits: 8, width: 32 },
  { op: Op.store32x16, bits: 16, width: 32 },
  { op: Op.store32, bits: 32, width: 32 },
  { op: Op.store64, bits: 64, width: 64 },
] as const;

test('what is stored stays when the bits that nobody looks at go', () => {
  const stores = fc.array(fc.record({ kind: fc.nat(3), x: fc.nat(9) }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(memory, fc.oneof(steps, chains, chains), stores, (bytes, list, chosen) => {
      const built = new Built(bytes, list);
      const made = chosen.map(({ kind, x }) => {
        const { op, bits, width } = STORES[kind]!;
        const fitting = built.all.filter((e) => e.width === width);
        const { word, value } = fitting[Math.max(0, fitting.length - 1 - x)]!;
        const effect: Effect = { kind: 'store', op, address: 0, value: word };
        return { effect, bits, value };
      });
      const [effects] = withoutIdleBits(built.g, [made.map(({ effect }) => effect)] as const);
      const values = built.values();
      expect(effects!.map((e, i) => BigInt.asUintN(made[i]!.bits, values[e.value]!))).toEqual(
        made.map(({ bits, value }) => BigInt.asUintN(bits, value)),
      );
    }),
    { numRuns },
  );
});

const bits = fc
  .tuple(
    fc.oneof(
      fc.nat(31).map((n) => 1n << BigInt(n)),
      fc.nat(32).map((n) => (1n << BigInt(n)) - 1n),
      value,
    ),
    fc.boolean(),
  )
  .map(([some, others]) => BigInt.asUintN(32, others ? ~some : some));
const behindConstant = fc.record({
  name: fc.constantFrom('and32', 'or32', 'xor32'),
  kept: bits,
  /** Of the bits that are kept: those that somebody else looks at. */
  other: bits,
});
const shared = fc.record({
  op: fc.constantFrom(...OPERATORS.filter((o) => o.result === 32 && o.operands.every((w) => w === 32))),
  select: fc.boolean(),
  operands: fc.tuple(behindConstant, behindConstant),
  amount: fc.option(fc.nat(31)),
  swap: fc.boolean(),
  looked: bits,
  store: fc.constantFrom(...STORES.filter(({ width }) => width === 32)),
});

test('an operator gets the bits that it needs of operands of which others need other ones', () => {
  fc.assert(
    fc.property(memory, shared, (bytes, { op, select, operands, amount, swap, looked, store }) => {
      const built = new Built(bytes, []);
      // Two masks in a row would become one.
      const onlyBits = (e: Expression, bits: bigint, name = 'and32') =>
        name === 'and32'
          ? built.apply(operatorOf('or32'), e, built.constant(32, ~bits))
          : built.apply(operatorOf('and32'), e, built.constant(32, bits));
      const x = built.behind(operands[0].name, operands[0].kept, 0);
      const y = built.behind(operands[1].name, operands[1].kept, -1);
      const right = amount === null ? y : built.constant(32, BigInt(amount));
      const [a, b] = swap ? [right, x] : [x, right];
      const made = select
        ? built.select(x, a, b)
        : built.apply(op, a, op.operands.length > 1 ? b : undefined);
      const looks = [
        { e: onlyBits(made, looked), store },
        ...[x, y].map((e, i) => ({
          e: onlyBits(e, operands[i]!.kept & operands[i]!.other),
          store: STORES[2],
        })),
      ];
      const effects = looks.map(
        ({ e, store }): Effect => ({ kind: 'store', op: store.op, address: 0, value: e.word }),
      );
      const [kept] = withoutIdleBits(built.g, [effects] as const);
      const values = built.values();
      expect(kept.map(({ value }, i) => BigInt.asUintN(looks[i]!.store.bits, values[value]!))).toEqual(
        looks.map(({ e, store }) => BigInt.asUintN(store.bits, e.value)),
      );
    }),
    { numRuns: 20 * numRuns },
  );
});
