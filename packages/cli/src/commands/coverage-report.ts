// --coverage of `verify` and `sim run`: what is gathered, where it is shown, and how much of it is enough.
// Invariant: a file that cannot be written, or whose kind is unknown, is told before anything is simulated.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Coverage, coverageHtml, coverageLcov, coverageMarkdown, coverageText } from '@gatewright/sim';
import { type Command, Option } from 'commander';
import { UsageError, VerificationFailed } from '../errors.ts';
import { type Io, pathOf } from '../io.ts';
import { integerArgument } from './number-argument.ts';

/** What the user says of coverage. */
export interface CoverageFlags {
  /** True, or the file for the report. */
  readonly coverage?: boolean | string;
  /** Per cent of the statements and of the cover points that must be reached. */
  readonly coverageMin?: number;
}

/** Coverage being gathered, and its report. */
export interface CoverageReport {
  readonly coverage: Coverage;
  text(): string;
  json(): { readonly coverage: object };
  /** Writes the report, when a file was asked for. */
  write(): Promise<void>;
  /** What --coverage-min finds too little; undefined when nothing is. */
  failure(): VerificationFailed | undefined;
}

/** Ending of the file -> what is written to it. */
const renderers: Readonly<Record<string, (coverage: Coverage, title: string, root: string) => string>> = {
  '.html': coverageHtml,
  '.md': coverageMarkdown,
  '.info': (coverage, _, root) => coverageLcov(coverage, root),
};

/** Adds the two options; `who` reaches what is counted. */
export function addCoverageOptions(command: Command, who: string): void {
  command
    .option(
      '--coverage [file]',
      `show what ${who} reach (with Verilator), and write a report: .html, .md, or LCOV as .info`,
    )
    .addOption(
      new Option(
        '--coverage-min <percent>',
        'fail when less of the statements or of the cover points is reached',
      ).argParser(integerArgument(0, 100)),
    );
}

/** What the flags ask for; undefined when that is nothing. The report has a title. Throws a UsageError. */
export function coverageReportOf(title: string, flags: CoverageFlags, io: Io): CoverageReport | undefined {
  const { coverageMin } = flags;
  if (!flags.coverage && coverageMin === undefined) return undefined;
  const coverage = new Coverage();
  const given = typeof flags.coverage === 'string' ? flags.coverage : undefined;
  const render = renderers[/\.\w+$/.exec(given ?? '')?.[0] ?? ''];
  if (given !== undefined && !render)
    throw new UsageError(`--coverage ${given}: the file must end in .html, .md or .info (LCOV)`);
  const path = given === undefined ? undefined : pathOf(io, given);
  if (path !== undefined && !existsSync(dirname(path)))
    throw new UsageError(`--coverage ${given}: there is no folder ${dirname(path)}`);
  return {
    coverage,
    text: () => `\n${coverageText(coverage, io.cwd)}\n`,
    json() {
      const { totals, lines, toggles, covers } = coverage;
      return { coverage: { totals, lines, toggles, covers } };
    },
    async write() {
      if (path !== undefined && render) await writeFile(path, render(coverage, title, io.cwd));
    },
    failure() {
      if (coverageMin === undefined) return undefined;
      const { statements, covers } = coverage.totals;
      if (statements.of === 0)
        return new VerificationFailed(
          'no statement was counted, so --coverage-min cannot be met',
          'the native back end counts cover points alone: leave out --backend, or take verilator or both',
        );
      const tooFew = [
        { what: 'statements ran', ...statements },
        { what: 'cover points were reached', ...covers },
      ].filter(({ reached, of }) => 100 * reached < coverageMin * of);
      if (tooFew.length === 0) return undefined;
      const found = tooFew.map(({ what, reached, of }) => `${reached} of ${of} ${what}`).join(', ');
      return new VerificationFailed(
        `${found}: less than ${coverageMin}% (--coverage-min)`,
        '--coverage report.html shows which did not',
      );
    },
  };
}
