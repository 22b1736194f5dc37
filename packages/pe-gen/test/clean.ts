// One question asked of the text of a design: do Verilator, Icarus and Yosys read it without a word?

import type { VerilogFile } from '@gatewright/hdl-core';
import { complaintsAbout } from '@gatewright/verilator';
import { lintYosys } from '@gatewright/yosys';

/** What the tools complain about; empty when all three find it clean. */
export async function complaints(files: readonly VerilogFile[], top: string): Promise<string[]> {
  const yosys = await lintYosys(files, top);
  return [...(await complaintsAbout(files, top)), ...(yosys.ok ? [] : [yosys.log])];
}
