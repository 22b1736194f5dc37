// What Yosys makes of a point on FPGA families and in small CMOS gates.
// Invariant: a figure is a count of cells in Yosys's own result (see @gatewright/yosys for what is counted and how).

import { type Family, type ModuleCache, synthesiseGates, synthesiseModules } from '@gatewright/yosys';
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
