// Lines and columns: aligns runs of like lines, breaks long ones, and places comments.
// Invariant: text in, text out; nothing here knows Verilog beyond its punctuation.

import type { SourcePlace } from '../source-place.ts';
import { BREAK } from './expression.ts';

const COLUMNS = 100;
const INDENT = '  ';

/** One line. `cells` are aligned with the neighbouring lines of the same `run`. */
export interface Line {
  readonly indent: number;
  readonly cells: readonly string[];
  /** Lines next to each other with the same run are aligned; an empty run is not. */
  readonly run?: string;
  readonly comment?: string | undefined;
  /** Where in the TypeScript the line comes from. */
  readonly place?: SourcePlace | undefined;
}
export const line = (indent: number, text: string, comment?: string, place?: SourcePlace): Line => ({
  indent,
  cells: [text],
  comment,
  place,
});
export const BLANK: Line = { indent: 0, cells: [''] };

/** Words that make a tool take the comment as an order. */
const PRAGMA = /^(verilator|synopsys|synthesis|pragma|cadence|ambit|exemplar|xilinx|altera)\b/i;
const commentText = (text: string): string => `//${PRAGMA.test(text) ? '-' : ''} ${text}`;

/** A comment of its own, wrapped at the last column. */
export function commentLines(indent: number, text: string): Line[] {
  const room = COLUMNS - indent * INDENT.length - 3;
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((l) => line(indent, commentText(l)));
}

/** Text, and the place that each of its lines comes from. */
export interface Laid {
  readonly text: string;
  readonly places: readonly (SourcePlace | undefined)[];
}

/** Lines as text, each ended by a newline; a blank line separates runs, and two in a row become one. */
export function layout(lines: readonly Line[]): Laid {
  const out: string[] = [];
  const places: (SourcePlace | undefined)[] = [];
  for (let i = 0; i < lines.length; ) {
    const { run, indent } = lines[i]!;
    let end = i + 1;
    if (run) while (end < lines.length && lines[end]!.run === run && lines[end]!.indent === indent) end++;
    const group = lines.slice(i, end);
    const before = lines[i - 1]?.run;
    if (run && before && before !== run && lines[i - 1]?.indent === 1 && indent === 1) {
      places[out.length] = undefined;
      out.push('');
    }
    const widths: number[] = [];
    for (const l of group)
      l.cells.slice(0, -1).forEach((c, k) => (widths[k] = Math.max(widths[k] ?? 0, c.length)));
    for (const l of group) {
      const text = l.cells
        .map((c, k) => (k < l.cells.length - 1 ? c.padEnd(widths[k]!) : c))
        .filter((c) => c !== '')
        .join(' ');
      if (text === '' && out.at(-1) === '') continue;
      for (const part of broken(INDENT.repeat(indent), text, l.comment)) {
        places[out.length] = l.place;
        out.push(part);
      }
    }
    i = end;
  }
  return { text: `${out.join('\n')}\n`, places };
}

function broken(indent: string, text: string, comment: string | undefined): string[] {
  const tail = comment ? `  ${commentText(comment.replace(/\s+/g, ' '))}` : '';
  const plain = indent + text.replaceAll(BREAK, '') + tail;
  if (plain.length <= COLUMNS || !text.includes(BREAK)) return [plain.trimEnd()];
  const lines: string[] = [];
  let current = indent;
  text.split(BREAK).forEach((piece, i) => {
    if (i > 0 && current.length + piece.length > COLUMNS) {
      lines.push(current.trimEnd());
      current = indent + INDENT + piece.trimStart();
    } else current += piece;
  });
  lines.push(current.trimEnd());
  const withTail = (lines[0] ?? '') + tail;
  if (tail && withTail.length <= COLUMNS + 20) lines[0] = withTail;
  return lines;
}
