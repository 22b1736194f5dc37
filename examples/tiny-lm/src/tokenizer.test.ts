import { expect, test } from 'vitest';
import { createTokenizer } from './tokenizer.ts';

const tokenizer = createTokenizer(['\n', ' ', 'a', 'b']);

test('there and back', () => {
  expect(tokenizer.encode('ab a\n')).toEqual(Uint16Array.of(2, 3, 1, 2, 0));
  expect(tokenizer.decode([2, 3, 1, 2, 0])).toBe('ab a\n');
  expect(tokenizer.encode('')).toEqual(new Uint16Array(0));
});

test('what is outside is named', () => {
  expect(() => tokenizer.encode('abé')).toThrow(
    'character "é" (U+00E9) at position 2 is not in the vocabulary: "\\n ab"',
  );
  expect(() => tokenizer.encode('a🙂')).toThrow('character "🙂" (U+1F642) at position 1');
  expect(() => tokenizer.decode([4])).toThrow('token 4 at position 0 is not in 0..3');
  expect(() => tokenizer.decode([0.5])).toThrow(RangeError);
  expect(() => createTokenizer(['a', 'a'])).toThrow('the vocabulary holds a character twice');
});
