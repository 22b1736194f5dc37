// The cost table of a unit: every row on every target, measured by one flow.
// Invariant: rows and comparisons come from the unit, numbers from measureCost; a figure that is missing has its reason beside it.

import { type Circuit, clockOf } from '@gatewright/hdl-core';
import type { AnyUnit, CostComparison, CostRow, GemmWorkload, PublishedFigure } from '@gatewright/sim';
import {
  type Cost,
  type CostDesign,
  type CostFigures,
  type CostOptions,
  isCellLibrary,
  measureCost,
} from '@gatewright/yosys';
import { parametersText } from '../unit/parameter-flags.ts';

export interface MeasuredRow extends Cost {
  readonly label: string;
  readonly baseline: boolean;
  readonly macs: number;
}

export interface TargetTable {
  readonly target: string;
  readonly rows: readonly MeasuredRow[];
}

/** How many times less the better row needs per multiply-accumulate; undefined where a figure is missing. */
export interface MeasuredComparison extends CostComparison {
  readonly target: string;
  readonly size: number | undefined;
  readonly power: number | undefined;
  readonly dataPower: number | undefined;
}

export interface CostTable {
  readonly unit: string;
  readonly clockMhz: number;
  readonly targets: readonly TargetTable[];
  readonly comparisons: readonly MeasuredComparison[];
  readonly published: readonly PublishedFigure[];
}

/** The rows that a unit declares, or one for each of its configurations. */
export const costRows = (unit: AnyUnit): readonly CostRow[] =>
  unit.cost?.rows ?? unit.configurations.map((params) => configurationRow(unit, params));

/** The unit with the given parameters as a row. */
export const configurationRow = (unit: AnyUnit, params: Record<string, unknown>): CostRow => ({
  label: parametersText(params, '=') || '(defaults)',
  circuit: () => unit.module.elaborate(params),
});

export interface TableOptions extends Omit<CostOptions, 'flatten'> {
  /** What feeds the rows that say how, for power of real data in standard cells. */
  readonly layer?: (() => GemmWorkload) | undefined;
  /** Told when a figure is there. */
  readonly onMeasured?: ((row: string, target: string) => void) | undefined;
}

/** Measures `rows` on `targets`, all at once as far as `run` allows. */
export async function measureTable(
  unit: AnyUnit,
  rows: readonly CostRow[],
  targets: readonly string[],
  { onMeasured, layer, ...options }: TableOptions,
): Promise<CostTable> {
  const designs = rows.map((row) => designOf(row.circuit()));
  const fed = (design: CostDesign, { stimulus }: CostRow, target: string): CostDesign =>
    stimulus && layer && isCellLibrary(target) ? { ...design, stimulus: stimulus(layer()) } : design;
  const measure = async (target: string, row: CostRow, index: number): Promise<MeasuredRow> => {
    const cost: Cost =
      row.onlyOn !== undefined && row.onlyOn !== target
        ? { figures: {}, unavailable: `a circuit of ${row.onlyOn} primitives is nothing on other targets` }
        : await measureCost(fed(designs[index]!, row, target), target, {
            ...options,
            flatten: !row.keepHierarchy,
            wideMux: row.wideMux,
          }).catch((error: unknown) => {
            throw new Error(`${row.label} on ${target}: ${error instanceof Error ? error.message : error}`, {
              cause: error,
            });
          });
    onMeasured?.(row.label, target);
    return { label: row.label, baseline: row.baseline ?? false, macs: row.macs ?? 1, ...cost };
  };
  const tables = await Promise.all(
    targets.map(async (target) => ({
      target,
      rows: withShares(rows, await Promise.all(rows.map((row, index) => measure(target, row, index)))),
    })),
  );
  const comparisons = tables.flatMap((table) => compared(table, unit.cost?.comparisons ?? []));
  return {
    unit: unit.name,
    clockMhz: options.clockMhz,
    targets: tables,
    comparisons,
    published: unit.cost?.published ?? [],
  };
}

/** Rows with their shares of other rows added. A row whose share is not in the table has no figures. */
function withShares(rows: readonly CostRow[], measured: readonly MeasuredRow[]): MeasuredRow[] {
  return measured.map((row, index) => {
    let { figures, unavailable } = row;
    for (const { of, share } of rows[index]!.shares ?? []) {
      const other = measured.find((r) => r.label === of);
      if (other) figures = addedFigures(figures, other.figures, share);
      else [figures, unavailable] = [{}, `${row.label} needs the row '${of}'`];
    }
    return { ...row, figures, unavailable };
  });
}

/** Amounts add up; the path is the longer one. */
function addedFigures(a: CostFigures, b: CostFigures, share: number): CostFigures {
  const longest = ['delayNs', 'depth'];
  return Object.fromEntries(
    Object.entries(a).map(([name, value]: [string, number]) => {
      const other = b[name as keyof CostFigures] ?? Number.NaN;
      return [name, longest.includes(name) ? Math.max(value, other) : value + share * other];
    }),
  );
}

const designOf = (circuit: Circuit): CostDesign => ({
  files: circuit.verilog({ locations: false }).map(({ name, text }) => ({ name, text })),
  top: circuit.top.name,
  clock: clockOf(circuit.top),
});

/** What counts as the size of a design on a target. */
export const sizeOf = (target: string, figures: CostFigures): number | undefined => {
  if (isCellLibrary(target)) return figures.areaUm2;
  return figures.transistors ?? figures.lut;
};

function compared(
  { target, rows }: TargetTable,
  comparisons: readonly CostComparison[],
): MeasuredComparison[] {
  return comparisons.flatMap((comparison) => {
    const better = rows.find((r) => r.label === comparison.better);
    const than = rows.find((r) => r.label === comparison.than);
    if (!better || !than) return [];
    // LUTs say nothing where a DSP slice does the work of one side.
    if (better.figures.dsp !== than.figures.dsp) return [];
    const ratio = (of: (row: MeasuredRow) => number | undefined): number | undefined => {
      const [a, b] = [of(than), of(better)];
      return a === undefined || !b ? undefined : a / than.macs / (b / better.macs);
    };
    return [
      {
        ...comparison,
        target,
        size: ratio((r) => sizeOf(target, r.figures)),
        power: ratio((r) => r.figures.powerMw),
        dataPower: ratio((r) => r.figures.dataPowerMw),
      },
    ];
  });
}
