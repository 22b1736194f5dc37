// The frames of an Error's stack as places in source files, cheaply: a design has as many captured stacks as statements,
// but few distinct positions.
// Invariant: a position is looked up in a source map once. Where the engine does not tell its call sites apart (outside
// V8), the text of the stack is parsed.

/** A place in the user's source: `file` as the JavaScript engine names it (a path or URL). */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The part of V8's CallSite that is needed here. */
interface CallSite {
  getScriptNameOrSourceURL(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}
type Prepare = (error: Error, sites: readonly CallSite[]) => unknown;
/** V8's knobs; other engines ignore them. */
export const engine = Error as unknown as {
  stackTraceLimit?: number | undefined;
  prepareStackTrace?: Prepare | undefined;
};

/** The frames of a stack, innermost first; a frame is read when it is asked for. One without a file is undefined. */
export interface Frames {
  readonly length: number;
  at(i: number): Place | undefined;
}

let sites: readonly CallSite[] | undefined;
const keepSites: Prepare = (_, all) => {
  sites = all;
  return '';
};

/** The frames of a stack that has not been read before. */
export function framesOf(error: Error): Frames {
  const prepare = engine.prepareStackTrace;
  sites = undefined;
  engine.prepareStackTrace = keepSites;
  const text = error.stack;
  engine.prepareStackTrace = prepare;
  const all = sites as readonly CallSite[] | undefined;
  sites = undefined;
  if (all) return { length: all.length, at: (i) => known(all[i]!, prepare) };
  return (text ?? '').split('\n').map(parseFrame);
}

const places = new Map<string, Map<number, Place | undefined>>();
const COLUMNS = 1 << 20;

function known(site: CallSite, prepare: Prepare | undefined): Place | undefined {
  const file = site.getScriptNameOrSourceURL();
  if (!file) return undefined;
  const line = site.getLineNumber() ?? 0;
  const column = site.getColumnNumber() ?? 0;
  let ofFile = places.get(file);
  if (!ofFile) {
    ofFile = new Map();
    places.set(file, ofFile);
  }
  const key = line * COLUMNS + column;
  let place = ofFile.get(key);
  if (place === undefined && !ofFile.has(key)) {
    place = original(site, { file, line, column }, prepare);
    ofFile.set(key, place);
  }
  return place;
}

/** The place in the TypeScript: by the formatter that a test runner has set, or by Node's source maps. */
function original(site: CallSite, raw: Place, prepare: Prepare | undefined): Place | undefined {
  if (prepare)
    return parseFrame(
      String(prepare(new Error(), [site]))
        .split('\n')
        .at(-1) ?? '',
    );
  const entry = findSourceMap(raw.file)?.findEntry(raw.line - 1, raw.column - 1);
  if (entry?.originalSource === undefined) return parseFrame(`${raw.file}:${raw.line}:${raw.column}`);
  return parseFrame(`${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
}

interface SourceMap {
  findEntry(
    line: number,
    column: number,
  ): {
    readonly originalSource?: string;
    readonly originalLine: number;
    readonly originalColumn: number;
  };
}
interface Runtime {
  readonly process?: {
    getBuiltinModule?(name: 'node:module'): { findSourceMap(file: string): SourceMap | undefined };
  };
}
/** The source map that the process uses for a file; none in a browser, or where source maps are not enabled. */
const findSourceMap = (file: string): SourceMap | undefined =>
  (globalThis as Runtime).process?.getBuiltinModule?.('node:module').findSourceMap(file);

const FRAME = /\(?((?:file:\/\/|[a-z]+:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)\)?$/;
function parseFrame(text: string): Place | undefined {
  const m = FRAME.exec(text.trim());
  if (!m) return undefined;
  return {
    file: m[1]!.replace(/^file:\/\//, '').replace(/\?.*$/, ''),
    line: Number(m[2]),
    column: Number(m[3]),
  };
}
