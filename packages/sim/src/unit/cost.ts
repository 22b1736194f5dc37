// What a unit says about its cost: which circuits stand in its table, which of them are compared, and what was published.
// Invariant: a row is a circuit to be synthesised, never a number; a number that nobody here measured is a PublishedFigure
// with a source. How circuits are synthesised is none of a unit's business.

import type { Circuit } from '@gatewright/hdl-core';
import type { GemmWorkload } from './unit.ts';

/** Values of input ports in one clock cycle, by their names in the Verilog; a port that is not named keeps its value, at first 0. */
export type CostCycle = Readonly<Record<string, number | bigint>>;

/** A circuit of the table. */
export interface CostRow {
  /** Unique in the table. */
  readonly label: string;
  /** Elaborated when its turn comes. */
  readonly circuit: () => Circuit;
  /** True for a circuit that stands there to compare with. */
  readonly baseline?: boolean | undefined;
  /** Multiply-accumulates per clock cycle; 1 by default. */
  readonly macs?: number | undefined;
  /** Keep the hierarchy in synthesis: for arrays, where it costs little and saves much time. */
  readonly keepHierarchy?: boolean | undefined;
  /** Build wide selectors of the FPGA's own multiplexers behind the LUTs (MUXF7, MUXF8). */
  readonly wideMux?: boolean | undefined;
  /** What a layer feeds its ports with, for power of real data. */
  readonly stimulus?: ((layer: GemmWorkload) => readonly CostCycle[]) | undefined;
  /** Other rows, by label, whose figures are added: a part of them (such as 1/32) serves this circuit. */
  readonly shares?: readonly { readonly of: string; readonly share: number }[] | undefined;
  /** It holds primitives that only this target knows. */
  readonly onlyOn?: 'xcup' | 'xc7' | undefined;
}

/**
 * Where a number comes from: `paper`, the text of the unit's paper; `peer`, another publication; `derived`, computed by us from
 * published numbers; `ours`, measured here.
 */
export type CostTag = 'paper' | 'peer' | 'derived' | 'ours';

/** A number that somebody else published. */
export interface PublishedFigure {
  /** What it is of, such as `FP16 PE`. */
  readonly of: string;
  /** Such as `area`. */
  readonly figure: string;
  /** With its unit. */
  readonly value: string;
  readonly tag: Exclude<CostTag, 'ours'>;
  /** Where it stands, and on which technology. */
  readonly source: string;
}

/** How many times better the row `better` is than the row `than`, per multiply-accumulate, on every target. */
export interface CostComparison {
  readonly label: string;
  /** Labels of rows. */
  readonly better: string;
  readonly than: string;
  /** The published ratio, if there is one: of size, of power, or of their product. */
  readonly published?:
    | {
        readonly ratio: number;
        readonly of: 'size' | 'power' | 'size x power';
        readonly tag: Exclude<CostTag, 'ours'>;
        readonly source: string;
      }
    | undefined;
}

export interface UnitCost {
  /** In MHz: what cells are mapped for, and the frequency of the power figures. The same for every row. */
  readonly clockMhz: number;
  readonly rows: readonly CostRow[];
  readonly comparisons?: readonly CostComparison[] | undefined;
  readonly published?: readonly PublishedFigure[] | undefined;
}
