// Functions of cells, and how often they switch, on circuits whose transitions are counted by hand.

import { expect, test } from 'vitest';
import { smallLibrary } from '../../test/small-library.ts';
import { cellModels } from './cell-models.ts';
import { type JsonModule, netlistActivity } from './netlist-activity.ts';
import { readSdf } from './power-of-data.ts';
import { synthesiseCells } from './synthesise-cells.ts';

const models = cellModels(smallLibrary);

const tableOf = (text: string): string => {
  const cell = `cell(C) { pin(Y) { direction : output; function : "${text}"; } }`;
  const model = cellModels(cell).get('C');
  if (model?.kind !== 'gate') throw new Error(`${text} is no gate`);
  return model.outputs[0]!.table.map(Number).join('');
};

test('functions in every notation of liberty: the inputs in alphabetical order, the first one lowest', () => {
  expect(tableOf('!(A B)')).toBe('1110');
  expect(tableOf('(A&B)|C')).toBe('00011111');
  expect(tableOf("A' + B")).toBe('1011');
  expect(tableOf("(A B)'")).toBe('1110');
  // XOR binds closer than AND, AND closer than OR.
  expect(tableOf('A*B^C')).toBe('00010100');
  expect(tableOf('A+B C')).toBe('01010111');
  expect(tableOf('(!((S A) + (!S B)))')).toBe('11001010');
});

test('a flip-flop is modelled when it is a plain one', () => {
  expect(models.get('DFF')).toEqual({ kind: 'flip-flop', clock: 'CLK', data: 'D', output: 'Q' });
  const flipFlop = (more: string) =>
    cellModels(`cell(F) { ff(IQ, IQN) { clocked_on : "C"; next_state : "D"; ${more} }
      pin(Q) { direction : output; function : "IQ"; } }`).get('F');
  expect(flipFlop('')).toMatchObject({ kind: 'flip-flop' });
  expect(flipFlop('clear : "R";')).toBeUndefined();
  expect(cellModels('cell(L) { latch(IQ, IQN) { } pin(Q) { function : "IQ"; } }').get('L')).toBeUndefined();
});

const port = (direction: string, ...bits: number[]) => ({ direction, bits });
const cell = (type: string, pins: Record<string, number>) => ({
  type,
  connections: Object.fromEntries(Object.entries(pins).map(([pin, net]) => [pin, [net]])),
});
/** y = ~(a & ~a): nothing but a glitch. */
const glitch: JsonModule = {
  ports: { a: port('input', 2), y: port('output', 4) },
  cells: { inv: cell('INV', { A: 2, Y: 3 }), nand: cell('NAND', { A: 2, B: 3, Y: 4 }) },
};
const after = (of: Record<string, number>) => (name: string) => ({ rise: of[name]!, fall: of[name]! });

test('a glitch counts unless it is shorter than the delay of the cell', () => {
  const stimulus = [0, 1, 0, 1, 0].map((a) => ({ a }));
  const rate = (delays: Record<string, number>) => {
    const { transitions, outputs } = netlistActivity(glitch, undefined, models, after(delays), stimulus);
    expect(outputs.every((o) => o.y === 1n)).toBe(true);
    return Object.fromEntries(transitions);
  };
  // Two of four edges of a rise, each of which makes the output fall and rise.
  expect(rate({ inv: 100, nand: 50 })).toEqual({ inv: 1, nand: 1 });
  expect(rate({ inv: 100, nand: 150 })).toEqual({ inv: 1, nand: 0 });
});

test('a flip-flop that toggles', () => {
  const toggle: JsonModule = {
    ports: { clk: port('input', 2), q: port('output', 3) },
    cells: { inv: cell('INV', { A: 3, Y: 4 }), ff: cell('DFF', { CLK: 2, D: 4, Q: 3 }) },
  };
  const { transitions, outputs } = netlistActivity(
    toggle,
    'clk',
    models,
    after({ inv: 10, ff: 10 }),
    Array(9).fill({}),
  );
  expect(Object.fromEntries(transitions)).toEqual({ inv: 1, ff: 1 });
  expect(outputs.map((o) => Number(o.q))).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1]);
});

test('a mapped accumulator adds, whatever the delays', async () => {
  const text = `module m (input wire clk, input wire [7:0] a, output reg [7:0] sum);
    always @(posedge clk) sum <= sum + a; endmodule`;
  const liberty = { name: 'small', path: '', text: smallLibrary };
  const { json } = await synthesiseCells([{ name: 'm.v', text }], 'm', liberty, 50);
  const module = (JSON.parse(json) as { modules: Record<string, JsonModule> }).modules.m!;
  const given = Array.from({ length: 200 }, (_, i) => (i * i * 7 + 3 * i) & 255);
  let unequal = 1;
  const { outputs } = netlistActivity(
    module,
    'clk',
    models,
    () => {
      unequal = (unequal * 73) % 997;
      return { rise: 20 + unequal, fall: 300 - (unequal & 255) };
    },
    given.map((a) => ({ a })),
  );
  let sum = 0;
  given.forEach((_, i) => {
    // The first edge comes before the first value.
    if (i > 0) sum = (sum + given[i - 1]!) & 255;
    expect(Number(outputs[i]!.sum)).toBe(sum);
  });
});

test('a cell without a model is named', () => {
  const latch: JsonModule = { ports: {}, cells: { l: cell('LATCH', { D: 2, Q: 3 }) } };
  expect(() => netlistActivity(latch, undefined, models, after({}), [])).toThrow(
    'cells of the kind LATCH are not simulated',
  );
});

test('delays of an SDF file', () => {
  const delays = readSdf(`(CELL (CELLTYPE "NAND") (INSTANCE _3_) (DELAY (ABSOLUTE
    (IOPATH A Y (0.0958::0.1000) (0.0725::0.0725)) (IOPATH (posedge CLK) Q (0.2::0.2)))))`);
  expect(delays('_3_', 'A', 'Y')).toEqual({ rise: 100, fall: 73 });
  expect(delays('_3_', 'CLK', 'Q')).toEqual({ rise: 200, fall: 200 });
  expect(() => delays('_4_', 'A', 'Y')).toThrow('no delay of _4_ from A to Y');
});
