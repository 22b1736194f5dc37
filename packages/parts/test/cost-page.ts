// The cost table of docs/parts.md as text: its columns, and its rows by part and configuration.

import { readFileSync } from 'node:fs';
import type { CostFigures } from '@gatewright/yosys';
import type { CatalogueEntry } from './catalogue.ts';

export const COST_PAGE = new URL('../../../docs/parts.md', import.meta.url);
/** What a part costs: on two FPGA families and, unless it has a memory or is large, in plain gates and in the cells of osu018. */
export interface PartFigures {
  readonly xc7: CostFigures;
  readonly xcup: CostFigures;
  readonly gates?: CostFigures | undefined;
  readonly osu018?: CostFigures | undefined;
}

const BEGIN = '<!-- cost table: begin -->\n';
const END = '<!-- cost table: end -->\n';

const COLUMNS: readonly (readonly [head: string, of: (f: PartFigures) => number | undefined])[] = [
  ['LUT xc7', (f) => f.xc7.lut],
  ['LUT xcup', (f) => f.xcup.lut],
  ['FF', (f) => f.xcup.ff],
  ['CARRY4', (f) => f.xcup.carry],
  ['DSP', (f) => f.xcup.dsp],
  ['RAM', (f) => f.xcup.ram],
  ['transistors', (f) => f.gates?.transistors],
  ['depth', (f) => f.gates?.depth],
  ['um2', (f) => f.osu018?.areaUm2],
  ['ns', (f) => f.osu018?.delayNs],
];

const cells = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;

/** `FloatAdd | FP16`, by which a row is known. */
export const rowKey = ({ group, label }: Pick<CatalogueEntry, 'group' | 'label'>): string =>
  `${group} | ${label}`;

export function rowText(entry: CatalogueEntry, figures: PartFigures): string {
  const texts = COLUMNS.map(([head, of]) => {
    const value = of(figures);
    const digits = head === 'ns' ? 2 : 0;
    const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return value === undefined ? '-' : value.toLocaleString('en', format);
  });
  return cells([entry.group, entry.label, ...texts]);
}

function parts(): { before: string; table: string; after: string } {
  const [before = '', rest = ''] = readFileSync(COST_PAGE, 'utf8').split(BEGIN);
  const [table = '', after = ''] = rest.split(END);
  return { before, table, after };
}

/** The rows that the page has, by key; those of other columns are not read. */
export function readRows(): Map<string, string> {
  const rows = parts().table.trim().split('\n').slice(2);
  const whole = rows.filter((row) => row.split('|').length === COLUMNS.length + 4);
  return new Map(whole.map((row) => [row.split('|').slice(1, 3).join('|').trim(), row]));
}

/** The page with these rows in its table. */
export function pageWith(rows: readonly string[]): string {
  const { before, after } = parts();
  const head = [
    cells(['part', 'configuration', ...COLUMNS.map(([name]) => name)]),
    cells(['---', '---', ...COLUMNS.map(() => '---:')]),
  ];
  return `${before}${BEGIN}${[...head, ...rows].join('\n')}\n${END}${after}`;
}
