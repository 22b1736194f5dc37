// A unit with given parameters as the set of files that a project needs to use its Verilog.
// Invariant: pure - the same unit, parameters and options give the same bytes; nothing is read or written here.

import {
  clockOf,
  type Diagnostic,
  type Language,
  sourceMapOf,
  VERSION,
  type WarningRule,
} from '@gatewright/hdl-core';
import { axiShell, shellMap } from '@gatewright/parts';
import type { AnyUnit } from '@gatewright/sim';
import { designConstraints, xilinxConstraints } from './clock-constraint.ts';
import { fusesocCore } from './fusesoc-core.ts';
import { type Manifest, manifestOf, manifestText } from './manifest.ts';
import { readmeText } from './readme.ts';
import { vivadoScript, yosysScript } from './tool-scripts.ts';
import type { UnitDesign } from './unit-design.ts';

/** A text file; `name` has no folder part. */
export interface GeneratedFile {
  readonly name: string;
  readonly text: string;
}

export interface RenderOptions {
  /** Verilog-2005 by default. */
  readonly language?: Language | undefined;
  /** What to make of warnings. */
  readonly warnings?: readonly WarningRule[] | undefined;
  /** Frequency of the clock constraint; 200 by default. */
  readonly clockMhz?: number | undefined;
  /** Comments in the Verilog, and source maps beside it, that name TypeScript lines; true by default. */
  readonly locations?: boolean | undefined;
  /** Behind AXI ports: the input streams that become registers. */
  readonly commands?: readonly string[] | undefined;
}

/** Everything `generate` writes. */
export interface UnitFiles {
  /** The top module. */
  readonly top: string;
  /** After defaults. */
  readonly parameters: Record<string, unknown>;
  /** Verilog first, children before parents. */
  readonly files: readonly GeneratedFile[];
  /** The file among `files` that lists the others. */
  readonly manifest: string;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Renders the files of a unit. Throws `ParameterError` for illegal parameters and `DesignError` for a design with faults.
 */
export function renderUnitFiles(
  unit: AnyUnit,
  params: Record<string, unknown>,
  options: RenderOptions = {},
): UnitFiles {
  const { language = 'verilog', locations = true, commands } = options;
  const module = commands ? axiShell(unit.module, { commands }) : unit.module;
  const circuit = module.elaborate(params, { warnings: options.warnings ?? [] });
  const verilog = circuit.verilog({ language, locations });
  const maps = locations ? verilog : [];
  const top = circuit.top.name;
  const design: UnitDesign = {
    unit,
    circuit,
    top,
    parameters: circuit.top.params as Record<string, unknown>,
    verilog: verilog.map((file) => file.name),
    language,
    clockMhz: options.clockMhz ?? 200,
    shell: commands && shellMap(unit.module.ports(circuit.top.params as Record<string, unknown>), commands),
    commands,
    version: VERSION,
  };
  const files: GeneratedFile[] = [
    ...verilog.map(({ name, text }) => ({ name, text })),
    ...maps.map((file) => ({ name: `${file.name}.map`, text: `${JSON.stringify(sourceMapOf(file))}\n` })),
    { name: `${top}.f`, text: `${design.verilog.join('\n')}\n` },
    ...(clockOf(circuit.top)
      ? [
          { name: `${top}.sdc`, text: designConstraints(design) },
          { name: `${top}.xdc`, text: xilinxConstraints(design) },
        ]
      : []),
    { name: `${top}.core`, text: fusesocCore(design) },
    { name: `${top}.ys`, text: yosysScript(design) },
    { name: `${top}_vivado.tcl`, text: vivadoScript(design) },
    { name: 'README.md', text: readmeText(design) },
  ];
  const manifest: Manifest = manifestOf(design, files);
  const name = `${top}.json`;
  return {
    top,
    parameters: design.parameters,
    files: [...files, { name, text: manifestText(manifest) }],
    manifest: name,
    warnings: circuit.warnings,
  };
}
