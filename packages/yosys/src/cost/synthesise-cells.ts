// A design in the cells of a standard-cell library: their area, and the netlist that a timing tool reads.
// Invariant: the area is the sum over cells of the library only; a cell that the library does not have is an error, since it
// would count as nothing.

import { readVerilog, runScript, type SourceFile, writtenFile } from '../run-yosys.ts';
import { DROP_SCOPES, type SynthesisOptions } from '../synthesise.ts';
import type { Liberty } from './liberty.ts';

export interface CellResources {
  readonly areaUm2: number;
  /** Cells, flip-flops among them. */
  readonly cells: number;
  /** Structural Verilog. */
  readonly netlist: string;
  /** The same as Yosys's JSON, with the same names of cells. */
  readonly json: string;
}

/** Maps the design below `top` to the library, for the given clock frequency. */
export async function synthesiseCells(
  files: readonly SourceFile[],
  top: string,
  liberty: Liberty,
  clockMhz: number,
  { flatten = false, run = runScript }: Omit<SynthesisOptions, 'dsp'> = {},
): Promise<CellResources> {
  const period = Math.round(1e6 / clockMhz);
  const script = [
    readVerilog(files),
    `synth${flatten ? ' -flatten' : ''} -top ${top}`,
    'dfflibmap -liberty cells.lib',
    `abc -liberty cells.lib -constr cells.constr -D ${period}`,
    'opt_clean -purge',
    DROP_SCOPES,
    `tee -q -o stat.json stat -json -liberty cells.lib -top ${top}`,
    'rename -enumerate',
    'write_verilog -noattr -noexpr -simple-lhs netlist.v',
    'write_json netlist.json',
  ];
  const result = await run(script.join('; '), [
    ...files,
    { name: 'cells.lib', text: liberty.text },
    // Lets ABC size and buffer; the load of an output, in femtofarads.
    { name: 'cells.constr', text: 'set_load 50\n' },
  ]);
  const stat = JSON.parse(writtenFile(result, 'stat.json')) as {
    design: { area?: number; num_cells_by_type: Record<string, number> };
  };
  const counts = stat.design.num_cells_by_type;
  const foreign = Object.keys(counts).filter((type) => !isCell(liberty, type));
  if (foreign.length > 0)
    throw new Error(`synthesiseCells(${top}): ${liberty.name} has no cell for ${foreign.join(', ')}`);
  return {
    areaUm2: stat.design.area ?? 0,
    cells: Object.values(counts).reduce((a, b) => a + b, 0),
    netlist: writtenFile(result, 'netlist.v'),
    json: writtenFile(result, 'netlist.json'),
  };
}

const isCell = ({ text }: Liberty, type: string): boolean =>
  new RegExp(`\\bcell\\s*\\(\\s*"?${type.replace(/[^\w]/g, '\\$&')}"?\\s*\\)`).test(text);
