// What a run of the language model shows: its text, every operation's cycles and utilisation, the roofline.
// Invariant: a function of the report; utilisation counts multiply-accumulates that the model needs, not places of the array.

import { VerificationFailed } from '../errors.ts';
import { countOf, countText, secondsText } from '../terminal/number-text.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import {
  bytesPerCycle,
  type ChosenUnit,
  type CoSimulation,
  type CoSimulationReport,
  type OperationTotals,
} from './co-simulate.ts';

const right = (head: string): Column => ({ head, align: 'right' });
const add = (a: OperationTotals, b: OperationTotals): OperationTotals => ({
  ...a,
  macs: a.macs + b.macs,
  cycles: a.cycles + b.cycles,
  predictedCycles: a.predictedCycles + b.predictedCycles,
  bytes: a.bytes + b.bytes,
  elements: a.elements + b.elements,
  checks: a.checks + b.checks,
});
const sum = (name: string, list: readonly OperationTotals[]): OperationTotals =>
  list.reduce(add, {
    ...{
      name,
      unit: list[0]?.unit,
      macs: 0,
      cycles: 0,
      predictedCycles: 0,
      bytes: 0,
      elements: 0,
      checks: 0,
    },
  });

/** Where a unit stands under its roof: what it can compute, and what its streams can carry. */
export interface Roof {
  readonly unit: string;
  readonly macs: number;
  readonly cycles: number;
  readonly macPerCycle: number;
  readonly peak: number;
  /** Multiply-accumulates per byte that went through its streams. */
  readonly intensity: number;
  readonly bytesPerCycle: number;
  /** The lower of peak and intensity x bytes per cycle. */
  readonly attainable: number;
}

/** One roof per unit that was simulated. */
export function roofs(run: CoSimulation, { operations }: CoSimulationReport): Roof[] {
  return [run.linearUnit, run.attentionUnit].flatMap((chosen): Roof[] => {
    if (!chosen) return [];
    const { macs, cycles, bytes } = sum(
      '',
      operations.filter((o) => o.unit === chosen.unit),
    );
    if (cycles === 0 || bytes === 0) return [];
    const intensity = macs / bytes;
    const carried = bytesPerCycle(chosen);
    return [
      {
        ...{ unit: chosen.unit, macs, cycles, macPerCycle: macs / cycles, peak: chosen.peak, intensity },
        ...{ bytesPerCycle: carried, attainable: Math.min(chosen.peak, intensity * carried) },
      },
    ];
  });
}

export function runText(run: CoSimulation, report: CoSimulationReport, width: number): string {
  const { operations, passes, text, backends, seconds, difference } = report;
  const peaks = new Map(
    [run.linearUnit, run.attentionUnit].flatMap((u): [string, number][] => (u ? [[u.unit, u.peak]] : [])),
  );
  const simulated = run.backend !== 'golden';
  const row = (o: OperationTotals): string[] => {
    const cycles = simulated ? o.cycles : o.predictedCycles;
    const rate = o.macs / cycles;
    const peak = o.unit === undefined ? undefined : peaks.get(o.unit);
    if (cycles === 0) return [o.name, countText(o.macs), '-', '-', '-', '-'];
    return [
      ...[o.name, countText(o.macs), countText(cycles), rate.toFixed(2)],
      peak === undefined ? '' : `${((100 * rate) / peak).toFixed(1)} %`,
      simulated ? countText(o.elements) : '-',
    ];
  };
  const columns = [
    { head: 'operation' },
    ...['MAC', simulated ? 'cycles' : 'cycles (predicted)', 'MAC/cycle', 'of peak', 'compared'].map(right),
  ];
  const parts = [...new Set(operations.map((o) => o.unit))].map((unit) =>
    sum(
      unit ?? 'golden model',
      operations.filter((o) => o.unit === unit),
    ),
  );
  const all = sum('all', operations);
  const cycles = simulated ? all.cycles : all.predictedCycles;
  const summary = [
    ['model', `prompt ${JSON.stringify(run.prompt)}, ${countOf(passes, 'pass', 'passes')}`],
    ['linear layers', `${run.linear.name}: ${unitText(run.linearUnit)}`],
    ['attention', `${run.attention.name}: ${unitText(run.attentionUnit)}`],
    ['text', JSON.stringify(run.prompt + text)],
    ['MAC', countText(all.macs)],
    [
      'cycles',
      `${countText(cycles)}${simulated ? '' : ', predicted'}; ${countText(Math.round(cycles / Math.max(1, passes)))} per pass`,
    ],
    ...(simulated
      ? [
          [
            'compared',
            `${countText(all.elements)} elements of tensors, ${countText(all.checks)} values of streams, bit by bit`,
          ],
          ['mismatches', difference ? countText(difference.count) : '0'],
        ]
      : []),
    ['simulated by', backends.join(' and ') || 'nothing: golden models'],
    ['seconds', secondsText(seconds)],
  ];
  const sections = [
    renderTable(columns, [...operations, ...parts].map(row), width),
    ...roofSection(roofs(run, report), width),
    renderTable([{ head: 'run' }, { head: '', wrap: true }], summary, width),
  ];
  return `${sections.join('\n\n')}\n`;
}

function roofSection(list: readonly Roof[], width: number): string[] {
  if (list.length === 0) return [];
  const heads = ['MAC/byte', 'bytes/cycle', 'peak', 'attainable', 'reached', 'of attainable', 'bound by'];
  const rows = list.map((r) => [
    ...[r.unit, r.intensity.toFixed(2), r.bytesPerCycle.toFixed(1), r.peak.toFixed(1)],
    ...[r.attainable.toFixed(2), r.macPerCycle.toFixed(2)],
    `${((100 * r.macPerCycle) / r.attainable).toFixed(1)} %`,
    r.attainable < r.peak ? 'streams' : 'multipliers',
  ]);
  return [renderTable([{ head: 'roofline, MAC/cycle' }, ...heads.map(right)], rows, width)];
}

const unitText = (chosen: ChosenUnit | undefined): string =>
  chosen
    ? `${chosen.unit} ${Object.entries(chosen.params)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`
    : 'golden model, no unit';

export function runJson(run: CoSimulation, report: CoSimulationReport) {
  const { prompt, linear, attention, backend } = run;
  return {
    prompt,
    linear: linear.name,
    attention: attention.name,
    backend,
    ...report,
    roofs: roofs(run, report),
  };
}

/** The error that a run with a difference ends with. */
export function runFailure({ difference }: CoSimulationReport): VerificationFailed | undefined {
  if (!difference) return undefined;
  const { operation, pass, where, expected, actual, count } = difference;
  return new VerificationFailed(
    `${operation}, pass ${pass}: ${where} is ${actual}, the golden model says ${expected} (${countOf(count, 'difference')} in this operation)`,
  );
}
