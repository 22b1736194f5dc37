// Running one external program to its end and looking one up on PATH.
// Invariant: a program that fails or is missing is a result, not an exception; the caller decides what it means.
// It does not know any particular tool.

import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a finished program left behind. */
export interface ToolRun {
  /** Exit code; -1 when the program could not be started or was killed by a signal. */
  code: number;
  stdout: string;
  stderr: string;
  /** Both streams in the order they came, for error messages. */
  log: string;
}

/** Where, with which extra environment and for how long a program runs. */
export interface RunOptions {
  cwd?: string | undefined;
  env?: Record<string, string> | undefined;
  /** Milliseconds after which the program is ended; without it, it may take for ever. */
  timeout?: number | undefined;
  /** Ends the program when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** Runs a program without a shell and collects its output. */
export function runTool(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ToolRun> {
  return new Promise((resolve) => {
    const run: ToolRun = { code: -1, stdout: '', stderr: '', log: '' };
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout,
      signal: options.signal,
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      run.stdout += text;
      run.log += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      run.stderr += text;
      run.log += text;
    });
    child.on('error', (error) => {
      run.log += error.message;
      resolve(run);
    });
    child.on('close', (code, signal) => {
      if (signal) run.log += `${command} was ended by ${signal}\n`;
      resolve({ ...run, code: code ?? -1 });
    });
  });
}

/** True when `path` is a file this user may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The full path of a program on PATH, as a shell would find it. */
export function findOnPath(name: string): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? name : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}
