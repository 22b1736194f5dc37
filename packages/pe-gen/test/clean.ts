// One question asked of the text of a design: do Verilator, Icarus and Yosys read it without a word?

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VerilogFile } from '@gatewright/hdl-core';
import { lintIcarus, lintVerilator } from '@gatewright/verilator';
import { runYosys } from '@yowasp/yosys';

/** What each tool complains about; empty when it is clean. */
export async function complaints(files: readonly VerilogFile[], top: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-clean-'));
  try {
    const paths = files.map((f) => join(folder, f.name));
    await Promise.all(files.map((f, i) => writeFile(paths[i]!, f.text)));
    const logs = [await lintVerilator(paths, { top }), await lintIcarus(paths, { top })].map((r) => r.log);
    return [...logs, await yosysComplaints(files, top)].filter((log) => log !== '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function yosysComplaints(files: readonly VerilogFile[], top: string): Promise<string> {
  let log = '';
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes) log += new TextDecoder().decode(bytes);
  };
  const names = files.map((f) => f.name).join(' ');
  const script = `read_verilog ${names}; hierarchy -check -top ${top}; proc; check -assert`;
  await runYosys(['-p', script], Object.fromEntries(files.map((f) => [f.name, f.text])), {
    stdout: collect,
    stderr: collect,
  });
  if (!log.includes('Found and reported 0 problems')) return log;
  return log
    .split('\n')
    .filter((l) => /warning/i.test(l))
    .join('\n');
}
