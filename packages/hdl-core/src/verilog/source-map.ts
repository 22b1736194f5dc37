// From the lines of printed Verilog back to the TypeScript: one line, or a whole file as a source map (v3).
// Invariant: the map of a file depends on the design alone. Names of sources are relative to the folder that all sources
// of the design share, unless the caller names another.

import { addMapping, type EncodedSourceMap, GenMapping, toEncodedMap } from '@jridgewell/gen-mapping';
import type { Place } from '../source-place.ts';
import { type Origin, originOf } from './origin.ts';
import type { VerilogFile } from './print.ts';

export interface SourceMapOptions {
  /** The folder that names of sources are relative to, as an absolute path. */
  readonly root?: string;
}

/** The place in the TypeScript that a line of a printed file (from 1) comes from; nothing for one of the frame. */
export function placeOfLine(file: VerilogFile, line: number): Place | undefined {
  const origin = originOf(file);
  return origin?.places[line - 1]?.placeIn(origin.definedAt);
}

/** The source map (version 3) of a printed file: each of its lines, as far as it has a place of its own. */
export function sourceMapOf(file: VerilogFile, { root }: SourceMapOptions = {}): EncodedSourceMap {
  const origin = originOf(file);
  const map = new GenMapping({ file: file.name });
  if (!origin) return toEncodedMap(map);
  const folder = root === undefined ? sharedFolder(origin.design.flatMap(placesOf)) : `${root}/`;
  const lines = file.text.split('\n');
  origin.places.forEach((captured, i) => {
    const place = captured?.placeIn(origin.definedAt);
    if (!place) return;
    addMapping(map, {
      generated: { line: i + 1, column: lines[i]!.search(/\S/) },
      source: relative(folder, place.file),
      original: { line: place.line, column: place.column - 1 },
    });
  });
  return toEncodedMap(map);
}

const placesOf = ({ places, definedAt }: Origin): string[] => [
  ...new Set(places.flatMap((p) => p?.placeIn(definedAt)?.file ?? [])),
];

/** The longest folder that all files are in, ended by a slash. */
function sharedFolder(files: readonly string[]): string {
  const [first = ''] = files;
  let shared = first.slice(0, first.lastIndexOf('/') + 1);
  for (const f of files) {
    while (!f.startsWith(shared)) shared = shared.slice(0, shared.lastIndexOf('/', shared.length - 2) + 1);
  }
  return shared;
}

/** `file` as seen from `folder`, with `../` where it is outside. */
function relative(folder: string, file: string): string {
  let shared = sharedFolder([folder, file]);
  if (shared === '') return file;
  const up = folder.slice(shared.length).split('/').length - 1;
  if (up === 0) shared = folder;
  return '../'.repeat(up) + file.slice(shared.length);
}
