// The result of `demo` as a table, as JSON and as an error.
// Invariant: a function of the result; nothing is computed here that the reports do not hold.

import { type ErrorMetrics, type PrunedWeights, SPARSE_COUNTS } from '@gatewright/golden';
import type { AnyUnit, WorkloadReport } from '@gatewright/sim';
import type { LayerWorkload } from '@gatewright/tiny-lm';
import { VerificationFailed } from '../errors.ts';
import { countOf, countText, secondsText } from '../terminal/number-text.ts';
import { renderTable } from '../terminal/table.ts';
import { parametersText } from '../unit/parameter-flags.ts';
import { backendsText } from './backend-option.ts';
import { mismatchTable } from './verify-report.ts';

export interface DemoResult {
  readonly layer: LayerWorkload;
  readonly text: string;
  readonly report: WorkloadReport<AnyUnit>;
  /** Against the layer in FP32. */
  readonly error: ErrorMetrics;
  /** What pruning left, and the run of the layer before it. */
  readonly pruning?: { readonly dense: WorkloadReport<AnyUnit>; readonly pruned: PrunedWeights };
  /** Where the Verilog is. */
  readonly folder: string;
}

export function demoText({ layer, text, report, error, pruning, folder }: DemoResult, width: number): string {
  const predicted =
    report.cycles === report.predictedCycles
      ? 'as predicted'
      : `predicted ${countText(report.predictedCycles)}`;
  const title = `${layer.layerName}, ${layer.outFeatures} outputs x ${layer.inFeatures} inputs`;
  const rows = [
    ['input', `${countOf(layer.tokens, 'token')} of ${JSON.stringify(shortened(text))}`],
    ['unit', report.unit],
    ['parameters', parametersText(report.params, '=')],
    ['MAC', countText(report.macs)],
    ['cycles', `${countText(report.cycles)}, ${predicted}`],
    ['MAC/cycle', report.macPerCycle.toFixed(3)],
    ...(pruning ? pruningRows(pruning, report) : []),
    ['outputs compared', `${countText(report.checks)} values, bit by bit`],
    ['mismatches', countText(report.mismatchCount)],
    ['error against FP32', `relative RMS ${percent(error.relativeRms)}, SNR ${error.snrDb.toFixed(1)} dB`],
    ['', `largest ${error.maxAbs.toFixed(3)}, mean ${error.meanAbs.toFixed(3)}`],
    ['simulated by', backendsText(report.backends)],
    ['seconds', secondsText(report.seconds)],
    ['Verilog', folder],
  ];
  const table = renderTable([{ head: 'layer' }, { head: title, wrap: true }], rows, width);
  const faults = report.mismatchCount
    ? `\n\n${mismatchTable(report.mismatches, report.mismatchCount, width)}`
    : '';
  return `${table}${faults}\n`;
}

/** How much is left of the weights, and of the time. */
function pruningRows(
  { dense, pruned: { counts, density, lost } }: NonNullable<DemoResult['pruning']>,
  report: WorkloadReport<AnyUnit>,
): string[][] {
  const blocks = SPARSE_COUNTS.map((n) => `${counts.filter((c) => c === n).length} of ${n}:16`).join(', ');
  return [
    ['weights kept', `${percent(density)}, ${percent(lost)} of their squares lost`],
    ['blocks', blocks],
    ['all weights', `${countText(dense.cycles)} cycles, ${dense.macPerCycle.toFixed(3)} MAC/cycle`],
    ['', `${countText(dense.checks)} values compared, ${countText(dense.mismatchCount)} mismatches`],
    ['speed-up', `${(dense.cycles / report.cycles).toFixed(2)} of ${(1 / density).toFixed(2)} possible`],
  ];
}

const percent = (ratio: number): string => `${(100 * ratio).toFixed(2)} %`;
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function pruningJson({ dense, pruned }: NonNullable<DemoResult['pruning']>) {
  const { cycles, macs, macPerCycle, checks, mismatchCount } = dense;
  const { density, lost, counts } = pruned;
  return { density, lost, counts: [...counts], dense: { cycles, macs, macPerCycle, checks, mismatchCount } };
}

export function demoJson({ layer, text, report, error, pruning, folder }: DemoResult) {
  const { layerName, outFeatures, inFeatures, tokens } = layer;
  const { outputs: _outputs, results: _results, ...numbers } = report;
  return {
    layer: { layerName, outFeatures, inFeatures, tokens },
    text,
    ...numbers,
    error,
    ...(pruning ? { pruning: pruningJson(pruning) } : {}),
    folder,
  };
}

/** The error that a demo with mismatches ends with. */
export function demoFailure({ report }: DemoResult): VerificationFailed | undefined {
  if (report.mismatchCount === 0) return undefined;
  return new VerificationFailed(
    `${countOf(report.mismatchCount, 'output')} of the hardware differ from the golden model`,
    `gatewright verify ${report.unit} ${parametersText(report.params)} looks closer`,
  );
}
