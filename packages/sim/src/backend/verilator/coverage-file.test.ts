// The format of Verilator's coverage files.

import { expect, test } from 'vitest';
import { readPoints } from './coverage-file.ts';

test('a record, by hand', () => {
  const field = (entries: Record<string, string>): string =>
    Object.entries(entries)
      .map(([key, value]) => `\u0001${key}\u0002${value}`)
      .join('');
  const record = { f: 'rtl/M.v', l: '33', page: 'v_branch/M', o: 'if', S: '33-34,37' };
  expect(readPoints(`# SystemC::Coverage-3\nC '${field(record)}' 12\n`)).toEqual([
    { kind: 'branch', file: 'M.v', module: 'M', line: 33, lines: [33, 34, 37], what: 'if', count: 12 },
  ]);
});
