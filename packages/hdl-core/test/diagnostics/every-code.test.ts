// Every code of the table has a test that shows its whole text. This file reads the sources of those tests; that each text
// is what the language says is theirs to prove.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODES } from '../../src/index.ts';

const folder = new URL('./', import.meta.url);
const snapshots = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [
    ...readFileSync(new URL(file, folder), 'utf8').matchAll(/toMatchInlineSnapshot\(`(.*?[^\\])`\)/gs),
  ])
  .map((match) => match[1]!);
const TEXT = /(error|warning)\[(\w+)\]: .+\n +.+ \(in module .+\)\n(?: +.+\n)*? +help: ./g;
const shown = new Map(
  snapshots.flatMap((text) => [...text.matchAll(TEXT)]).map(([, severity, code]) => [code!, severity!]),
);

test.each(Object.entries(CODES))('%s is shown in full, with its place and a help', (code, { severity }) => {
  expect(shown.get(code)).toBe(severity);
});

test('no other code is shown', () => {
  expect([...shown.keys()].filter((code) => !(code in CODES))).toEqual([]);
});
