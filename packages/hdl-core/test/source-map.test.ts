// From Verilog lines to TypeScript lines, read back by another source-map library.

import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { expect, test } from 'vitest';
import { placeOfLine, sourceMapOf } from '../src/index.ts';
import { Control, Hierarchy } from './constructs.ts';

const files = Hierarchy.elaborate().verilog();
const hierarchy = files.at(-1)!;
const lineOf = (text: string, part: string): number =>
  text.split('\n').findIndex((l) => l.includes(part)) + 1;

test('a line has the place that its comment names', () => {
  let seen = 0;
  for (const file of [...files, ...Control.elaborate().verilog()]) {
    file.text.split('\n').forEach((text, i) => {
      const named = /\/\/ (\S+\.ts):(\d+)$/.exec(text);
      if (!named) return;
      seen++;
      const place = placeOfLine(file, i + 1)!;
      expect([place.file.split('/').at(-1), place.line]).toEqual([named[1], Number(named[2])]);
    });
  }
  expect(seen).toBeGreaterThan(20);
});

test('ports, declarations, statements and instances have a place; the frame has none', () => {
  const place = (part: string) => placeOfLine(hierarchy, lineOf(hierarchy.text, part));
  for (const part of ['in_ready,', 'left_busy;', 'wire both', 'u_left (', '.in_valid', 'assign in_ready'])
    expect(place(part)?.file.endsWith('/constructs.ts'), part).toBe(true);
  for (const part of ['// Hierarchy', 'module Hierarchy', 'endmodule']) expect(place(part)).toBeUndefined();
});

test('the map says the same, with sources relative to the folder of the design or to one that is given', () => {
  const map = sourceMapOf(hierarchy);
  expect(map).toMatchObject({ version: 3, file: 'Hierarchy.v', sources: ['constructs.ts'] });
  const traced = new TraceMap(map as ConstructorParameters<typeof TraceMap>[0]);
  const line = lineOf(hierarchy.text, 'u_left (');
  const place = placeOfLine(hierarchy, line)!;
  expect(originalPositionFor(traced, { line, column: 2 })).toMatchObject({
    source: 'constructs.ts',
    line: place.line,
    column: place.column - 1,
  });
  const folder = place.file.replace(/\/[^/]*\/[^/]*$/, '');
  expect(sourceMapOf(hierarchy, { root: folder }).sources).toEqual(['test/constructs.ts']);
  expect(sourceMapOf(hierarchy, { root: `${folder}/out/rtl` }).sources).toEqual(['../../test/constructs.ts']);
});

test('the map does not depend on comments in the text', () => {
  const { file: _, ...bare } = sourceMapOf(Control.elaborate().verilog({ locations: false }).at(-1)!);
  const { file: __, ...full } = sourceMapOf(Control.elaborate().verilog().at(-1)!);
  expect(bare).toEqual(full);
});
