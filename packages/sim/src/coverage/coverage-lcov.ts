// Coverage as an LCOV tracefile, for genhtml, editors and services that merge and show coverage.
// Invariant: a line is a line of TypeScript; where several statements were made from one, each is a branch of it, so that a
// line of which only a part ran shows.

import { relative } from 'node:path';
import { annotatedFiles, mostOf } from './annotated-source.ts';
import type { Coverage } from './coverage.ts';

/** The lines as LCOV; bits and cover points have no place in it. Paths are relative to `root`. */
export function coverageLcov(coverage: Coverage, root = process.cwd()): string {
  const records = annotatedFiles(coverage)
    .filter(({ covered }) => covered.length > 0)
    .map(({ file, covered }) => {
      const branches = covered
        .filter(({ counts }) => counts.length > 1)
        .flatMap(({ line, counts }) => counts.map((count, k) => ({ line, count, k })));
      return [
        'TN:',
        `SF:${relative(root, file)}`,
        ...branches.map(({ line, count, k }) => `BRDA:${line},0,${k},${count}`),
        `BRF:${branches.length}`,
        `BRH:${branches.filter(({ count }) => count > 0).length}`,
        ...covered.map((line) => `DA:${line.line},${mostOf(line)}`),
        `LF:${covered.length}`,
        `LH:${covered.filter((line) => mostOf(line) > 0).length}`,
        'end_of_record',
      ].join('\n');
    });
  return `${records.join('\n')}\n`;
}
