// --coverage of `verify`: what is gathered, and where it is shown.
// Invariant: a file that cannot be written, or whose kind is unknown, is told before anything is simulated.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AnyUnit, Coverage, coverageHtml, coverageMarkdown, coverageText } from '@gatewright/sim';
import { UsageError } from '../errors.ts';
import { type Io, pathOf } from '../io.ts';

/** Coverage being gathered, and its report. */
export interface CoverageReport {
  readonly coverage: Coverage;
  text(): string;
  json(): { readonly coverage: object };
  /** Writes the annotated source, when a file was asked for. */
  write(): Promise<void>;
}

/** What the flags ask for; undefined when that is nothing. Throws a UsageError. */
export function coverageReportOf(
  unit: AnyUnit,
  flags: { readonly coverage?: boolean | string },
  io: Io,
): CoverageReport | undefined {
  if (!flags.coverage) return undefined;
  const coverage = new Coverage();
  const given = typeof flags.coverage === 'string' ? flags.coverage : undefined;
  if (given !== undefined && !/\.(md|html)$/.test(given))
    throw new UsageError(`--coverage ${given}: the file must end in .md or .html`);
  const path = given === undefined ? undefined : pathOf(io, given);
  if (path !== undefined && !existsSync(dirname(path)))
    throw new UsageError(`--coverage ${given}: there is no folder ${dirname(path)}`);
  return {
    coverage,
    text: () => `\n${coverageText(coverage, io.cwd)}\n`,
    json: () => ({
      coverage: { lines: coverage.lines, toggles: coverage.toggles, covers: coverage.covers },
    }),
    async write() {
      if (path === undefined) return;
      const render = path.endsWith('.md') ? coverageMarkdown : coverageHtml;
      await writeFile(path, render(coverage, unit.name, io.cwd));
    },
  };
}
