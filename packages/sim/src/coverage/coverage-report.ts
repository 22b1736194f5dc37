// Coverage for people: a summary as text, and the annotated source as Markdown or as an HTML page.
// Invariant: a function of the coverage and the source files; the same coverage reads the same.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Coverage, LineCoverage } from './coverage.ts';

/** Signals and lines that the summary names. */
const listed = 12;

const percent = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)}%`;

/** Totals, and what was not reached; paths are relative to `root`. */
export function coverageText(coverage: Coverage, root = process.cwd()): string {
  const { lines, toggles, covers } = coverage;
  const sum = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0);
  const statements = sum(lines.map((line) => line.statements));
  const ran = statements - sum(lines.map((line) => line.missed));
  const bits = sum(toggles.map((signal) => signal.bits));
  const changed = bits - sum(toggles.map((signal) => signal.missed.length));
  const hit = covers.filter(({ count }) => count > 0).length;
  const missedLines = lines.filter(({ missed }) => missed > 0);
  const still = toggles.filter(({ missed }) => missed.length > 0);
  return [
    `statements     ${ran} of ${statements} ran (${percent(ran, statements)})`,
    `bits           ${changed} of ${bits} changed (${percent(changed, bits)})`,
    ...(covers.length > 0
      ? [`cover points   ${hit} of ${covers.length} reached (${percent(hit, covers.length)})`]
      : []),
    ...section(
      'never ran',
      missedLines.map((line) => missedText(line, root)),
    ),
    ...section(
      'never changed',
      still.map(({ module, signal, bits: all, missed }) =>
        missed.length === all ? `${module}.${signal}` : `${module}.${signal}${rangeText(missed)}`,
      ),
    ),
    ...section(
      'cover points never reached',
      covers.filter(({ count }) => count === 0).map(({ module, name }) => `${module}.${name}`),
    ),
  ].join('\n');
}

function section(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const rest = entries.length - listed;
  const shown = entries.slice(0, listed).map((entry) => `  ${entry}`);
  return [`${title}:`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

function missedText({ file, line, missed, statements }: LineCoverage, root: string): string {
  const part = missed === statements ? '' : ` (${missed} of its ${statements} statements)`;
  return `${relative(root, file)}:${line}${part}`;
}

/** `[7:4]`, `[7:4,1]` */
function rangeText(bits: readonly number[]): string {
  const numbers = bits.toReversed();
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    let end = i;
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end]! - 1) end++;
    parts.push(end === i ? `${numbers[i]}` : `${numbers[i]}:${numbers[end]}`);
    i = end + 1;
  }
  return `[${parts.join(',')}]`;
}

/** One line of a source file, annotated. */
interface AnnotatedLine {
  readonly number: number;
  readonly text: string;
  readonly coverage: LineCoverage | undefined;
}

/** The source files that became hardware, with how often each line ran. */
function annotated(coverage: Coverage): [file: string, lines: AnnotatedLine[]][] {
  const byFile = new Map<string, Map<number, LineCoverage>>();
  for (const line of coverage.lines) {
    const lines = byFile.get(line.file) ?? new Map<number, LineCoverage>();
    byFile.set(line.file, lines.set(line.line, line));
  }
  return [...byFile].map(([file, lines]) => {
    const source = sourceOf(file) ?? [];
    return [file, source.map((text, i) => ({ number: i + 1, text, coverage: lines.get(i + 1) }))];
  });
}

/** A bundled design may be far from its source. */
function sourceOf(file: string): string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

/** `!` never ran, `~` in part; then how often. */
const mark = (line: LineCoverage | undefined): string => {
  if (!line) return '';
  const sign = line.missed === line.statements ? '!' : line.missed > 0 ? '~' : '';
  return `${sign}${line.count}`;
};

/** The summary and the annotated source as Markdown. */
export function coverageMarkdown(coverage: Coverage, title: string, root = process.cwd()): string {
  const files = annotated(coverage).map(([file, lines]) => {
    const width = Math.max(4, ...lines.map((line) => mark(line.coverage).length));
    const rows = lines.map(({ number, text, coverage: line }) =>
      `${mark(line).padStart(width)} ${String(number).padStart(4)}  ${text}`.trimEnd(),
    );
    return `## ${relative(root, file)}\n\n\`\`\`\n${rows.join('\n')}\n\`\`\`\n`;
  });
  return [
    `# Coverage of ${title}\n`,
    `\`\`\`\n${coverageText(coverage, root)}\n\`\`\`\n`,
    'Before each line: how often it ran; `!` never, `~` some of the statements made from it never did.\n',
    ...files,
  ].join('\n');
}

/** The same as a page of its own. */
export function coverageHtml(coverage: Coverage, title: string, root = process.cwd()): string {
  const files = annotated(coverage).map(([file, lines]) => {
    const rows = lines.map(({ number, text, coverage: line }) => {
      const kind = !line ? '' : line.missed === line.statements ? 'never' : line.missed > 0 ? 'part' : 'ran';
      return `<tr class="${kind}"><td>${line?.count ?? ''}</td><td>${number}</td><td>${escaped(text)}</td></tr>`;
    });
    return `<h2>${escaped(relative(root, file))}</h2>\n<table>\n${rows.join('\n')}\n</table>`;
  });
  return `<!doctype html>
<meta charset="utf-8">
<title>Coverage of ${escaped(title)}</title>
<style>
body { font-family: sans-serif; margin: 2em; }
table { border-collapse: collapse; font: 13px monospace; white-space: pre; }
td { padding: 0 .8em; }
td:nth-child(-n+2) { color: #777; text-align: right; }
.ran { background: #e6f6e6; } .part { background: #fff3cc; } .never { background: #fbdcdc; }
</style>
<h1>Coverage of ${escaped(title)}</h1>
<pre>${escaped(coverageText(coverage, root))}</pre>
${files.join('\n')}
`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
