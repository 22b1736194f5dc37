// A design after synthesis, as Verilog that any simulator reads: the netlist with Yosys's own models of the cells in it.
// Invariant: nothing of the original text is left; DSP48E2 slices stay instances, for which the model of `parts` is appended.

import type { VerilogFile } from '@gatewright/hdl-core';
import { DSP48E2_MODEL } from '@gatewright/parts';
import { type FpgaTarget, runScript, writtenFile } from '@gatewright/yosys';

/** Maps the files to the target and gives the netlist of `top`. */
export async function netlistOf(
  files: readonly VerilogFile[],
  top: string,
  target: FpgaTarget,
): Promise<{ files: VerilogFile[]; json: string }> {
  const mapped = await runScript(
    `read_verilog ${files.map((f) => f.name).join(' ')}; synth_xilinx -family ${target} -flatten -widemux 5 -noiopad -noclkbuf -top ${top}; write_verilog -noattr netlist.v; write_json netlist.json`,
    files,
  );
  const simulated = await runScript(
    `read_verilog netlist.v; read_verilog +/xilinx/cells_sim.v; read_verilog -lib +/xilinx/cells_xtra.v; hierarchy -top ${top}; proc; flatten; opt_clean; delete t:$scopeinfo; write_verilog -noattr flat.v`,
    [{ name: 'netlist.v', text: writtenFile(mapped, 'netlist.v') }],
  );
  const flat = writtenFile(simulated, 'flat.v');
  return {
    json: writtenFile(mapped, 'netlist.json'),
    files: [
      ...(flat.includes('DSP48E2') ? [{ name: 'DSP48E2.v', module: 'DSP48E2', text: DSP48E2_MODEL }] : []),
      {
        name: `${top}.v`,
        module: top,
        text: `/* verilator lint_off WIDTH */\n/* verilator lint_off UNOPTFLAT */\n${flat}`,
      },
    ],
  };
}
