// The cost table as text and as Markdown.
// Invariant: a function of the table; a missing figure is a dash, and why it is missing stands below its table.

import type { CostFigures } from '@gatewright/yosys';
import { isCellLibrary } from '@gatewright/yosys';
import { type Column, renderTable } from '../terminal/table.ts';
import type { CostTable, MeasuredComparison, TargetTable } from './cost-table.ts';

interface Sheet {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

type Figure = readonly [head: string, of: (figures: CostFigures) => number | undefined, digits?: number];

const FPGA: readonly Figure[] = [
  ['LUT', (f) => f.lut],
  ['FF', (f) => f.ff],
  ['CARRY4', (f) => f.carry],
  ['DSP', (f) => f.dsp],
  ['SRL', (f) => f.srl],
  ['RAM', (f) => f.ram],
];
const GATES: readonly Figure[] = [
  ['gates', (f) => f.gates],
  ['FF', (f) => f.ff],
  ['transistors', (f) => f.transistors],
  ['depth', (f) => f.depth],
];
const CELLS: readonly Figure[] = [
  ['area um2', (f) => f.areaUm2],
  ['path ns', (f) => f.delayNs, 2],
  ['power mW', (f) => f.powerMw, 3],
];
const OF_DATA: Figure = ['power of data mW', (f) => f.dataPowerMw, 3];

/** What the figures of a target are. */
const TITLES: Readonly<Record<string, string>> = {
  xc7: 'AMD 7 series (Yosys synth_xilinx, before place and route)',
  xcup: 'AMD UltraScale+ (Yosys synth_xilinx, before place and route)',
  gates: 'Plain CMOS gates (Yosys; 16 transistors a flip-flop)',
};

const figuresOf = (target: string): readonly Figure[] =>
  isCellLibrary(target) ? CELLS : ['gates', 'cmos'].includes(target) ? GATES : FPGA;

const numberText = (value: number | undefined, digits = 0): string =>
  value === undefined
    ? '-'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const ratioText = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(2));
const right = (head: string): Column => ({ head, align: 'right' });

function sheets(table: CostTable): Sheet[] {
  const all = table.targets.map((t) => targetSheet(t, table.clockMhz));
  if (table.comparisons.length > 0) all.push(comparisonSheet(table.comparisons));
  if (table.published.length > 0) all.push(publishedSheet(table));
  return all;
}

function targetSheet({ target, rows }: TargetTable, clockMhz: number): Sheet {
  const fed = rows.some((r) => r.figures.dataPowerMw !== undefined);
  const figures = [...figuresOf(target), ...(fed ? [OF_DATA] : [])];
  const unavailable = new Set(rows.flatMap((r) => r.unavailable ?? []));
  return {
    title:
      TITLES[target] ??
      `${target} standard cells (Yosys and ABC; path and power by OpenSTA at ${clockMhz} MHz, wires not counted)`,
    columns: [{ head: 'circuit', wrap: true }, { head: 'kind' }, ...figures.map(([head]) => right(head))],
    rows: rows.map((row) => [
      row.label,
      row.baseline ? 'baseline' : 'unit',
      ...figures.map(([, of, digits]) => numberText(of(row.figures), digits)),
    ]),
    notes: [...unavailable].map((text) => `not available: ${text}`),
  };
}

function comparisonSheet(comparisons: readonly MeasuredComparison[]): Sheet {
  // A published ratio of area or power is one of silicon: it stands beside what cells give, not beside LUTs.
  const silicon = comparisons.some((c) => isCellLibrary(c.target));
  const fed = comparisons.some((c) => c.dataPower !== undefined);
  const fits = (c: MeasuredComparison): boolean => !silicon || isCellLibrary(c.target);
  return {
    title: 'Times better, per multiply-accumulate (size: LUT at equal DSP slices, transistors or area)',
    columns: [
      { head: 'comparison', wrap: true },
      { head: 'target' },
      ...['size', 'power', ...(fed ? ['power of data'] : [])].map(right),
      { head: 'of' },
      ...['ours', ...(fed ? ['ours, of data'] : []), 'paper'].map(right),
      { head: 'tag' },
    ],
    rows: comparisons.map((c) => {
      const published = fits(c) ? c.published : undefined;
      const of = published?.of ?? (c.power === undefined ? 'size' : 'size x power');
      return [
        c.label,
        c.target,
        ratioText(c.size),
        ratioText(c.power),
        ...(fed ? [ratioText(c.dataPower)] : []),
        of,
        ratioText(ratioOf(c, of, c.power)),
        ...(fed ? [ratioText(c.dataPower && ratioOf(c, of, c.dataPower))] : []),
        ratioText(published?.ratio),
        published?.tag ?? 'ours',
      ];
    }),
    notes: [
      ...new Set(comparisons.flatMap((c) => (c.published ? [`${c.label}: ${c.published.source}`] : []))),
    ],
  };
}

function ratioOf(
  { size }: MeasuredComparison,
  of: 'size' | 'power' | 'size x power',
  power: number | undefined,
): number | undefined {
  if (of !== 'size x power') return of === 'size' ? size : power;
  return size === undefined || power === undefined ? undefined : size * power;
}

const publishedSheet = ({ published }: CostTable): Sheet => ({
  title: 'Published figures, not measured here',
  columns: [
    { head: 'of', wrap: true },
    { head: 'figure', wrap: true },
    right('value'),
    { head: 'tag' },
    { head: 'source', wrap: true },
  ],
  rows: published.map((p) => [p.of, p.figure, p.value, p.tag, p.source]),
  notes: [],
});

/** Tables for a terminal. */
export const costText = (table: CostTable, width: number): string =>
  `${sheets(table)
    .map(({ title, columns, rows, notes }) =>
      [title, '', renderTable(columns, rows, width), ...notes].join('\n'),
    )
    .join('\n\n')}\n`;

/** Tables for a page. */
export const costMarkdown = (table: CostTable): string =>
  sheets(table)
    .map(({ title, columns, rows, notes }) => {
      const line = (cells: readonly string[]): string =>
        `| ${cells.map((c) => c.replaceAll('|', '\\|')).join(' | ')} |`;
      return [
        `${title}:`,
        '',
        line(columns.map((c) => c.head)),
        line(columns.map((c) => (c.align === 'right' ? '---:' : '---'))),
        ...rows.map(line),
        ...(notes.length > 0 ? ['', ...notes.map((n) => `- ${n}`)] : []),
        '',
      ].join('\n');
    })
    .join('\n');

export const BEGIN = '<!-- cost: begin -->';
export const END = '<!-- cost: end -->';

/** The page with what stands between its two marks replaced; undefined when it has no marks. */
export function withTables(page: string, tables: string): string | undefined {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) return undefined;
  return `${page.slice(0, begin + BEGIN.length)}\n${tables}${page.slice(end)}`;
}
