// Designs that are deep rather than large: no part of the language may use the call stack for each level.

import { expect, test } from 'vitest';
import { Chain, Deep } from '../bench/designs.ts';

test('one expression of 30,000 operators', () => {
  const [file] = Deep.elaborate({ n: 30_000 }).verilog();
  expect(file!.text.match(/^ {2}wire /gm)!.length).toBeGreaterThan(5_000);
});

test('one when of 1,000 branches', () => {
  const [file] = Chain.elaborate({ n: 1_000 }).verilog();
  expect(file!.text.match(/end else if/g)).toHaveLength(999);
});
