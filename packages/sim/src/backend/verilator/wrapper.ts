// The Verilog that goes around a design for the verilator back end.
// Invariant: it mentions no name of the user's design but those of the top module and its ports: outside, clocks are
// clk0, clk1, …, resets rst0, … (active high) and ports p0, p1, … in leaf order, so that none can clash with a member of
// Verilator's class.

import { type ControlPort, controlPorts, type Module } from '@gatewright/hdl-core';

/** The name of the wrapping module. */
export const wrapperName = (top: Module): string => `${top.name}_bench`;

/** The clock ports of a design; bit k of `Instance.setClocks` is the k-th. */
export const clockPorts = (top: Module): ControlPort[] =>
  controlPorts(top).filter(({ kind }) => kind === 'clock');

/** The reset ports of a design, as `Instance.setReset` counts them. */
export const resetPorts = (top: Module): ControlPort[] =>
  controlPorts(top).filter(({ kind }) => kind === 'reset');

/** A module around the design, with ports that are safe as C++ names. It has a clock even when the design has none. */
export function wrapperVerilog(top: Module): string {
  const range = (width: number): string => (width === 1 ? '' : ` [${width - 1}:0]`);
  const [clocks, resets] = [clockPorts(top), resetPorts(top)];
  const ports = [
    'input wire clk0',
    ...clocks.slice(1).map((_, k) => `input wire clk${k + 1}`),
    ...resets.map((_, k) => `input wire rst${k}`),
    ...top.ports.map((p, i) => `${p.direction}put wire${range(p.decl.width)} p${i}`),
  ];
  const pins = [
    ...clocks.map(({ name }, k) => `.${name}(clk${k})`),
    ...resets.map(({ name, domain }, k) => `.${name}(${domain.reset?.active === 'low' ? '~' : ''}rst${k})`),
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
    'endmodule',
    '',
  ].join('\n');
}
