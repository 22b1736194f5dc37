// Coverage as Markdown: the summary and the annotated source.
// Invariant: a function of the coverage and the source files.

import { relative } from 'node:path';
import { annotatedFiles, mostOf, reachOf } from './annotated-source.ts';
import type { Coverage, LineCoverage } from './coverage.ts';
import { coverageText } from './coverage-text.ts';

const signs = { ran: '', part: '~', never: '!' } as const;

const mark = (line: LineCoverage | undefined): string =>
  line ? `${signs[reachOf(line)]}${mostOf(line)}` : '';

/** The summary and the annotated source as Markdown; paths are relative to `root`. */
export function coverageMarkdown(coverage: Coverage, title: string, root = process.cwd()): string {
  const files = annotatedFiles(coverage).map(({ file, lines }) => {
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
