// docs/diagnostics.md: its table is made of the table of codes. `UPDATE_DOCS=1` writes it.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODES } from '../src/index.ts';

const page = new URL('../../../docs/diagnostics.md', import.meta.url);

test('the page lists every code as it is', () => {
  const text = readFileSync(page, 'utf8');
  const rows = Object.entries(CODES).map(
    ([code, { severity, title, cause, fix }]) => `| ${code} | ${severity} | ${title} | ${cause} | ${fix} |`,
  );
  const current = text.replace(
    /(\|---\|---\|---\|---\|---\|\n)(?:\|.*\n)*/,
    (_, head) => `${head}${rows.join('\n')}\n`,
  );
  if (process.env.UPDATE_DOCS) writeFileSync(page, current);
  expect(process.env.UPDATE_DOCS ? current : text).toBe(current);
});
