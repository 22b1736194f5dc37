// Tables as text: columns under a ruled head, the wide ones wrapped so that no line is longer than allowed.
// Invariant: a cell is plain text; only columns that say `wrap` are ever narrower than their content.

import CliTable from 'cli-table3';

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** May be narrowed to fit the table in its width. */
  readonly wrap?: boolean;
}

/** Blanks between two columns. */
const gap = 2;
/** The rule need not underline the gap behind the last column. */
const ruleEnd = new RegExp(`─{${gap}}$`);
const narrowest = 12;

/** The table, without a final newline. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const table = new CliTable({
    head: columns.map((c) => c.head),
    colAligns: columns.map((c) => c.align ?? 'left'),
    colWidths: columnWidths(columns, rows, width),
    wordWrap: true,
    chars: {
      ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
      ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
      ...{ left: '', 'left-mid': '', right: '', 'right-mid': '' },
      ...{ mid: '─', 'mid-mid': '', middle: '' },
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap, compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.replace(ruleEnd, '').trimEnd())
    .join('\n');
}

function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const widths = columns.map(
    (column, i) => gap + Math.max(column.head.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  // The widest of those that may give way gives way, one blank at a time.
  for (let total = widths.reduce((a, b) => a + b, 0); total - gap > width; total--) {
    let victim = -1;
    columns.forEach((column, i) => {
      if (column.wrap && widths[i]! > (victim < 0 ? narrowest : widths[victim]!)) victim = i;
    });
    if (victim < 0) break;
    widths[victim]!--;
  }
  return widths;
}
