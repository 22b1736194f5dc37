// The Verilog that goes around a design for the verilator back end.
// Invariant: it mentions no name of the user's design but those of the top module, its ports, what is watched inside it, and,
// in `access`, its state: outside, clocks are clk0, clk1, … by domain, resets rst0, … (active high) and ports p0, p1, … in leaf order, then the
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

/** More pins and lines of the wrapper. */
export interface WrapperPart {
  readonly pins: readonly string[];
  readonly body: readonly string[];
}

/** A module around the design, with ports that are safe as C++ names. */
export function wrapperVerilog(
  top: Module,
  watch: readonly InsideSignal[] = [],
  access: WrapperPart = { pins: [], body: [] },
): string {
  const range = (width: number): string => (width === 1 ? '' : ` [${width - 1}:0]`);
  const [clocks, resets] = [topClocks(top), topResets(top)];
  const ports = [
    ...clockNumbers(top).map((k) => `input wire clk${k}`),
    ...resets.map(({ index }) => `input wire rst${index}`),
    ...top.ports.map((p, i) => `${p.direction}put wire${range(p.decl.width)} p${i}`),
    ...watch.map(({ type }, i) => `output wire${range(type.width)} p${top.ports.length + i}`),
    ...access.pins,
  ];
  const pins = [
    ...clocks.map(({ name, index }) => `.${name}(clk${index})`),
    ...resets.map(({ name, index, activeLow }) => `.${name}(${activeLow ? '~' : ''}rst${index})`),
    ...top.ports.map((p, i) => `.${p.decl.name}(p${i})`),
  ];
  return [
    `module ${wrapperName(top)} (`,
    // Waves and coverage show the design, not this.
    `  /* verilator tracing_off */ /* verilator coverage_off */ ${ports.join(',\n  ')}`,
    ');',
    ...access.body,
    '  /* verilator tracing_on */ /* verilator coverage_on */',
    `  ${top.name} dut (`,
    `    ${pins.join(',\n    ')}`,
    '  );',
    ...watch.map(({ name }, i) => `  assign p${top.ports.length + i} = dut.${name};`),
    'endmodule',
    '',
  ].join('\n');
}
