// The TypeScript files that became hardware, line by line, with what was reached of each.
// Invariant: a file that cannot be read has no lines; nothing else is left out.

import { readFileSync } from 'node:fs';
import type { Coverage, LineCoverage, ToggleCoverage } from './coverage.ts';
import { isMissed, isStill } from './coverage-text.ts';

/** One line of a source file. */
export interface AnnotatedLine {
  readonly number: number;
  readonly text: string;
  /** Undefined when no statement was made from it. */
  readonly coverage: LineCoverage | undefined;
  /** Signals that it declares, with bits that never changed. */
  readonly still: readonly ToggleCoverage[];
}

export interface AnnotatedFile {
  /** Full path. */
  readonly file: string;
  readonly lines: readonly AnnotatedLine[];
  /** Those from which statements were made. */
  readonly covered: readonly LineCoverage[];
}

export function annotatedFiles(coverage: Coverage): AnnotatedFile[] {
  const statements = groupedBy(coverage.lines, ({ file }) => file);
  const still = groupedBy(coverage.toggles.filter(isStill), ({ declared }) => declared?.file);
  const names = [...statements.keys(), ...[...still.keys()].filter((file) => file !== undefined)];
  return [...new Set(names)].sort().map((file) => {
    const covered = statements.get(file) ?? [];
    const byLine = new Map(covered.map((line) => [line.line, line]));
    const signals = groupedBy(still.get(file) ?? [], ({ declared }) => declared?.line);
    const lines = sourceOf(file).map((text, i) => ({
      number: i + 1,
      text,
      coverage: byLine.get(i + 1),
      still: signals.get(i + 1) ?? [],
    }));
    return { file, lines, covered };
  });
}

/** How often the statement of a line ran that ran most. */
export const mostOf = ({ counts }: LineCoverage): number => Math.max(...counts);

/** All statements of a line ran, some, or none. */
export const reachOf = (line: LineCoverage): 'ran' | 'part' | 'never' =>
  !isMissed(line) ? 'ran' : mostOf(line) > 0 ? 'part' : 'never';

/** A bundled design may be far from its source. */
function sourceOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').replace(/\n$/, '').split('\n');
  } catch {
    return [];
  }
}

/** Items by what they have in common, in the order in which that is met. */
export function groupedBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
