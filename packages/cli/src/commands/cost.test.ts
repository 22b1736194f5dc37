// `gatewright cost` on a small unit, with the Yosys that is always there.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyUnit } from '@gatewright/sim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';
import { delay } from '../../test/units.ts';
import { withTables } from '../cost/cost-report.ts';

const row = (label: string, width: number, baseline = false) => ({
  label,
  baseline,
  circuit: () => delay.module.elaborate({ width, elements: 1 }),
});
const priced: AnyUnit = {
  ...(delay as AnyUnit),
  name: 'priced',
  cost: {
    clockMhz: 40,
    rows: [row('narrow', 2), row('wide', 8, true)],
    comparisons: [
      {
        label: 'wide over narrow',
        better: 'narrow',
        than: 'wide',
        published: { ratio: 2.29, of: 'size x power', tag: 'paper', source: 'On Delays, table 1' },
      },
    ],
    published: [
      { of: 'a delay', figure: 'area', value: '3 um2', tag: 'paper', source: 'On Delays, table 2' },
    ],
  },
};
const units = [delay as AnyUnit, priced];
const cost = (...argv: string[]) => runCommand(['cost', ...argv, '--no-cache'], { units, cwd: folder });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatewright-cost-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('rows, comparison and published figures of a unit', async () => {
  const { code, stdout, stderr } = await cost('priced', '--target', 'gates');
  expect(stderr).toContain('[2/2] gates: ');
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "Plain CMOS gates (Yosys; 16 transistors a flip-flop)

    circuit  kind      gates  FF  transistors  depth
    ────────────────────────────────────────────────
    narrow   unit         12   3           94      4
    wide     baseline     30   9          262      4

    Times better, per multiply-accumulate (size: LUT at equal DSP slices, transistors or area)

    comparison        target  size  power  of            ours  paper  tag
    ───────────────────────────────────────────────────────────────────────
    wide over narrow  gates   2.79      -  size x power     -   2.29  paper
    wide over narrow: On Delays, table 1

    Published figures, not measured here

    of       figure  value  tag    source
    ─────────────────────────────────────────────────
    a delay  area    3 um2  paper  On Delays, table 2
    "
  `);
});

test('one configuration; JSON has the figures as numbers', async () => {
  const { stdout } = await cost('delay', '--width', '3', '--target', 'gates', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    unit: 'delay',
    clockMhz: 50,
    targets: [{ target: 'gates', rows: [{ label: '--width=3', figures: { ff: 7 } }] }],
  });
});

test('a share of another row is added; without that row there are no figures', async () => {
  const shared: AnyUnit = {
    ...priced,
    cost: {
      clockMhz: 40,
      rows: [...priced.cost!.rows, { ...row('half of wide', 2), shares: [{ of: 'wide', share: 0.5 }] }],
    },
  };
  const run = (...argv: string[]) =>
    runCommand(['cost', 'priced', '--target', 'gates', ...argv, '--no-cache'], {
      units: [shared],
      cwd: folder,
    });
  const { stdout } = await run('--json');
  const [narrow, , half] = JSON.parse(stdout).targets[0].rows;
  expect(narrow.figures).toEqual({ gates: 12, ff: 3, transistors: 94, depth: 4 });
  expect(half.figures).toEqual({ gates: 12 + 15, ff: 3 + 4.5, transistors: 94 + 131, depth: 4 });
  expect((await run('--only', 'half')).stdout).toContain("not available: half of wide needs the row 'wide'");
});

test('a layer that the model does not have', async () => {
  const fed: AnyUnit = {
    ...priced,
    cost: { clockMhz: 40, rows: [{ ...row('fed', 2), stimulus: () => [] }] },
  };
  const { code, stderr } = await runCommand(
    ['cost', 'priced', '--target', 'osu018', '--layer', 'layers.9.q'],
    {
      units: [fed],
      cwd: folder,
    },
  );
  expect(code).toBe(2);
  expect(stderr).toContain('layers.9.q');
});

test('a library that is not there is said so in the table', async () => {
  const { code, stdout } = await cost(
    'priced',
    '--only',
    'narrow',
    '--target',
    'gates',
    '--liberty',
    'no.lib',
  );
  expect(code).toBe(0);
  expect(stdout).toContain(`not available: ${join(folder, 'no.lib')} cannot be read`);
});

test('--markdown puts the tables into a page that has a place for them', async () => {
  const page = join(folder, 'page.md');
  await writeFile(page, 'before\n<!-- cost: begin -->\nold\n<!-- cost: end -->\nafter\n');
  expect((await cost('priced', '--target', 'gates', '--markdown', 'page.md')).code).toBe(0);
  const text = await readFile(page, 'utf8');
  expect(text).toMatch(/^before\n<!-- cost: begin -->\nPlain CMOS gates/);
  expect(text).toContain('| wide | baseline | ');
  expect(text).toMatch(/<!-- cost: end -->\nafter\n$/);
  expect(text).not.toContain('old');
  expect(withTables('no marks', '')).toBeUndefined();
  await writeFile(page, 'no marks');
  const refused = await cost('priced', '--markdown', 'page.md');
  expect([refused.code, refused.stderr]).toEqual([
    2,
    `error: ${page} has no place for the tables\nhelp: put two lines there: <!-- cost: begin --> and <!-- cost: end -->\n`,
  ]);
});

test('bad requests', async () => {
  expect((await cost('priced', '--target', 'zx81')).stderr).toContain("there is no target 'zx81'");
  expect((await cost('priced', '--only', 'huge')).stderr).toBe(
    "error: no row is called 'huge'\nhelp: there are: narrow; wide\n",
  );
});
