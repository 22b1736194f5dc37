// Scoreboards: what passes, and the words for each way to fail.

import { expect, test } from 'vitest';
import { Dot } from '../../test/designs.ts';
import { simulate } from '../testbench/simulate.ts';
import { differences, literalText } from './differences.ts';
import { Scoreboard, ScoreboardError } from './scoreboard.ts';

const messageOf = (act: () => void): string => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ScoreboardError);
    return (error as Error).message;
  }
  return 'no error';
};

test('in order, from a stream of a design', () =>
  simulate(Dot, {}, { stalls: {} }, async (dut) => {
    const board = new Scoreboard<bigint>();
    for (let i = 0; i < 10; i++) {
      void dut.in.send({ a: [i, -i], b: [3, 1], last: true });
      board.expect(BigInt(2 * i));
    }
    await board.drain(dut.out);
    board.end();
    expect([board.matched, board.pending]).toEqual([10, 0]);
  }));

test('a wrong, a lost and a surplus answer, and one that never came', () => {
  const board = new Scoreboard<{ id: number | bigint; data: (number | bigint)[] }>({ name: 'reads' });
  board.expect({ id: 1, data: [1, 2] }, { id: 2, data: [3, 4] }, { id: 3, data: [5, 6] });
  board.check({ id: 1n, data: [1n, 2n] });
  expect(messageOf(() => board.check({ id: 2, data: [3, 5] }))).toMatchInlineSnapshot(`
    "reads: answer 2 is wrong
      data[1]: expected 4, got 5"
  `);
  expect(messageOf(() => board.check({ id: 3, data: [5, 6] }))).toMatchInlineSnapshot(`
    "reads: answer 2 is wrong
      id: expected 2, got 3
      data[0]: expected 3, got 5
      data[1]: expected 4, got 6
      it equals the value expected 1 later: one was lost, or the order is wrong"
  `);
  expect(messageOf(() => board.end())).toMatchInlineSnapshot(`
    "reads: 2 expected values never came:
      { id: 2, data: [3, 4] }
      { id: 3, data: [5, 6] }"
  `);
  board.check({ id: 2, data: [3, 4] });
  board.check({ id: 3, data: [5, 6] });
  board.end();
  expect(messageOf(() => board.check({ id: 4, data: [] }))).toMatchInlineSnapshot(
    `"reads: answer 4 is one too many (nothing is expected): { id: 4, data: [] }"`,
  );
});

test('out of order by key, in order within a key', () => {
  const board = new Scoreboard<{ id: number | bigint; value: number }>({ key: ({ id }) => id });
  board.expect({ id: 1, value: 10 }, { id: 2, value: 20 }, { id: 1, value: 11 });
  board.check({ id: 2n, value: 20 });
  expect(messageOf(() => board.check({ id: 1, value: 11 }))).toMatchInlineSnapshot(`
    "scoreboard: answer 2, with key 1, is wrong
      value: expected 10, got 11
      it equals the value expected 1 later: one was lost, or the order is wrong"
  `);
  board.check({ id: 1, value: 10 });
  expect(messageOf(() => board.check({ id: 2, value: 20 }))).toMatchInlineSnapshot(
    `"scoreboard: answer 3, with key 2, is one too many (1 expected, none with this key): { id: 2, value: 20 }"`,
  );
  expect(board.pending).toBe(1);
});

test('differences leaf by leaf', () => {
  expect(differences({ a: [1, 2n], m: 'Add' }, { a: [1n, 2], m: 'Add' })).toEqual([]);
  expect(differences([1, 2], [1])).toEqual([{ path: '[1]', expected: 2, actual: undefined }]);
  expect(differences({ a: { b: true } }, { a: { b: false, c: 1 } })).toEqual([
    { path: 'a.b', expected: true, actual: false },
    { path: 'a.c', expected: undefined, actual: 1 },
  ]);
  expect(differences(1, true)).toHaveLength(1);
  expect(differences(0.5, 0.5)).toEqual([]);
  expect(literalText({ a: [1n, -2], m: 'Add' })).toBe('{ a: [1, -2], m: "Add" }');
});
