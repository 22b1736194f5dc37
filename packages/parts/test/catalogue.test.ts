// No part without a price: what the package gives is in the catalogue, and docs/parts.md has a row of every entry.

import { expect, test } from 'vitest';
import * as parts from '../src/index.ts';
import { catalogue } from './catalogue.ts';
import { readRows, rowKey } from './cost-page.ts';

test('every module of the package is in the catalogue', () => {
  const modules = Object.entries(parts).flatMap(([name, value]) =>
    typeof value === 'object' && 'elaborate' in value ? name : [],
  );
  expect(modules).toContain('FloatFma');
  expect(modules.toSorted()).toEqual([...new Set(catalogue.map((e) => e.group))].toSorted());
});

test('every entry of the catalogue has a row in docs/parts.md, and no row is of something else', () => {
  const rows = [...readRows().keys()];
  expect(rows).toEqual(catalogue.map(rowKey));
});
