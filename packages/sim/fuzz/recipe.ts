// Recipes: random designs as plain data, which fast-check generates and shrinks.
// Invariant: every recipe is a legal design. A number in it is a choice, taken modulo what there is to choose from where
// the module is built (module-builder.ts), so that a shrunk recipe stays legal. Nothing here knows the language.

import fc from 'fast-check';

export type TypeRecipe =
  | { readonly type: 'uint' | 'sint'; readonly width: number }
  | { readonly type: 'bool' }
  | { readonly type: 'enum'; readonly labels: number }
  | { readonly type: 'vec'; readonly length: number; readonly element: TypeRecipe }
  | { readonly type: 'bundle'; readonly fields: readonly TypeRecipe[] };

/** One expression over those made before it. */
export interface OpRecipe {
  readonly op: Operator;
  readonly a: number;
  readonly b: number;
  readonly n: number;
}
/** How a signal that must always have a value gets one. */
export interface CoverRecipe {
  readonly how: 'set' | 'default' | 'when' | 'chain' | 'match' | 'with next';
  readonly condition: number;
  readonly value: number;
}
export type StatementRecipe =
  | { readonly do: 'assign'; readonly target: number; readonly value: number }
  | { readonly do: 'named'; readonly value: number }
  | { readonly do: 'wire'; readonly value: number; readonly condition: number }
  | {
      readonly do: 'when';
      readonly arms: readonly { readonly condition: number; readonly body: readonly StatementRecipe[] }[];
      readonly otherwise: readonly StatementRecipe[] | null;
    }
  | {
      readonly do: 'match';
      readonly subject: number;
      readonly arms: readonly (readonly StatementRecipe[])[];
      readonly rest: boolean;
    };

export interface MemoryRecipe {
  readonly type: TypeRecipe;
  readonly depth: number;
  readonly collision: 'old' | 'new';
  readonly reads: readonly ('async' | 'sync' | 'enabled')[];
  readonly lanes: boolean;
  readonly written: boolean;
  readonly choice: number;
}
export interface MachineRecipe {
  readonly states: number;
  readonly choice: number;
}
export interface ResetRecipe {
  readonly kind: 'sync' | 'async';
  readonly active: 'high' | 'low';
}

/** Streams that part or meet inside a module. */
export interface RouteRecipe {
  readonly how: 'fork' | 'demux' | 'join' | 'arbiter' | 'mux' | 'filter' | 'map';
  readonly choice: number;
}
/** One way of a value from a clock domain into the other. */
export interface CrossingRecipe {
  readonly how: 'sync' | 'pulse' | 'counter' | 'handshake' | 'fifo' | 'memory';
  /** From the main domain to the other one. */
  readonly out: boolean;
  readonly choice: number;
}
/** What the top module has in a second clock domain. */
export interface SideRecipe {
  readonly module: ModuleRecipe;
  readonly crossings: readonly CrossingRecipe[];
}

export interface ModuleRecipe {
  readonly inputs: readonly TypeRecipe[];
  readonly outputs: readonly { readonly type: TypeRecipe; readonly cover: CoverRecipe }[];
  readonly wires: readonly { readonly type: TypeRecipe; readonly cover: CoverRecipe }[];
  readonly registers: readonly { readonly type: TypeRecipe; readonly reset: number | null }[];
  readonly instances: readonly number[];
  readonly streams: boolean;
  /** What stands behind the incoming stream. */
  readonly buffer: number;
  readonly memories: readonly MemoryRecipe[];
  readonly machine: MachineRecipe | null;
  readonly routes: readonly RouteRecipe[];
  /** Of the design, when the module is its top. */
  readonly reset: ResetRecipe;
  readonly ops: readonly OpRecipe[];
  readonly statements: readonly StatementRecipe[];
  readonly side: SideRecipe | null;
}
/** Modules of a design; each may instantiate those before it, and the last is the top. */
export type DesignRecipe = readonly ModuleRecipe[];

export const OPERATORS = [
  ...['add', 'addWrap', 'sub', 'subWrap', 'mul', 'and', 'or', 'xor'],
  ...['eq', 'ne', 'lt', 'le', 'gt', 'ge'],
  ...['neg', 'not', 'shl', 'shr', 'shlBy', 'shrBy'],
  ...['trunc', 'extend', 'saturate', 'bits', 'bit', 'asUInt', 'asSInt', 'toSInt', 'toUInt', 'abs'],
  ...['isNegative', 'allOnes', 'any', 'parity', 'mux', 'boolMux', 'cat', 'replicate', 'at', 'sumTree'],
  ...[
    'literal',
    'boolAnd',
    'boolOr',
    'boolXor',
    'boolEq',
    'boolNot',
    'boolLiteral',
    'boolInt',
    'is',
    'named',
  ],
  ...['enumMux', 'reuse', 'addSat', 'subSat', 'absDiff', 'min', 'max', 'round', 'rotl', 'rotr', 'rotlBy'],
  ...['bitBy', 'bitsAt', 'reverse', 'popCount', 'leadingZeros', 'trailingZeros', 'lowestOne', 'oneHot'],
] as const;
export type Operator = (typeof OPERATORS)[number];

/** The first 22 are what most designs are made of. */
const operator: fc.Arbitrary<Operator> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...OPERATORS.slice(0, 22)) },
  { weight: 1, arbitrary: fc.constantFrom(...OPERATORS) },
);
const choice = fc.nat({ max: 9999 });
const width = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 31, 32, 33, 63, 64, 65, 128) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 200 }) },
);
const leaf: fc.Arbitrary<TypeRecipe> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('uint' as const), width }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('sint' as const), width }) },
  { weight: 2, arbitrary: fc.constant({ type: 'bool' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('enum' as const), labels: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'uint' as const, width: 0 }) },
);
const vecOf = (element: fc.Arbitrary<TypeRecipe>): fc.Arbitrary<TypeRecipe> =>
  fc.record({ type: fc.constant('vec' as const), length: fc.integer({ min: 1, max: 6 }), element });
const type: fc.Arbitrary<TypeRecipe> = fc.oneof(
  { weight: 6, arbitrary: leaf },
  { weight: 1, arbitrary: vecOf(leaf) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('bundle' as const),
      fields: fc.array(fc.oneof(leaf, vecOf(leaf)), { minLength: 1, maxLength: 3, size: 'max' }),
    }),
  },
);

const cover: fc.Arbitrary<CoverRecipe> = fc.record({
  how: fc.constantFrom('set', 'set', 'default', 'when', 'chain', 'match', 'with next'),
  condition: choice,
  value: choice,
});
const statement = fc.letrec<{ body: readonly StatementRecipe[]; statement: StatementRecipe }>((tie) => ({
  body: fc.array(tie('statement'), { maxLength: 4, depthIdentifier: 'statement' }),
  statement: fc.oneof(
    { depthSize: 'small', depthIdentifier: 'statement', withCrossShrink: true },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('assign' as const), target: choice, value: choice }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('named' as const), value: choice }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('wire' as const), value: choice, condition: choice }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('when' as const),
        arms: fc.array(fc.record({ condition: choice, body: tie('body') }), { minLength: 1, maxLength: 3 }),
        otherwise: fc.option(tie('body')),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('match' as const),
        subject: choice,
        arms: fc.array(tie('body'), { maxLength: 6, size: 'max' }),
        rest: fc.boolean(),
      }),
    },
  ),
})).statement;

function hasBits(t: TypeRecipe): boolean {
  if ('width' in t) return t.width > 0;
  if (t.type === 'vec') return hasBits(t.element);
  return t.type !== 'bundle' || t.fields.some(hasBits);
}
const some = <T>(arbitrary: fc.Arbitrary<T>, minLength: number, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength, maxLength, size: 'max' });
const memory: fc.Arbitrary<MemoryRecipe> = fc.record({
  type: type.filter(hasBits),
  depth: fc.constantFrom(2, 4, 5, 8, 13, 16),
  collision: fc.constantFrom('old', 'new'),
  reads: some(fc.constantFrom('async', 'sync', 'enabled'), 1, 2),
  lanes: fc.boolean(),
  written: fc.boolean(),
  choice,
});
const route: fc.Arbitrary<RouteRecipe> = fc.record({
  how: fc.constantFrom('fork', 'demux', 'join', 'arbiter', 'mux', 'filter', 'map'),
  choice,
});
const crossing: fc.Arbitrary<CrossingRecipe> = fc.record({
  how: fc.constantFrom('sync', 'pulse', 'counter', 'handshake', 'fifo', 'memory'),
  out: fc.boolean(),
  choice,
});
const module = (scale: number, side: fc.Arbitrary<SideRecipe | null>): fc.Arbitrary<ModuleRecipe> =>
  fc.record({
    inputs: some(type, 1, 4),
    outputs: some(fc.record({ type, cover }), 1, 4),
    wires: some(fc.record({ type, cover }), 0, 4),
    registers: some(fc.record({ type, reset: fc.option(choice) }), 0, 4),
    instances: some(choice, 0, 3),
    streams: fc.boolean(),
    buffer: choice,
    memories: some(memory, 0, scale === 1 ? 2 : 1),
    machine: fc.option(fc.record({ states: fc.integer({ min: 2, max: 6 }), choice })),
    routes: some(route, 0, scale === 1 ? 2 : 1),
    reset: fc.record({
      kind: fc.constantFrom('sync', 'sync', 'async'),
      active: fc.constantFrom('high', 'high', 'low'),
    }),
    ops: some(fc.record({ op: operator, a: choice, b: choice, n: choice }), 1, 30 * scale),
    statements: some(statement, 0, 5 * scale),
    side,
  });
const alone = fc.constant(null);
const perhaps = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
const side: fc.Arbitrary<SideRecipe> = fc.record({
  module: module(0.4, alone),
  crossings: some(crossing, 1, 4),
});

/** Random designs of one to three modules; a quarter of them have two clocks. */
export const designRecipe: fc.Arbitrary<DesignRecipe> = fc
  .tuple(fc.array(module(0.4, alone), { maxLength: 2 }), module(1, perhaps(side)))
  .map(
    ([below, top]) => [...below, top],
    (design) => [(design as DesignRecipe).slice(0, -1) as ModuleRecipe[], (design as DesignRecipe).at(-1)!],
  );

/** The recipe that a seed stands for. */
export const recipeOf = (seed: number): DesignRecipe => fc.sample(designRecipe, { seed, numRuns: 1 })[0]!;
