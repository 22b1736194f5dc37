// OpenSTA on a netlist of standard cells: its critical path, and its power at a clock frequency.
// Invariant: figures are read from the tool's own report. Inputs are ideal (no source resistance) and switch with one stated
// activity, which OpenSTA propagates; wires have no capacitance. So figures compare designs of one library, no more.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Liberty, NotAvailable } from './liberty.ts';

export interface TimingAndPower {
  /** Longest path from a register or an input to a register (its set-up time included) or an output; 0 without one. */
  readonly delayNs: number;
  /** Total of internal, switching and leakage power at the clock frequency. */
  readonly powerMw: number;
}

export interface OpenStaOptions {
  readonly clockMhz: number;
  /** Transitions per clock cycle of each input. */
  readonly activity: number;
}

/** Version and path of OpenSTA, or how to get it. */
export async function findOpenSta(
  command = 'sta',
): Promise<{ readonly command: string; readonly version: string } | NotAvailable> {
  const missing = { unavailable: 'install opensta (sudo apt-get install opensta): timing and power' };
  const { code, output } = await runSta(command, ['-version']);
  return code === 0 ? { command, version: output.trim().split('\n').at(-1) ?? '' } : missing;
}

/** Times the netlist (text of structural Verilog) of `top`; `clock` is the name of its clock port, if it has one. */
export async function timeNetlist(
  command: string,
  {
    netlist,
    top,
    clock,
  }: { readonly netlist: string; readonly top: string; readonly clock?: string | undefined },
  liberty: Liberty,
  options: OpenStaOptions,
): Promise<TimingAndPower> {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-sta-'));
  try {
    await writeFile(join(folder, 'cells.lib'), liberty.text);
    await writeFile(join(folder, 'netlist.v'), netlist);
    await writeFile(join(folder, 'run.tcl'), staScript(top, clock, options));
    const { output } = await runSta(command, ['-no_splash', '-exit', 'run.tcl'], folder);
    return readStaReport(output, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function staScript(top: string, clock: string | undefined, { clockMhz, activity }: OpenStaOptions): string {
  return [
    'read_liberty cells.lib',
    'read_verilog netlist.v',
    `link_design ${top}`,
    `create_clock -name clock -period ${1000 / clockMhz}${clock ? ` [get_ports ${clock}]` : ''}`,
    `foreach port [all_inputs] { if {[get_property $port full_name] ne "${clock ?? ''}"} { set_input_delay 0 -clock clock $port } }`,
    'set_output_delay 0 -clock clock [all_outputs]',
    `set_power_activity -input -activity ${activity} -duty 0.5`,
    'report_checks -path_delay max -digits 4',
    'report_power -digits 6',
    '',
  ].join('\n');
}

/** The figures in what OpenSTA printed. Throws with its words when they are not there. */
export function readStaReport(
  output: string,
  { clockMhz }: Pick<OpenStaOptions, 'clockMhz'>,
): TimingAndPower {
  const fault = /^Error: .*$/m.exec(output)?.[0];
  const power = /^Total(?:\s+[-+.\de]+){3}\s+([-+.\de]+)/m.exec(output)?.[1];
  const slack = /^\s*(-?[\d.]+)\s+slack/m.exec(output)?.[1];
  const pathless = /^No paths found/m.test(output);
  if (fault || power === undefined || (slack === undefined && !pathless))
    throw new Error(`OpenSTA: ${fault ?? `no figures in its report\n${output.slice(-1000)}`}`);
  return {
    delayNs: slack === undefined ? 0 : round(1000 / clockMhz - Number(slack), 4),
    powerMw: round(Number(power) * 1000, 6),
  };
}

const round = (x: number, digits: number): number => Number(x.toFixed(digits));

function runSta(
  command: string,
  args: readonly string[],
  cwd?: string,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}
