// Yosys on Verilog in memory: no files, no installed tool.
// Invariant: a run that Yosys gives up throws YosysError with its own words; anything else is returned as it was printed.

import { Exit, runYosys, type Tree } from '@yowasp/yosys';

/** A Verilog file, as the printer of hdl-core makes them. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** Yosys refused its input or a command of its script. */
export class YosysError extends Error {
  /** Everything it printed. */
  readonly log: string;

  constructor(log: string) {
    const lines = log.trim().split('\n');
    const error = lines.findLast((l) => l.startsWith('ERROR')) ?? lines.at(-1) ?? 'no output';
    super(`yosys: ${error.replace(/^ERROR: /, '')}`);
    this.name = 'YosysError';
    this.log = log;
  }
}

export interface YosysRun {
  readonly log: string;
  /** The files that the script wrote, by name. */
  readonly written: Readonly<Record<string, string>>;
}

/** Something that runs scripts: `runScript`, or a pool of processes. */
export type ScriptRunner = (script: string, files: readonly SourceFile[]) => Promise<YosysRun>;

/** Runs a script with the files in the current folder. */
export async function runScript(script: string, files: readonly SourceFile[]): Promise<YosysRun> {
  let log = '';
  const decoder = new TextDecoder();
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes) log += decoder.decode(bytes, { stream: true });
  };
  const tree = Object.fromEntries(files.map((f) => [f.name, f.text]));
  try {
    const result = (await runYosys(['-p', script], tree, { stdout: collect, stderr: collect })) as Tree;
    const written: Record<string, string> = {};
    for (const [name, content] of Object.entries(result)) {
      if (name in tree) continue;
      if (typeof content === 'string') written[name] = content;
      else if (content instanceof Uint8Array) written[name] = new TextDecoder().decode(content);
    }
    return { log, written };
  } catch (error) {
    if (error instanceof Exit) throw new YosysError(log);
    throw error;
  }
}

/** A file that the script wrote. Throws YosysError when there is none of that name. */
export function writtenFile({ log, written }: YosysRun, name: string): string {
  const text = written[name];
  if (text === undefined) throw new YosysError(`${log}\nERROR: ${name} was not written`);
  return text;
}

/** The command that reads the files. */
export const readVerilog = (files: readonly SourceFile[]): string =>
  `read_verilog ${files.some((f) => f.name.endsWith('.sv')) ? '-sv ' : ''}${files.map((f) => f.name).join(' ')}`;
