// The Verilog that goes around a design for the verilator back end.
// Invariant: it mentions no name of the user's design but those of the top module, its ports and what is watched inside it:
// outside, clocks are clk0, clk1, … by domain, resets rst0, … (active high) and ports p0, p1, … in leaf order, then the
// watched signals, so that none can clash with a member of Verilator's class.

import type { Module } from '@gatewright/hdl-core';
import { topClocks, topResets } from '../controls.ts';
import type { InsideSignal } from '../inside.ts';

/** The name of the wrapping module. */
export const wrapperName = (top: Module): string => `${top.name}_bench`;

/** Numbers of the clocks in the wrapper: it has one even when the design has none. */
export const clockNumbers = (top: Module): number[] => {
  const numbers = topClocks(top).map(({ index }) => index);
  return numbers.length === 0 ? [0] : numbers;
};

/** A module around the design, with ports that are safe as C++ names. */
export function wrapperVerilog(top: Module, watch: readonly InsideSignal[] = []): string {
  const range = (width: number): string => (width === 1 ? '' : ` [${width - 1}:0]`);
  const [clocks, resets] = [topClocks(top), topResets(top)];
  const ports = [
    ...clockNumbers(top).map((k) => `input wire clk${k}`),
    ...resets.map(({ index }) => `input wire rst${index}`),
    ...top.ports.map((p, i) => `${p.direction}put wire${range(p.decl.width)} p${i}`),
    ...watch.map(({ type }, i) => `output wire${range(type.width)} p${top.ports.length + i}`),
  ];
  const pins = [
    ...clocks.map(({ name, index }) => `.${name}(clk${index})`),
    ...resets.map(({ name, index, activeLow }) => `.${name}(${activeLow ? '~' : ''}rst${index})`),
    ...top.ports.map((p, i) => `.${p.decl.name}(p${i})`),
  ];
  return [
    `module ${wrapperName(top)} (`,
    // Waves show the design, not this.
    `  /* verilator tracing_off */ ${ports.join(',\n  ')}`,
    ');',
    '  /* verilator tracing_on */',
    `  ${top.name} dut (`,
    `    ${pins.join(',\n    ')}`,
    '  );',
    ...watch.map(({ name }, i) => `  assign p${top.ports.length + i} = dut.${name};`),
    'endmodule',
    '',
  ].join('\n');
}
