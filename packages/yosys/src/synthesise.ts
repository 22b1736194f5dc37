// Resource figures of a design: what Yosys maps it to on an AMD FPGA, and in two-input-class CMOS gates.
// Invariant: every figure is a count of cells in Yosys's own result; nothing is estimated but transistors per cell.
//
// Traps met and how they are dealt with: `stat -tech cmos` leaves some cells out, so transistors are counted here; flip-flops
// with an enable or a reset are first made plain ones and gates, so that all designs pay for them alike; DSP packing is what
// Yosys does by itself, which is less than a vendor's tool does.

import { type FpgaResources, fpgaFigures } from './fpga-figures.ts';
import { readVerilog, runScript, type ScriptRunner, type SourceFile, writtenFile } from './run-yosys.ts';

/** AMD UltraScale+ or 7 series. */
export type FpgaTarget = 'xcup' | 'xc7';

export interface GateResources {
  /** Gates with up to four inputs (inverters, NAND2, NOR2, AOI and OAI), flip-flops not counted. */
  readonly gates: number;
  /** Plain D flip-flops. */
  readonly ff: number;
  /** Static CMOS transistors: 2 an inverter, 4 NAND2 and NOR2, 6 AOI21 and OAI21, 8 AOI22 and OAI22, 16 a flip-flop. */
  readonly transistors: number;
  /** Gates on the longest path between registers or ports. */
  readonly depth: number;
  readonly cells: Readonly<Record<string, number>>;
}

export interface SynthesisOptions {
  /** Optimise across module borders; the hierarchy is kept unless it is true. */
  readonly flatten?: boolean | undefined;
  /** May products go to DSP slices? Yes by default. */
  readonly dsp?: boolean | undefined;
  /** Build selectors of 5 and more inputs of MUXF7 and MUXF8. */
  readonly wideMux?: boolean | undefined;
  /** Runs the script; `runScript` by default. */
  readonly run?: ScriptRunner | undefined;
}

/** Maps the design below `top` to the FPGA, without I/O buffers. */
export async function synthesiseFpga(
  files: readonly SourceFile[],
  top: string,
  target: FpgaTarget = 'xcup',
  { flatten = false, dsp = true, wideMux = false, run: runner = runScript }: SynthesisOptions = {},
): Promise<FpgaResources> {
  const flags = `${flatten ? ' -flatten' : ''}${dsp ? '' : ' -nodsp'}${wideMux ? ' -widemux 5' : ''}`;
  const synth = `synth_xilinx -family ${target} -top ${top} -noiopad -noclkbuf${flags}`;
  const run = await runner(
    `${readVerilog(files)}; ${synth}; ${DROP_SCOPES}; tee -q -o stat.json stat -json -top ${top}`,
    files,
  );
  return fpgaFigures(cellCounts(writtenFile(run, 'stat.json')), target);
}

const TRANSISTORS: Readonly<Record<string, number>> = {
  $_NOT_: 2,
  $_NAND_: 4,
  $_NOR_: 4,
  $_AOI3_: 6,
  $_OAI3_: 6,
  $_AOI4_: 8,
  $_OAI4_: 8,
  $_NMUX_: 10,
  $_MUX_: 12,
  $_XOR_: 12,
  $_XNOR_: 12,
  $_DFF_P_: 16,
};

/** What flattening leaves of the hierarchy: notes that are no circuit, but would be counted as cells. */
export const DROP_SCOPES = 'delete t:$scopeinfo';

/**
 * Maps the flattened design below `top` to small CMOS gates and plain flip-flops. `cmos4`, the default, has NAND, NOR, AOI and
 * OAI gates; `cmos` also XOR, XNOR and multiplexers, 12 transistors each, as Yosys's own `stat -tech cmos` prices them.
 */
export async function synthesiseGates(
  files: readonly SourceFile[],
  top: string,
  {
    run: runner = runScript,
    library = 'cmos4',
  }: Pick<SynthesisOptions, 'run'> & { readonly library?: 'cmos4' | 'cmos' } = {},
): Promise<GateResources> {
  const script = [
    readVerilog(files),
    `synth -flatten -top ${top}`,
    'dfflegalize -cell $_DFF_P_ x',
    `abc -g ${library}`,
    'opt_clean',
    DROP_SCOPES,
    'tee -q -o stat.json stat -json',
    'tee -q -o ltp.txt ltp -noff',
  ];
  const run = await runner(script.join('; '), files);
  const cells = cellCounts(writtenFile(run, 'stat.json'));
  const unknown = Object.keys(cells).filter((type) => !(type in TRANSISTORS));
  if (unknown.length)
    throw new Error(`synthesiseGates(${top}): no transistor count for ${unknown.join(', ')}`);
  const ff = cells.$_DFF_P_ ?? 0;
  const total = Object.values(cells).reduce((a, b) => a + b, 0);
  const depth = /length=(\d+)/.exec(writtenFile(run, 'ltp.txt'))?.[1];
  return {
    gates: total - ff,
    ff,
    transistors: Object.entries(cells).reduce((n, [type, count]) => n + count * TRANSISTORS[type]!, 0),
    depth: Number(depth ?? 0),
    cells,
  };
}

/** Cells by type of the whole design in the output of `stat -json`. */
function cellCounts(json: string): Record<string, number> {
  const stat = JSON.parse(json) as { design: { num_cells_by_type: Record<string, number> } };
  return stat.design.num_cells_by_type;
}
