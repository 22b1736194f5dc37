import { expect, test } from 'vitest';
import { nearestNames, suggestion } from './did-you-mean.ts';

test('the nearest names come first, far ones not at all', () => {
  const names = ['layers.0.q', 'layers.1.q', 'layers.0.gate', 'head'];
  expect(nearestNames('layers.1.k', names)).toEqual(['layers.1.q', 'layers.0.q']);
  expect(nearestNames('haed', names)).toEqual(['head']);
  expect(nearestNames('something else', names)).toEqual([]);
});

test('sentences', () => {
  expect(suggestion('layers.0.q', ['layers.0.q.weight', 'norm'])).toBe('did you mean layers.0.q.weight?');
  expect(suggestion('', ['norm', 'head'])).toBe('there is norm, head');
  expect(suggestion('unrelated', ['a', 'b'])).toBe('there is a, b');
  expect(suggestion('unrelated', [])).toBe('there is none');
});
