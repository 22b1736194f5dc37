// OpenSTA on a netlist of standard cells: its critical path, and its power at a clock frequency.
// Invariant: figures are read from the tool's own report. Inputs are ideal (no source resistance) and switch with one stated
// activity, which OpenSTA propagates; wires have no capacitance. So figures compare designs of one library, no more.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Liberty, NotAvailable } from './liberty.ts';

export interface TimingAndPower {
  /** Longest path from a register or an input to a register (its set-up time included) or an output; 0 without one. */
  readonly delayNs: number;
  /** Total of internal, switching and leakage power at the clock frequency; absent when OpenSTA broke off before it. */
  readonly powerMw?: number | undefined;
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

/** A mapped design and the library that its cells are of. */
export interface MappedDesign {
  /** Text of structural Verilog. */
  readonly netlist: string;
  readonly top: string;
  /** The name of the clock port, if there is one. */
  readonly clock?: string | undefined;
  readonly liberty: Liberty;
}

/** Times the design, and states its power when every input switches with one activity. */
export async function timeNetlist(
  command: string,
  design: MappedDesign,
  { clockMhz, activity }: OpenStaOptions,
): Promise<TimingAndPower> {
  const { output } = await askOpenSta(command, design, clockMhz, [
    `set_power_activity -input -activity ${activity} -duty 0.5`,
    'report_checks -path_delay max -digits 4',
    'report_power -digits 6',
  ]);
  return readStaReport(output, { clockMhz });
}

/** What OpenSTA answers to `commands` on the design under its clock, and a file that they wrote. Throws with its words when it fails. */
export async function askOpenSta(
  command: string,
  { netlist, top, clock, liberty }: MappedDesign,
  clockMhz: number,
  commands: readonly string[],
  written?: string,
): Promise<{ readonly output: string; readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-sta-'));
  const script = [
    'read_liberty cells.lib',
    'read_verilog netlist.v',
    `link_design ${top}`,
    `create_clock -name clock -period ${1000 / clockMhz}${clock ? ` [get_ports ${clock}]` : ''}`,
    `foreach port [all_inputs] { if {[get_property $port full_name] ne "${clock ?? ''}"} { set_input_delay 0 -clock clock $port } }`,
    'set_output_delay 0 -clock clock [all_outputs]',
    ...commands,
    '',
  ];
  try {
    await writeFile(join(folder, 'cells.lib'), liberty.text);
    await writeFile(join(folder, 'netlist.v'), netlist);
    await writeFile(join(folder, 'run.tcl'), script.join('\n'));
    const { output } = await runSta(command, ['-no_splash', '-exit', 'run.tcl'], folder);
    const fault = faultIn(output);
    if (fault) throw new Error(`OpenSTA: ${fault}`);
    return { output, file: written === undefined ? '' : await readFile(join(folder, written), 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const faultIn = (output: string): string | undefined => /^Error: .*$/m.exec(output)?.[0];

/**
 * The figures in what OpenSTA printed. Throws with its words when they are not there; power alone may be missing, since version
 * 2.0.17 crashes on the power of some large netlists, after it has told their timing.
 */
export function readStaReport(
  output: string,
  { clockMhz }: Pick<OpenStaOptions, 'clockMhz'>,
): TimingAndPower {
  const fault = faultIn(output);
  const power = /^Total(?:\s+[-+.\de]+){3}\s+([-+.\de]+)/m.exec(output)?.[1];
  const slack = /^\s*(-?[\d.]+)\s+slack/m.exec(output)?.[1];
  const pathless = /^No paths found/m.test(output);
  if (fault || (slack === undefined && !pathless))
    throw new Error(`OpenSTA: ${fault ?? `no figures in its report\n${output.slice(-1000)}`}`);
  return {
    delayNs: slack === undefined ? 0 : round(1000 / clockMhz - Number(slack), 4),
    ...(power !== undefined && { powerMw: round(Number(power) * 1000, 6) }),
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
