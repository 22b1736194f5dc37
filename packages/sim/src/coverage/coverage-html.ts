// Coverage as a page of its own: what was reached, where to look, and the annotated source.
// Invariant: a function of the coverage and the source files; no script, nothing from elsewhere.

import { relative } from 'node:path';
import {
  type AnnotatedFile,
  type AnnotatedLine,
  annotatedFiles,
  groupedBy,
  mostOf,
  reachOf,
} from './annotated-source.ts';
import type { Coverage, LineCoverage, Reached, ToggleCoverage } from './coverage.ts';
import { isMissed, isStill, percentText, stillText } from './coverage-text.ts';

const style = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 72em; padding: 0 1em; color: #222; }
h2 { margin-top: 2em; }
table { border-collapse: collapse; }
.summary td, .summary th { padding: .25em .9em .25em 0; text-align: left; vertical-align: top; }
.summary th { border-bottom: 1px solid #999; font-weight: 600; }
.summary td { border-bottom: 1px solid #e4e4e4; }
.summary td.number { text-align: right; font-variant-numeric: tabular-nums; }
meter { width: 9em; }
.source { font: 13px/1.35 ui-monospace, monospace; white-space: pre; display: block; overflow-x: auto; }
.source td { padding: 0 .8em; }
.source td:nth-child(-n+2) { color: #777; text-align: right; }
.still { color: #8a5a00; margin-left: 2em; font-style: italic; }
.ran { background: #e6f6e6; } .part { background: #fff3cc; } .never { background: #fbdcdc; }
.legend span { padding: .1em .6em; margin: 0; }
:target { outline: 2px solid #c00; }
`;

/** The page; paths are relative to `root`. */
export function coverageHtml(coverage: Coverage, title: string, root = process.cwd()): string {
  const files = annotatedFiles(coverage);
  const page = new Page(root, files);
  const { totals, covers } = coverage;
  const heading = `Coverage of ${escaped(title)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<style>${style}</style>
<h1>${heading}</h1>
${table(
  ['', 'reached', 'of', '', ''],
  [
    ['statements that ran', ...shareCells(totals.statements)],
    ['bits that changed', ...shareCells(totals.bits)],
    ...(covers.length > 0 ? [['cover points that were met', ...shareCells(totals.covers)]] : []),
  ],
)}
<h2>Files</h2>
${page.files()}
${page.covers(coverage)}<h2>Modules</h2>
${page.modules(coverage)}
${page.still(coverage)}<h2>Source</h2>
<p class="legend">Before a line: how often it ran, or how often the statement of it ran that ran most.
<span class="ran">all statements ran</span> <span class="part">some never ran</span> <span class="never">none ran</span>
Other lines became no statement: declarations, and logic that is always there, such as a sum or an output.
<span class="still">Behind a line</span>: bits of the signals it declares that never changed.</p>
${files.map((file) => page.source(file)).join('\n')}
</html>
`;
}

/** The parts of a page about some files. */
class Page {
  readonly #root: string;
  readonly #files: readonly AnnotatedFile[];
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(root: string, files: readonly AnnotatedFile[]) {
    this.#root = root;
    this.#files = files;
    this.#numbers = new Map(files.map(({ file }, i) => [file, i + 1]));
  }

  files(): string {
    const rows = this.#files.map(({ file, covered }) => {
      const counts = covered.flatMap((line) => line.counts);
      const share = { reached: counts.filter((count) => count > 0).length, of: counts.length };
      const missed = covered.filter(isMissed).map((line) => this.#line(line));
      return [this.#link(file), ...shareCells(share), missed.join(', ')];
    });
    return table(['', 'statements', 'of', '', '', 'lines of which something never ran'], rows);
  }

  modules({ toggles }: Coverage): string {
    const rows = [...groupedBy(toggles, ({ module }) => module)].map(([module, signals]) => {
      const of = signals.reduce((sum, { bits }) => sum + bits, 0);
      const missed = signals.reduce((sum, signal) => sum + signal.missed.length, 0);
      return [escaped(module), ...shareCells({ reached: of - missed, of })];
    });
    return table(['', 'bits', 'of', '', ''], rows);
  }

  covers({ covers }: Coverage): string {
    if (covers.length === 0) return '';
    const rows = covers.map(({ module, name, count }) => ({
      kind: count === 0 ? 'never' : '',
      cells: [escaped(`${module}.${name}`), number(count)],
    }));
    return `<h2>Cover points</h2>\n${table(['', 'edges'], rows)}\n`;
  }

  still({ toggles }: Coverage): string {
    const still = toggles.filter(isStill);
    if (still.length === 0) return '';
    const rows = still.map((signal) => [escaped(stillText(signal)), this.#declared(signal)]);
    return `<details><summary>${still.length} signals with bits that never changed</summary>
<p>Bits that are constant by construction, such as zeros below a shifted value, are among them.</p>
${table(['', 'declared in'], rows)}
</details>
`;
  }

  source({ file, lines }: AnnotatedFile): string {
    const name = `<h3 id="f${this.#numbers.get(file)}">${escaped(this.#short(file))}</h3>`;
    if (lines.length === 0) return `${name}\n<p>The file cannot be read.</p>`;
    return `${name}\n<table class="source">\n${lines.map((line) => this.#row(file, line)).join('\n')}\n</table>`;
  }

  #row(file: string, { number: n, text, coverage, still }: AnnotatedLine): string {
    const kind = coverage ? ` class="${reachOf(coverage)}"` : '';
    const cells = [coverage ? String(mostOf(coverage)) : '', String(n), escaped(text) + stillNote(still)];
    return `<tr id="${this.#anchor(file, n)}"${kind}>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  }

  #declared({ declared }: ToggleCoverage): string {
    if (!declared) return '';
    return `<a href="#${this.#anchor(declared.file, declared.line)}">${escaped(this.#short(declared.file))}:${declared.line}</a>`;
  }

  #line({ file, line, counts }: LineCoverage): string {
    const missed = counts.filter((count) => count === 0).length;
    const part = missed === counts.length ? '' : ` (${missed} of ${counts.length})`;
    return `<a href="#${this.#anchor(file, line)}">${line}</a>${part}`;
  }

  #link(file: string): string {
    return `<a href="#f${this.#numbers.get(file)}">${escaped(this.#short(file))}</a>`;
  }

  #anchor(file: string, line: number): string {
    return `f${this.#numbers.get(file)}-${line}`;
  }

  #short(file: string): string {
    return relative(this.#root, file);
  }
}

/** Signals that are named behind a line; all are where a pointer rests on it. */
const named = 2;

function stillNote(still: readonly ToggleCoverage[]): string {
  if (still.length === 0) return '';
  const names = still.map(stillText);
  const rest = names.length - named;
  const shown = [...names.slice(0, named), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
  return `<span class="still" title="${escaped(names.join(', '))}">${escaped(shown)}</span>`;
}

type Row = readonly string[] | { readonly kind: string; readonly cells: readonly string[] };

/** Cells hold HTML; a number stands at the right. */
function table(heads: readonly string[], rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { kind, cells } = 'cells' in row ? row : { kind: '', cells: row };
    const text = cells.map((cell) =>
      /^[\d,.]+%?$/.test(cell) ? `<td class="number">${cell}` : `<td>${cell}`,
    );
    return `<tr${kind ? ` class="${kind}"` : ''}>${text.join('</td>')}</td></tr>`;
  });
  const head = heads.map((text) => `<th>${text}</th>`).join('');
  return `<table class="summary">\n<tr>${head}</tr>\n${lines.join('\n')}\n</table>`;
}

const number = (n: number): string => n.toLocaleString('en-US');

function shareCells(share: Reached): string[] {
  const { reached, of } = share;
  if (of === 0) return ['', '', '', ''];
  const bar = `<meter min="0" max="${of}" value="${reached}"></meter>`;
  return [number(reached), number(of), percentText(share), bar];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
