// The command `gatewright-verilator`: Verilator, found or provisioned, with all arguments passed on.
// Invariant: standard streams and the exit code are Verilator's own; only --where and --help are ours.
// It ends no process: the bin file sets the exit code from what `main` resolves to.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ToolError } from './errors.ts';
import { findVerilator, type VerilatorInstall } from './find-verilator.ts';

const usage = `gatewright-verilator: run Verilator, downloading it on first use if this machine has none

usage:
  gatewright-verilator <any Verilator arguments>
  gatewright-verilator --where [--json]
  gatewright-verilator --help

examples:
  gatewright-verilator --version
  gatewright-verilator --lint-only -Wall counter.v
  gatewright-verilator --cc --exe --top-module counter counter.v main.cpp
  gatewright-verilator --where --json

our own flags, recognised only as the first argument:
  --where         print the binary, its root, version and where it was found
  --where --json  the same as JSON
  --help          this text

Everything else goes to Verilator unchanged; its manual: https://verilator.org/guide/latest/
Verilator is taken from VERILATOR_ROOT, else PATH, else the cache (GATEWRIGHT_CACHE, else ~/.cache/gatewright).
`;

/** Runs the command and resolves to its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    if (args.length === 0 || args[0] === '--help') {
      process.stdout.write(usage);
      return 0;
    }
    const verilator = await findVerilator({ onProgress: (message) => process.stderr.write(`${message}\n`) });
    if (args[0] === '--where') {
      process.stdout.write(where(verilator, args.includes('--json')));
      return 0;
    }
    return await passOn(verilator, args);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    process.stderr.write(`error: ${error.message}\nhelp: ${error.help}\n`);
    return 1;
  }
}

function where(verilator: VerilatorInstall, asJson: boolean): string {
  const { binary, root, version, source } = verilator;
  if (asJson) return `${JSON.stringify({ binary, root, version, source })}\n`;
  return `binary   ${binary}\nroot     ${root}\nversion  ${version}\nsource   ${source}\n`;
}

function passOn(verilator: VerilatorInstall, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, VERILATOR_ROOT: verilator.root };
    const child = spawn(verilator.binary, args, { stdio: 'inherit', env });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
}
