// Messages of tools about printed Verilog, with the TypeScript line that each line of it comes from.
// Invariant: a place is added only where the line is still the printed one; nothing else of a message changes.

import { type Circuit, type Ports, placeOfLine, type VerilogFile } from '@gatewright/hdl-core';

/** The Verilog of a design, printed when somebody first asks: the native back end never does. */
export class PrintedVerilog {
  readonly #circuit: Circuit<Ports>;
  readonly #rewrite: ((files: VerilogFile[]) => VerilogFile[]) | undefined;
  #printed: VerilogFile[] | undefined;
  #files: readonly VerilogFile[] | undefined;

  constructor(circuit: Circuit<Ports>, rewrite?: (files: VerilogFile[]) => VerilogFile[]) {
    this.#circuit = circuit;
    this.#rewrite = rewrite;
  }

  /** As the printer made it, without source places: the text, and so a cached model, outlives edits that move the source. */
  get printed(): VerilogFile[] {
    this.#printed ??= this.#circuit.verilog({ locations: false });
    return this.#printed;
  }

  /** As it is given to the tools. */
  get files(): readonly VerilogFile[] {
    this.#files ??= this.#rewrite ? this.#rewrite(this.printed) : this.printed;
    return this.#files;
  }
}

/** Adds ` (dot.ts:31:7)` after every `Dot.v:12` or `Dot.v:12:5`. */
export function withPlaces(message: string, verilog: PrintedVerilog): string {
  return message.replace(/([\w$]+\.v):(\d+)(?::\d+)?/g, (found, name: string, line: string) => {
    const file = verilog.printed.find((other) => other.name === name);
    const text = verilog.files.find((other) => other.name === name)?.text;
    const number = Number(line);
    const lineOf = (whole: string | undefined): string | undefined => whole?.split('\n')[number - 1];
    if (!file || lineOf(file.text) !== lineOf(text)) return found;
    const place = placeOfLine(file, number);
    return place ? `${found} (${shortened(place.file)}:${place.line}:${place.column})` : found;
  });
}

/** Relative to the working directory where it is below it. */
function shortened(file: string): string {
  const here = `${process.cwd()}/`;
  return file.startsWith(here) ? file.slice(here.length) : file;
}
