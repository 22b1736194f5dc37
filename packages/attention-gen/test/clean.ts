// One question asked of the text of a design: do Verilator, Icarus and Yosys read it without a word?

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VerilogFile } from '@gatewright/hdl-core';
import { lintIcarus, lintVerilator } from '@gatewright/verilator';
import { lintYosys } from '@gatewright/yosys';

/** What the tools complain about; empty when all three find it clean. */
export async function complaints(files: readonly VerilogFile[], top: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-clean-'));
  try {
    const paths = files.map((f) => join(folder, f.name));
    await Promise.all(files.map((f, i) => writeFile(paths[i]!, f.text)));
    const results = [
      await lintVerilator(paths, { top }),
      await lintIcarus(paths, { top }),
      await lintYosys(files, top),
    ];
    return results.filter((r) => !r.ok).map((r) => r.log);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
