// What a design costs on a target: an FPGA family, plain CMOS gates, or a library of standard cells.
// Invariant: every design of a table goes through the same flow with the same options; a figure that cannot be had on this
// machine is said so in words, never left out silently and never estimated.

import { version as yosysVersion } from '@yowasp/yosys';
import type { SourceFile } from '../run-yosys.ts';
import { type SynthesisOptions, synthesiseFpga, synthesiseGates } from '../synthesise.ts';
import { cached } from './cost-cache.ts';
import { findLiberty } from './liberty.ts';
import type { JsonModule, PortValues } from './netlist-activity.ts';
import { findOpenSta, timeNetlist } from './opensta.ts';
import { powerOfData } from './power-of-data.ts';
import { synthesiseCells } from './synthesise-cells.ts';

/** What is measured. */
export interface CostDesign {
  readonly files: readonly SourceFile[];
  readonly top: string;
  /** The clock port; absent for a combinational design. */
  readonly clock?: string | undefined;
  /** What its input ports are fed with, cycle by cycle, for `dataPowerMw`. */
  readonly stimulus?: readonly PortValues[] | undefined;
}

/** Figures by name; which ones there are depends on the target. */
export interface CostFigures {
  /** FPGA: look-up tables, flip-flops, CARRY4 blocks, DSP slices, shift-register LUTs, RAM blocks. */
  readonly lut?: number;
  readonly ff?: number;
  readonly carry?: number;
  readonly dsp?: number;
  readonly srl?: number;
  readonly ram?: number;
  /** Gates: CMOS gates, transistors (16 a flip-flop), gates on the longest path. */
  readonly gates?: number;
  readonly transistors?: number;
  readonly depth?: number;
  /** Standard cells: area; critical path and power by OpenSTA, of inputs with one activity and of the design's stimulus. */
  readonly areaUm2?: number;
  readonly delayNs?: number;
  readonly powerMw?: number;
  readonly dataPowerMw?: number;
}

export interface Cost {
  readonly figures: CostFigures;
  /** Why some figures of the target are missing, with what to do. */
  readonly unavailable?: string | undefined;
}

export interface CostOptions extends SynthesisOptions {
  /** The frequency that cells are mapped for and power is stated at. */
  readonly clockMhz: number;
  /** Transitions of each input per clock cycle, for power; 0.1 (OpenSTA's own) by default. */
  readonly activity?: number | undefined;
  /** Where figures are kept between runs. */
  readonly cacheFolder?: string | undefined;
  /** The program of OpenSTA; `sta` by default. */
  readonly openSta?: string | undefined;
}

/** Changes when the same design on the same target would give other figures. */
const FLOW = 1;
/** The same of standard cells, and of the netlist that is kept of them. */
const CELL_FLOW = 3;

/** `xc7` and `xcup` are AMD FPGAs, `gates` plain CMOS, `cmos` also with XOR gates and multiplexers; anything else is the name or the file of a liberty library. */
export async function measureCost(design: CostDesign, target: string, options: CostOptions): Promise<Cost> {
  const { flatten, dsp, wideMux, run } = options;
  const { files, top } = design;
  const key = (...more: unknown[]): unknown => [FLOW, yosysVersion, files, top, target, ...more];
  switch (target) {
    case 'xc7':
    case 'xcup':
      return cached(options.cacheFolder, key(flatten, dsp, ...(wideMux ? [wideMux] : [])), async () => {
        const {
          lut,
          ff,
          carry,
          dsp: slices,
          srl,
          ram,
        } = await synthesiseFpga(files, top, target, { flatten, dsp, wideMux, run });
        return { figures: { lut, ff, carry, dsp: slices, srl, ram } };
      });
    case 'gates':
    case 'cmos':
      return cached(options.cacheFolder, key(), async () => {
        const library = target === 'cmos' ? 'cmos' : 'cmos4';
        const { gates, ff, transistors, depth } = await synthesiseGates(files, top, { run, library });
        return { figures: { gates, ff, transistors, depth } };
      });
    default:
      return measureCells(design, target, options, key);
  }
}

async function measureCells(
  design: CostDesign,
  target: string,
  options: CostOptions,
  key: (...more: unknown[]) => unknown,
): Promise<Cost> {
  const liberty = await findLiberty(target);
  if ('unavailable' in liberty) return { figures: {}, unavailable: liberty.unavailable };
  const { clockMhz, activity = 0.1, cacheFolder, flatten, run } = options;
  const cells = await cached(cacheFolder, key(CELL_FLOW, liberty.text, clockMhz, flatten), () =>
    synthesiseCells(design.files, design.top, liberty, clockMhz, { flatten, run }),
  );
  const figures = { areaUm2: cells.areaUm2 };
  const sta = await findOpenSta(options.openSta);
  if ('unavailable' in sta) return { figures, unavailable: sta.unavailable };
  const mapped = { ...design, netlist: cells.netlist, liberty };
  const keyOf = (...more: unknown[]): unknown =>
    key(CELL_FLOW, liberty.text, cells.netlist, clockMhz, sta.version, ...more);
  const timed = await cached(cacheFolder, keyOf(activity), () =>
    timeNetlist(sta.command, mapped, { clockMhz, activity }),
  );
  if (timed.powerMw === undefined)
    return {
      figures: { ...figures, ...timed },
      unavailable: `OpenSTA broke off at the power of ${design.top}`,
    };
  const { stimulus } = design;
  if (!stimulus) return { figures: { ...figures, ...timed } };
  const module = (JSON.parse(cells.json) as { modules: Record<string, JsonModule> }).modules[design.top]!;
  const data = stimulus.map((cycle) => Object.entries(cycle).map(([port, value]) => [port, String(value)]));
  const power = await cached(cacheFolder, keyOf(data), () =>
    powerOfData(sta.command, mapped, module, { clockMhz, stimulus }),
  );
  if (typeof power !== 'number') return { figures: { ...figures, ...timed }, ...power };
  return { figures: { ...figures, ...timed, dataPowerMw: power } };
}

/** The names that need nothing installed, and the library that is asked for by default. */
export const COST_TARGETS = ['xc7', 'xcup', 'gates', 'cmos', 'osu018'] as const;

/** Whether a target is a library of standard cells, with area and power. */
export const isCellLibrary = (target: string): boolean => !['xc7', 'xcup', 'gates', 'cmos'].includes(target);
