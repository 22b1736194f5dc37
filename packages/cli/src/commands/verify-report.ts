// The result of `verify` as tables, as JSON and as an error.
// Invariant: a function of the reports; the same reports read the same.

import type { AnyUnit, Mismatch, VerifyReport } from '@gatewright/sim';
import { VerificationFailed } from '../errors.ts';
import { countOf, countText, secondsText, valueText } from '../terminal/number-text.ts';
import { renderTable } from '../terminal/table.ts';
import { parametersText } from '../unit/parameter-flags.ts';
import { backendsText } from './backend-option.ts';
import type { Verified } from './verify.ts';

/** Mismatches shown per configuration. */
const shown = 8;

const predictedOf = (report: VerifyReport): number =>
  report.scenarios.reduce((sum, s) => sum + s.predictedCycles, 0);

/** Tables and the sentences below them. */
export function verificationText(
  unit: AnyUnit,
  done: readonly Verified[],
  { seed, runs }: { readonly seed: number; readonly runs: number },
  width: number,
): string {
  const total = (of: (report: VerifyReport) => number): number =>
    done.reduce((sum, { report }) => sum + of(report), 0);
  const rows = done.map(({ given, report }) => [
    // With `=` a flag and its value stay on one line.
    parametersText(given, '=') || '(defaults)',
    countText(report.scenarios.length),
    countText(report.checks),
    countText(report.cycles),
    predictedOf(report) === 0 ? '' : countText(predictedOf(report)),
    countText(report.mismatchCount),
    secondsText(report.seconds),
  ]);
  const number = (head: string) => ({ head, align: 'right' as const });
  const columns = [
    { head: 'configuration', wrap: true },
    ...['scenarios', 'checks', 'cycles', 'predicted', 'mismatches', 'seconds'].map(number),
  ];
  const checks = `${countOf(
    total((r) => r.checks),
    'output value',
  )} of ${unit.name} compared bit by bit in ${countOf(done.length, 'configuration')}: ${countOf(
    total((r) => r.mismatchCount),
    'mismatch',
    'mismatches',
  )}.`;
  return `${[
    renderTable(columns, rows, width),
    scenarioTable(
      done.map(({ report }) => report),
      width,
    ),
    ...done.filter(({ report }) => !report.ok).map((verified) => faultsText(verified, width)),
    checks,
    simulatorsText(done),
    `Seed ${seed}: ${command(unit, done.length === 1 ? done[0] : undefined, done)} --seed ${seed} --runs ${runs} does the same again.`,
  ].join('\n\n')}\n`;
}

/** Which simulators judged, and how to have both. */
function simulatorsText(done: readonly Verified[]): string {
  const names = new Set(done.flatMap(({ report }) => report.backends));
  const text = `Simulated by ${backendsText(names)}`;
  if (names.size > 1) return `${text}, every output port compared in every cycle.`;
  return `${text} alone${names.has('native') ? ': `--backend both` says what keeps Verilator from running' : ''}.`;
}

/** What was tried, over all configurations; the random lists are one row. */
function scenarioTable(reports: readonly VerifyReport[], width: number): string {
  const rows = new Map<string, { configurations: number; checks: number; mismatches: number }>();
  for (const { scenarios } of reports) {
    const seen = new Set<string>();
    for (const { name, checks, mismatches } of scenarios) {
      const shownName = /^random \d+$/.test(name) ? 'random lists' : name;
      const row = rows.get(shownName) ?? { configurations: 0, checks: 0, mismatches: 0 };
      row.configurations += seen.has(shownName) ? 0 : 1;
      row.checks += checks;
      row.mismatches += mismatches;
      seen.add(shownName);
      rows.set(shownName, row);
    }
  }
  const number = (head: string) => ({ head, align: 'right' as const });
  return renderTable(
    [
      { head: 'scenario, at full speed and with stalls', wrap: true },
      ...['configurations', 'checks', 'mismatches'].map(number),
    ],
    [...rows].map(([name, r]) => [
      name,
      countText(r.configurations),
      countText(r.checks),
      countText(r.mismatches),
    ]),
    width,
  );
}

function faultsText({ given, report }: Verified, width: number): string {
  const parts = [`Faults with ${parametersText(given) || 'default parameters'}`];
  if (report.mismatches.length > 0) parts.push(mismatchTable(report.mismatches, report.mismatchCount, width));
  for (const { name, problem } of report.scenarios) if (problem) parts.push(`${name}: ${problem}`);
  return parts.join('\n');
}

/** The first mismatches, one per row. */
export function mismatchTable(mismatches: readonly Mismatch[], count: number, width: number): string {
  const rows = mismatches
    .slice(0, shown)
    .map((m) => [
      m.scenario,
      [m.port, m.path].filter(Boolean).join('.').replace('.[', '['),
      countText(m.index),
      valueText(m.expected),
      m.actual === undefined ? 'nothing came' : valueText(m.actual),
    ]);
  const columns = [
    { head: 'scenario', wrap: true },
    { head: 'port' },
    { head: 'index', align: 'right' as const },
    { head: 'expected', wrap: true },
    { head: 'actual', wrap: true },
  ];
  const rest = count - rows.length;
  return `${renderTable(columns, rows, width)}${rest > 0 ? `\nand ${countText(rest)} more` : ''}`;
}

/** `gatewright verify mixpe --lanes 4`, for one configuration or for all of them. */
function command(unit: AnyUnit, verified: Verified | undefined, all: readonly Verified[]): string {
  const flags = verified ? parametersText(verified.given) || parametersText(verified.report.params) : '';
  return `gatewright verify ${unit.name}${flags && ` ${flags}`}${all[0]?.shell ?? ''}`;
}

/** The error that a failed verification ends with; undefined when all is well. */
export function failureOf(unit: AnyUnit, done: readonly Verified[]): VerificationFailed | undefined {
  const failed = done.filter(({ report }) => !report.ok);
  const [first] = failed;
  if (!first) return undefined;
  const where = `in ${failed.length} of ${countOf(done.length, 'configuration')}`;
  const { seed, counterexample } = first.report;
  const path = counterexample?.path ? ` --path ${counterexample.path}` : '';
  return new VerificationFailed(
    `${unit.name} does not do what its golden model says, ${where}`,
    `${command(unit, first, done)} --seed ${seed}${path} shows it again`,
  );
}

/** The reports for `--json`. */
export function verificationJson(unit: AnyUnit, done: readonly Verified[]) {
  return {
    unit: unit.name,
    ok: done.every(({ report }) => report.ok),
    checks: done.reduce((sum, { report }) => sum + report.checks, 0),
    configurations: done.map(({ given, report }) => ({
      given,
      ...report,
      predictedCycles: predictedOf(report),
    })),
  };
}
