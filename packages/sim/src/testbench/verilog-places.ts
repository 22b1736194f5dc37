// Messages of tools about printed Verilog, with the TypeScript line that each line of it comes from.
// Invariant: a place is added only where the line is still the printed one; nothing else of a message changes.

import { placeOfLine, type VerilogFile } from '@gatewright/hdl-core';

/** Adds ` (dot.ts:31:7)` after every `Dot.v:12` or `Dot.v:12:5`. `built` is what was given to the tool. */
export function withPlaces(
  message: string,
  printed: readonly VerilogFile[],
  built: readonly VerilogFile[],
): string {
  return message.replace(/([\w$]+\.v):(\d+)(?::\d+)?/g, (found, name: string, line: string) => {
    const file = printed.find((other) => other.name === name);
    const text = built.find((other) => other.name === name)?.text;
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
