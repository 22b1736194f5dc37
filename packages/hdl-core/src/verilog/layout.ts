// Lines and columns: aligns runs of like lines, breaks long ones, and places comments.
// Invariant: text in, text out; nothing here knows Verilog beyond its punctuation.

import type { SourcePlace } from '../source-place.ts';
import { ATOM, BREAK, levelOf } from './text.ts';

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
  const put = (text: string, place: SourcePlace | undefined): void => {
    places.push(place);
    out.push(text);
  };
  for (let i = 0; i < lines.length; ) {
    const first = lines[i]!;
    const { run, indent } = first;
    let end = i + 1;
    if (run) while (end < lines.length && lines[end]!.run === run && lines[end]!.indent === indent) end++;
    const before = i > 0 ? lines[i - 1]! : undefined;
    if (run && before?.run && before.run !== run && before.indent === 1 && indent === 1) put('', undefined);
    const widths = end - i > 1 ? columnWidths(lines, i, end) : NO_WIDTHS;
    for (; i < end; i++) {
      const l = lines[i]!;
      const text = l.cells.length === 1 ? l.cells[0]! : joined(l.cells, widths);
      if (text === '' && out[out.length - 1] === '') continue;
      putBroken(indents(indent), text, l, put);
    }
  }
  return { text: `${out.join('\n')}\n`, places };
}

const NO_WIDTHS: readonly number[] = [];
const INDENTS: string[] = [];
const indents = (n: number): string => (INDENTS[n] ??= INDENT.repeat(n));

/** The widths of the cells of lines `from` to `to`, but the last of each line. */
function columnWidths(lines: readonly Line[], from: number, to: number): readonly number[] {
  const widths: number[] = [];
  for (let i = from; i < to; i++) {
    const { cells } = lines[i]!;
    for (let k = 0; k < cells.length - 1; k++) {
      const { length } = cells[k]!;
      if (length > (widths[k] ?? -1)) widths[k] = length;
    }
  }
  return widths;
}

/** Cells side by side, each but the last as wide as its column; an empty column is left out. */
function joined(cells: readonly string[], widths: readonly number[]): string {
  let text = '';
  for (let k = 0; k < cells.length; k++) {
    const cell = k < cells.length - 1 ? cells[k]!.padEnd(widths[k] ?? 0) : cells[k]!;
    if (cell !== '') text = text === '' ? cell : `${text} ${cell}`;
  }
  return text;
}

/** One line, broken where it is too long; its comment stands behind the first part. */
function putBroken(
  indent: string,
  text: string,
  { comment, place }: Line,
  put: (text: string, place: SourcePlace | undefined) => void,
): void {
  const tail = comment ? `  ${commentText(comment.replace(/\s+/g, ' '))}` : '';
  const pieces = text.includes(BREAK) ? text.split(BREAK) : undefined;
  const plain = `${indent}${pieces ? pieces.join('') : text}${tail}`;
  if (!pieces || plain.length <= COLUMNS) {
    put(plain.endsWith(' ') ? plain.trimEnd() : plain, place);
    return;
  }
  const lines = brokenLines(indent, pieces);
  const withTail = lines[0]! + tail;
  if (tail && withTail.length <= COLUMNS + 20) lines[0] = withTail;
  for (const l of lines) put(l, place);
}

/** As much in each line as ends where the text is bound least: outside brackets, and before what binds loosely. */
function brokenLines(indent: string, pieces: readonly string[]): string[] {
  const tightness = tightnessBefore(pieces);
  const lines: string[] = [];
  let margin = indent;
  for (let from = 0; from < pieces.length; ) {
    let length = margin.length + (from === 0 ? pieces[0]! : pieces[from]!.trimStart()).length;
    let end = from + 1;
    let best = end;
    for (; end < pieces.length && length <= COLUMNS; end++) {
      if (tightness[end]! <= tightness[best]!) best = end;
      length += pieces[end]!.length;
    }
    const to = length <= COLUMNS ? pieces.length : best;
    lines.push(`${margin}${pieces.slice(from, to).join('').trimStart()}`.trimEnd());
    margin = indent + INDENT;
    from = to;
  }
  return lines;
}

/** What stands between two brackets. */
interface Group {
  readonly depth: number;
  choices: number;
}

/**
 * Of each piece how tightly it is bound to the one before: by the brackets around, then by its operator or comma. The two
 * ways of a choice stand closer to each other than to its condition; in a chain of choices each is a line by itself.
 */
function tightnessBefore(pieces: readonly string[]): number[] {
  const around: Group[] = [{ depth: 0, choices: 0 }];
  const breaks = pieces.map((piece, i) => {
    const group = around.at(-1)!;
    const symbol = i > 0 && pieces[i - 1]!.endsWith(',') ? ',' : (/^ (\S+)/.exec(piece)?.[1] ?? '');
    if (symbol === '?') group.choices++;
    for (const bracket of piece.replace(/"(\\.|[^"])*"/g, '').match(/[()[\]{}]/g) ?? []) {
      if ('([{'.includes(bracket)) around.push({ depth: around.length, choices: 0 });
      else around.pop();
    }
    return { group, symbol };
  });
  return breaks.map(({ group, symbol }) => {
    const looser = group.choices > 1 ? ':' : '?';
    return group.depth * ATOM + levelOf(symbol) - (symbol === looser ? 0.5 : 0);
  });
}
