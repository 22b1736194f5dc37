import { expect, test } from 'vitest';
import { narrowBeats, widenBeats } from './stream-width.ts';

const narrow = [
  { payload: 1n, last: false },
  { payload: 2n, last: false },
  { payload: 3n, last: true },
  { payload: 4n, last: true },
  { payload: 5n, last: false },
  { payload: 6n, last: true },
];
const wide = [
  { lanes: [1n, 2n], last: false },
  { lanes: [3n], last: true },
  { lanes: [4n], last: true },
  { lanes: [5n, 6n], last: true },
];

test('hand-worked packets, both ways', () => {
  expect(widenBeats(narrow, 2)).toEqual(wide);
  expect(narrowBeats(wide)).toEqual(narrow);
  expect(widenBeats(narrow.slice(0, 1), 2)).toEqual([]);
  expect(() => narrowBeats([{ lanes: [], last: true }])).toThrow('a beat has no lanes');
});
