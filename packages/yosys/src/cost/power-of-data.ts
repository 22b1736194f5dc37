// The power of a mapped design that is fed with data.
// OpenSTA prices a transition of each cell (loads, slews and internal energies are its own), the simulation counts them.
// Invariant: a cell's power is its still power (leakage, clock pins) and its transitions times the price of one. Where a cell
// has two data pins with energies of their own (the input and the output of a flip-flop), both are priced by their mean.
// OpenSTA 2.0.17, which Debian has, reads no VCD or SAIF and heeds activities set on ports only; hence the counting here.

import { cellModels } from './cell-models.ts';
import type { NotAvailable } from './liberty.ts';
import { type Delays, type JsonModule, netlistActivity, type PortValues } from './netlist-activity.ts';
import { askOpenSta, type MappedDesign } from './opensta.ts';

export interface DataPowerOptions {
  readonly clockMhz: number;
  readonly stimulus: readonly PortValues[];
}

/** In mW, over all cycles of the stimulus but the first; or why it cannot be had. */
export async function powerOfData(
  command: string,
  design: MappedDesign,
  module: JsonModule,
  { clockMhz, stimulus }: DataPowerOptions,
): Promise<number | NotAvailable> {
  const models = cellModels(design.liberty.text);
  const foreign = Object.values(module.cells).find(({ type }) => !models.has(type))?.type;
  if (foreign !== undefined)
    return { unavailable: `power of data: cells of the kind ${foreign} are not simulated` };
  const activities = [0, 1];
  const { output, file } = await askOpenSta(
    command,
    design,
    clockMhz,
    [
      'write_sdf -digits 4 delays.sdf',
      ...activities.flatMap((activity) => [
        `set_power_activity -global -activity ${activity} -duty 0.5`,
        'report_power -digits 6 -instances [get_cells *]',
        'puts "end of report"',
      ]),
    ],
    'delays.sdf',
  );
  const [still, active] = output.split('end of report').map(instancePowers);
  const { transitions } = netlistActivity(module, design.clock, models, readSdf(file), stimulus);
  let milliwatts = 0;
  for (const [cell, rate] of transitions) {
    const [at0, at1] = [still?.get(cell), active?.get(cell)];
    if (at0 === undefined || at1 === undefined)
      throw new Error(`OpenSTA: no power of the cell ${cell}\n${output.slice(-1000)}`);
    milliwatts += 1000 * (at0 + rate * (at1 - at0));
  }
  return Number(milliwatts.toFixed(6));
}

/** The total of each cell, in W, in a report of instances. */
const instancePowers = (report: string): Map<string, number> =>
  new Map(
    [...report.matchAll(/^(?:\s+[-+.\de]+){3}\s+([-+.\de]+)\s+(\S+)\s*$/gm)].map((m) => [
      m[2]!,
      Number(m[1]),
    ]),
  );

/** Delays in an SDF file as OpenSTA writes it, with a timescale of 1 ns. */
export function readSdf(text: string): Delays {
  const delays = new Map<string, { rise: number; fall: number }>();
  const name =
    /\(INSTANCE\s+([^\s)]*)\)|\(IOPATH\s+(?:\(\w+\s+)?(\w+)\)?\s+(\w+)\s+\(([^)]*)\)(?:\s+\(([^)]*)\))?/g;
  let cell = '';
  for (const [, instance, from, to, rise, fall] of text.matchAll(name)) {
    if (instance !== undefined) cell = instance;
    else delays.set(`${cell} ${from} ${to}`, { rise: picoseconds(rise!), fall: picoseconds(fall ?? rise!) });
  }
  return (of, from, to) => {
    const delay = delays.get(`${of} ${from} ${to}`);
    if (!delay) throw new Error(`OpenSTA: no delay of ${of} from ${from} to ${to}`);
    return delay;
  };
}

/** The longest of `min:typical:max`, some of which may be left out. */
const picoseconds = (triple: string): number =>
  Math.round(1000 * Math.max(...triple.split(':').flatMap((x) => (x === '' ? [] : [Number(x)]))));
