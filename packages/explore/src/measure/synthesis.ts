// What Yosys makes of a point on FPGA families and in small CMOS gates.
// Invariant: a figure is a count of cells in Yosys's own result (see @gatewright/yosys for what is counted and how).

import { synthesiseFpga, synthesiseGates } from '@gatewright/yosys';
import type { Column, Measurement } from './measurement.ts';

const less = (target: string, rows: readonly (readonly [string, string])[]): Column[] =>
  rows.map(([name, description]) => ({ name: `${target}.${name}`, unit: '', better: 'less', description }));

const xilinx = (target: 'xcup' | 'xc7', family: string): Measurement => ({
  name: target,
  description: `resources on ${family} by Yosys`,
  columns: () =>
    less(target, [
      ['lut', `LUTs on ${family}`],
      ['ff', 'flip-flops'],
      ['carry', 'CARRY4 blocks'],
      ['dsp', 'DSP48 slices'],
      ['muxf', 'selectors between LUTs'],
      ['ram', 'block RAMs and LUT RAMs'],
    ]),
  async measure(subject) {
    const { cells: _cells, ...counts } = await synthesiseFpga(
      subject.verilog(),
      subject.circuit().top.name,
      target,
    );
    return Object.fromEntries(Object.entries(counts).map(([name, n]) => [`${target}.${name}`, n]));
  },
});

export const xcup = xilinx('xcup', 'AMD UltraScale+');
export const xc7 = xilinx('xc7', 'AMD 7 series');

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
