// Columns of payload types: what is side by side, and in which order.

import { bool, bundle, sint, uint, vec } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { payload } from '../../test/designs.ts';
import { columnsOf } from './column.ts';

const shape = (type: Parameters<typeof columnsOf>[0]) =>
  columnsOf(type).map(({ path, leaves, bytes }) => [path.join('.'), leaves, bytes]);

test('a leaf or a vector of leaves is one column without a name', () => {
  expect(shape(sint(9))).toEqual([['', [0], 2]]);
  expect(shape(vec(2, vec(3, bool)))).toEqual([['', [0, 1, 2, 3, 4, 5], 1]]);
});

test('fields are columns of their own, vectors of bundles are gathered by field', () => {
  expect(shape(bundle({ a: vec(2, uint(8)), none: uint(0), last: bool }))).toEqual([
    ['a', [0, 1], 1],
    ['last', [3], 1],
  ]);
  expect(shape(vec(3, bundle({ re: sint(5), im: uint(33) })))).toEqual([
    ['re', [0, 2, 4], 1],
    ['im', [1, 3, 5], 8],
  ]);
});

test('every leaf of a width is in one column, as wide as its port', () => {
  const columns = columnsOf(payload);
  expect(columns.map(({ path, bytes }) => `${path.join('.')} ${bytes}`)).toEqual([
    ...['flag 1', 'mode 1', 'u1 1', 'u8 1', 's7 1', 'u16 2', 's13 2', 'u32 4', 's31 4', 's33 8'],
    ...['u64 8', 's64 8', 'u65 12', 's96 12', 's130 20', 'grid.re 1', 'grid.im 1'],
  ]);
  expect(columns.flatMap(({ leaves }) => leaves).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 27 }, (_, i) => i),
  );
});
