// The description of the design for FuseSoC, in its CAPI2 format (YAML).
// Invariant: file names are relative to the core file, Verilog children before parents.

import { clockOf } from '@gatewright/hdl-core';
import type { UnitDesign } from './unit-design.ts';

/** Vendor, library, name, version: how other cores refer to this one. */
export const coreName = ({ unit, top, version }: UnitDesign): string =>
  `gatewright:${unit.name}:${top}:${version}`;

/** The text of `<Top>.core`. */
export function fusesocCore(design: UnitDesign): string {
  const { circuit, top, unit, verilog, language } = design;
  const fileType = language === 'verilog' ? 'verilogSource-2005' : 'systemVerilogSource';
  const clocked = clockOf(circuit.top) !== undefined;
  const filesets = clocked ? '[rtl, "tool_vivado? (xdc)", "!tool_vivado? (sdc)"]' : '[rtl]';
  // A JSON string is a YAML string.
  return `CAPI=2:
name: ${coreName(design)}
description: ${JSON.stringify(unit.summary)}

filesets:
  rtl:
    files:
${verilog.map((file) => `      - ${file}\n`).join('')}    file_type: ${fileType}
${
  clocked
    ? `  sdc:
    files: [${top}.sdc]
    file_type: SDC
  xdc:
    files: [${top}.xdc]
    file_type: xdc
`
    : ''
}
targets:
  default:
    filesets: ${filesets}
    toplevel: ${top}
  lint:
    default_tool: verilator
    filesets: [rtl]
    toplevel: ${top}
    tools:
      verilator:
        mode: lint-only
        verilator_options: [-Wall]
`;
}
