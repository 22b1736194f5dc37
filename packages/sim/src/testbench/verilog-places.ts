// Messages of tools about Verilog, with the TypeScript line that each line of it comes from: where it was printed from, or
// where the module that is written in Verilog stands or is declared.
// Invariant: a place is added only where the line is still the printed one; nothing else of a message changes.

import { readFileSync } from 'node:fs';
import {
  type Circuit,
  modulesOf,
  type Place,
  type Ports,
  placeOfLine,
  type VerilogFile,
} from '@gatewright/hdl-core';

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

  /** The TypeScript behind a line, from 1, of a file of `printed`. */
  placeOf(file: VerilogFile, line: number): Omit<Place, 'column'> | undefined {
    const module = modulesOf(this.#circuit.top).find(({ name }) => name === file.module);
    if (!module?.extern) return placeOfLine(file, line);
    const declared = module.definedAt.place;
    return declared && withinLiteral(declared, file.text, line);
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
    const place = verilog.placeOf(file, number);
    if (!place) return found;
    const column = 'column' in place ? `:${place.column}` : '';
    return `${found} (${shortened(place.file)}:${place.line}${column})`;
  });
}

/** The line of Verilog text within the TypeScript file that holds it literally, else where its module is declared. */
function withinLiteral(declared: Place, text: string, line: number): Omit<Place, 'column'> {
  try {
    const source = readFileSync(declared.file, 'utf8');
    const at = source.indexOf(text);
    if (at < 0 || text.trim() === '') return declared;
    return { file: declared.file, line: source.slice(0, at).split('\n').length + line - 1 };
  } catch {
    return declared;
  }
}

/** Relative to the working directory where it is below it. */
function shortened(file: string): string {
  const here = `${process.cwd()}/`;
  return file.startsWith(here) ? file.slice(here.length) : file;
}
