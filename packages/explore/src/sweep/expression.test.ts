import { expect, test } from 'vitest';
import { parseExpression, type Value } from './expression.ts';

const value = (text: string, values: Record<string, Value> = {}): Value =>
  parseExpression(text).value((name) => values[name]);

test.each([
  ['1 + 2 * 3', 7],
  ['2 ** 3 ** 2', 512],
  ['(1 + 2) * 3 >= 9 && !false', true],
  ['lanes % 4 == 0 ? "even" : "odd"', 'even'],
  ['max(lanes, log2(1024), ceil(0.2))', 10],
  ['xcup.lut / lanes', 25],
  ['style == "booth4" || style == "and_shift"', true],
  ['-lanes', -8],
] as const)('%s is %s', (text, expected) => {
  expect(value(text, { lanes: 8, 'xcup.lut': 200, style: 'booth4' })).toBe(expected);
});

test('what is missing makes the value unknown, unless the other side decides', () => {
  expect(value('missing + 1')).toBeUndefined();
  expect(value('missing > 1 && false')).toBe(false);
  expect(value('true || missing > 1')).toBe(true);
  expect(value('missing > 1 || false')).toBeUndefined();
});

test('an expression reads names and nothing else', () => {
  for (const text of ['constructor("x")', 'a["b"]', 'this', '[1, 2]', 'f(1)', '`x`', 'a; b'])
    expect(() => value(text), text).toThrow();
  expect(value('constructor')).toBeUndefined();
  expect(value('__proto__')).toBeUndefined();
});

test('faults are told with their place', () => {
  expect(() => parseExpression('lanes <= ')).toThrowErrorMatchingInlineSnapshot(
    `[Error: 'lanes <= ' is no expression: Expected expression after <= at column 10]`,
  );
  expect(() => parseExpression('lames * 2', ['lanes', 'bits'])).toThrowErrorMatchingInlineSnapshot(
    `[Error: 'lames * 2': there is no 'lames'; did you mean lanes?]`,
  );
  expect(() => parseExpression('power(2, 3)')).toThrowErrorMatchingInlineSnapshot(
    `[Error: 'power(2, 3)': there is no function 'power'; there are min, max, abs, ceil, floor, round, log2, log10, sqrt]`,
  );
  expect(() => value('style * 2', { style: 'booth4' })).toThrowErrorMatchingInlineSnapshot(
    `[Error: 'style * 2': * needs numbers, and 'booth4' is none]`,
  );
});
