// What Yosys makes of a point on FPGA families and in small CMOS gates.
// Invariant: a figure is a count of cells in Yosys's own result (see @gatewright/yosys for what is counted and how).

import { clockOf } from '@gatewright/hdl-core';
import {
  type Family,
  type ModuleCache,
  measureCost,
  synthesiseGates,
  synthesiseModules,
} from '@gatewright/yosys';
import type { Column, Measurement } from './measurement.ts';

const less = (target: string, rows: readonly (readonly [string, string])[]): Column[] =>
  rows.map(([name, description]) => ({ name: `${target}.${name}`, unit: '', better: 'less', description }));

/** Modules that this process has mapped: the points of a sweep differ in few. */
const mapped: ModuleCache = new Map();

const fpga = (target: Family, family: string): Measurement => ({
  name: target,
  description: `resources on ${family} by Yosys`,
  columns: () =>
    less(target, [
      ['lut', `LUTs on ${family}`],
      ['ff', 'flip-flops'],
      ['carry', 'carry blocks'],
      ['dsp', 'DSP blocks'],
      ['muxf', 'selectors between LUTs'],
      ['ram', 'block RAMs and LUT RAMs'],
      ['srl', 'shift registers in LUTs'],
    ]),
  async measure(subject) {
    const { cells: _cells, ...counts } = await synthesiseModules(
      subject.verilog(),
      subject.circuit().top.name,
      target,
      mapped,
    );
    return Object.fromEntries(Object.entries(counts).map(([name, n]) => [`${target}.${name}`, n]));
  },
});

export const FPGAS: readonly Measurement[] = [
  fpga('xcup', 'AMD UltraScale+'),
  fpga('xc7', 'AMD 7 series'),
  fpga('ecp5', 'Lattice ECP5'),
  fpga('ice40', 'Lattice iCE40'),
];

export const gates: Measurement = {
  name: 'gates',
  description: 'small CMOS gates by Yosys and ABC, the design flattened',
  columns: () =>
    less('gates', [
      ['gates', 'gates of up to four inputs'],
      ['ff', 'flip-flops'],
      ['transistors', 'transistors of static CMOS'],
      ['depth', 'gates on the longest path'],
    ]),
  async measure(subject) {
    const { cells: _cells, ...counts } = await synthesiseGates(subject.verilog(), subject.circuit().top.name);
    return Object.fromEntries(Object.entries(counts).map(([name, n]) => [`gates.${name}`, n]));
  },
};

/** Frequency that cells are mapped for and power is stated at. */
const CLOCK_MHZ = 100;

/** Standard cells of a library that Debian packages; timing and power when OpenSTA is there. */
export const osu018: Measurement = {
  name: 'osu018',
  description: `area in OSU 0.18 um cells, and with OpenSTA the critical path and power at ${CLOCK_MHZ} MHz`,
  columns: () => [
    { name: 'osu018.areaUm2', unit: 'um2', better: 'less', description: 'cell area' },
    { name: 'osu018.delayNs', unit: 'ns', better: 'less', description: 'critical path by OpenSTA' },
    {
      name: 'osu018.powerMw',
      unit: 'mW',
      better: 'less',
      description: `power by OpenSTA at ${CLOCK_MHZ} MHz`,
    },
  ],
  async measure(subject) {
    const { top } = subject.circuit();
    const design = { files: subject.verilog(), top: top.name, clock: clockOf(top) };
    const { figures, unavailable } = await measureCost(design, 'osu018', { clockMhz: CLOCK_MHZ });
    // Without the library there is nothing; without OpenSTA the area is a result.
    if (unavailable && figures.areaUm2 === undefined) throw new Error(unavailable);
    return Object.fromEntries(Object.entries(figures).map(([name, n]) => [`osu018.${name}`, n]));
  },
};
