// Coverage of real runs: which TypeScript lines ran, which bits changed, which cover points were reached.

import { readFileSync } from 'node:fs';
import {
  bool,
  cover,
  defineModule,
  enumOf,
  input,
  match,
  output,
  regs,
  uint,
  when,
} from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../testbench/simulate.ts';
import { Coverage } from './coverage.ts';
import { coverageHtml } from './coverage-html.ts';
import { coverageLcov } from './coverage-lcov.ts';
import { coverageMarkdown } from './coverage-markdown.ts';
import { coverageText } from './coverage-text.ts';

const Steps = defineModule({
  name: 'Steps',
  params: z.object({ width: z.int().default(4) }),
  ports: (p) => ({
    mode: input(enumOf('Up', 'Down', 'Hold')),
    fast: input(bool),
    count: output(uint(p.width)),
  }),
  build(io, p) {
    const { value } = regs({ value: uint(p.width) }, { value: 0 });
    match(io.mode, {
      Up: () => {
        value.next(value.addWrap(1));
        when(io.fast, () => value.next(value.addWrap(4)));
      },
      Down: () => value.next(value.subWrap(1)),
      Hold: () => {},
    });
    io.count.set(value);
    cover('three', value.eq(3));
    when(io.fast, () => cover('fast_at_two', value.eq(2)));
  },
});

const lineOf = (text: string): number =>
  readFileSync(new URL(import.meta.url), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

const up = (coverage: Coverage, params = {}) =>
  simulate(Steps, params, { coverage }, async (dut, t) => {
    dut.mode.poke('Up');
    await t.step(5);
  });

test('lines of the TypeScript, bits, and cover points', async () => {
  const coverage = new Coverage();
  await up(coverage);
  const lines = new Map(coverage.lines.map((line) => [line.line, line]));
  expect(lines.get(lineOf('value.next(value.addWrap(1)'))).toMatchObject({ counts: [5] });
  expect(lines.get(lineOf('Down: () => value.next'))).toMatchObject({ counts: [0] });
  expect(lines.get(lineOf('when(io.fast, () => value.next'))!.counts).toContain(0);
  expect(coverage.covers).toEqual([
    { module: 'Steps', name: 'three', count: 1 },
    { module: 'Steps', name: 'fast_at_two', count: 0 },
  ]);
  const toggles = new Map(coverage.toggles.map((signal) => [signal.signal, signal]));
  expect(toggles.get('count')).toMatchObject({ bits: 4, missed: [3] });
  expect(toggles.get('value')?.declared?.line).toBe(lineOf('const { value } = regs'));
  expect(toggles.get('fast')).toMatchObject({ bits: 1, missed: [0] });
  expect(coverageText(coverage, import.meta.dirname)).toMatchInlineSnapshot(`
    "statements     2 of 5 ran (40.0%)
    bits           6 of 11 changed (54.5%)
    cover points   1 of 2 reached (50.0%)
    never ran:
      coverage.test.ts:38
      coverage.test.ts:40
    never changed:
      Steps.count[3]
      Steps.value[3]
      Steps.mode
      Steps.fast
    cover points never reached:
      Steps.fast_at_two"
  `);
});

test('runs and designs add up', async () => {
  const coverage = new Coverage();
  await up(coverage);
  await up(coverage, { width: 3 });
  await simulate(Steps, {}, { coverage }, async (dut, t) => {
    dut.mode.poke('Down');
    await t.step(14);
    dut.fast.poke(true);
    dut.mode.poke('Up');
    await t.step(20);
  });
  expect(coverage.covers.every(({ count }) => count > 0)).toBe(true);
  const lines = new Map(coverage.lines.map((line) => [line.line, line]));
  expect(lines.get(lineOf('Down: () => value.next'))).toMatchObject({ counts: [14] });
});

test('reports: Markdown, HTML and LCOV, with the source', async () => {
  const coverage = new Coverage();
  await up(coverage);
  const root = import.meta.dirname;
  const markdown = coverageMarkdown(coverage, 'Steps', root);
  const down = lineOf('Down: () => value.next');
  expect(markdown).toMatch(new RegExp(`^ +!0 +${down} {8}Down: .*$`, 'm'));
  expect(markdown).toMatch(/^## coverage.test.ts$/m);
  const html = coverageHtml(coverage, 'Steps', root);
  expect(html).toContain(
    `<tr id="f1-${down}" class="never"><td>0</td><td>${down}</td><td>      Down: () =&gt;`,
  );
  expect(html).toContain('<td>Steps.fast_at_two</td><td class="number">0</td>');
  // Every line that is linked to is there.
  const links = [...html.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
  expect(links).toContain(`f1-${down}`);
  for (const id of links) expect(html).toContain(` id="${id}"`);
  const fast = lineOf('when(io.fast, () => value.next');
  const lcov = coverageLcov(coverage, root).split('\n');
  expect(lcov.slice(0, 2)).toEqual(['TN:', 'SF:coverage.test.ts']);
  expect(lcov).toContain(`DA:${lineOf('value.next(value.addWrap(1)')},5`);
  expect(lcov).toContain(`DA:${down},0`);
  expect(lcov).toContain(`BRDA:${fast},0,0,0`);
});

test('a test that does less shows less: a line, its statements and a cover point', async () => {
  const [whole, less] = [new Coverage(), new Coverage()];
  for (const [coverage, modes] of [
    [whole, ['Up', 'Down']],
    [less, ['Up']],
  ] as const)
    await simulate(Steps, {}, { coverage }, async (dut, t) => {
      for (const mode of modes)
        for (const fast of [false, true]) {
          dut.mode.poke(mode);
          dut.fast.poke(fast);
          await t.step(mode === 'Up' ? 8 : 14);
        }
    });
  const { totals } = whole;
  expect(totals.statements).toEqual({ reached: 5, of: 5 });
  expect(less.totals.statements).toEqual({ reached: 4, of: 5 });
  expect(less.lines.filter(({ counts }) => counts.includes(0)).map(({ line }) => line)).toEqual([
    lineOf('Down: () => value.next'),
  ]);
  expect(totals.covers).toEqual({ reached: 2, of: 2 });
  expect(less.totals.covers).toEqual({ reached: 1, of: 2 });
});
