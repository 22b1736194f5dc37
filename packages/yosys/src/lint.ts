// Asking Yosys whether Verilog is clean. Invariant: no waivers; any warning makes the answer `ok: false`.

import { readVerilog, runScript, type SourceFile, YosysError } from './run-yosys.ts';

/** What a lint run found; the same shape as that of the linters in @gatewright/verilator. */
export interface LintResult {
  /** True when Yosys accepted the files without one warning. */
  ok: boolean;
  /** Its warnings and errors; empty when it had nothing to say. */
  log: string;
}

/** Reads the design, resolves its hierarchy below `top`, and checks it for undriven wires, loops and conflicts. */
export async function lintYosys(files: readonly SourceFile[], top: string): Promise<LintResult> {
  const script = `${readVerilog(files)}; hierarchy -check -top ${top}; proc; check -assert`;
  const warnings = (log: string): string[] => log.split('\n').filter((l) => /warning/i.test(l));
  try {
    const complaints = warnings((await runScript(script, files)).log);
    return { ok: complaints.length === 0, log: complaints.join('\n') };
  } catch (error) {
    if (!(error instanceof YosysError)) throw error;
    return { ok: false, log: [...warnings(error.log), error.message].join('\n') };
  }
}
