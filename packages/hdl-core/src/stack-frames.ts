// The frames of the stack as sites in scripts, read at once, so that no stack outlives the call that captures it.
// Invariant: there is one Site for each position in the running code, and it is looked up in a source map once, when its
// place is asked for. Where the engine does not tell its call sites apart (outside V8), the text of the stack is parsed.

/** A place in the user's source: `file` as the JavaScript engine names it (a path or URL). */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The part of V8's CallSite that is needed here. */
interface CallSite {
  getScriptNameOrSourceURL(): string | null;
  /** Characters from the beginning of the script: the engine knows them without counting its lines. */
  getPosition?(): number;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}
type Prepare = (error: Error, sites: readonly CallSite[]) => unknown;
/** V8's knobs; other engines ignore them. */
export const engine = Error as unknown as {
  stackTraceLimit?: number | undefined;
  prepareStackTrace?: Prepare | undefined;
};

/** A position in the running code. */
export class Site {
  /** The script as the engine names it. */
  readonly script: string;
  #unread: CallSite | Place | undefined;
  #place: Place | undefined;

  constructor(script: string, unread: CallSite | Place) {
    this.script = script;
    this.#unread = unread;
  }

  /** Where that is in the source. */
  get place(): Place | undefined {
    if (this.#unread) {
      this.#place = placeOf(this.script, this.#unread);
      this.#unread = undefined;
    }
    return this.#place;
  }
}

/** Whether frames of a script are visited. */
export type Wanted = (script: string) => boolean;
/** What to do with a frame; true ends the walk. */
export type Visit = (site: Site) => boolean;

let frames: readonly CallSite[] | undefined;
const keepFrames: Prepare = (_, all) => {
  frames = all;
  return '';
};

/** Visits the frames of a stack that has not been read, innermost first, where they have a file that is wanted. */
export function eachFrame(error: Error, wanted: Wanted, visit: Visit): void {
  const { prepareStackTrace } = engine;
  frames = undefined;
  engine.prepareStackTrace = keepFrames;
  const text = error.stack;
  engine.prepareStackTrace = prepareStackTrace;
  const all = frames as readonly CallSite[] | undefined;
  frames = undefined;
  if (all) {
    for (let i = 0; i < all.length; i++) {
      const frame = all[i]!;
      const script = frame.getScriptNameOrSourceURL();
      if (script && wanted(script) && visit(siteOf(script, frame))) return;
    }
    return;
  }
  for (const line of (text ?? '').split('\n')) {
    const place = parseFrame(line);
    if (!place || !wanted(place.file)) continue;
    if (visit(siteAt(place.file, place.line * COLUMNS + place.column, place))) return;
  }
}

const sites = new Map<string, Map<number, Site>>();
const COLUMNS = 1 << 20;

function siteOf(script: string, frame: CallSite): Site {
  const position =
    frame.getPosition?.() ?? (frame.getLineNumber() ?? 0) * COLUMNS + (frame.getColumnNumber() ?? 0);
  return siteAt(script, position, frame);
}

/** `position`: a number for each place in the script. */
function siteAt(script: string, position: number, unread: CallSite | Place): Site {
  let ofScript = sites.get(script);
  if (!ofScript) {
    ofScript = new Map();
    sites.set(script, ofScript);
  }
  let site = ofScript.get(position);
  if (!site) {
    site = new Site(script, unread);
    ofScript.set(position, site);
  }
  return site;
}

function placeOf(script: string, unread: CallSite | Place): Place | undefined {
  if (!('getLineNumber' in unread)) return unread;
  const raw = { file: script, line: unread.getLineNumber() ?? 0, column: unread.getColumnNumber() ?? 0 };
  return original(unread, raw) ?? parseFrame(`${raw.file}:${raw.line}:${raw.column}`);
}

/** The place in the TypeScript: by the formatter that a test runner has set, or by Node's source maps. */
function original(site: CallSite, raw: Place): Place | undefined {
  const prepare = engine.prepareStackTrace;
  if (prepare)
    return parseFrame(
      String(prepare(new Error(), [site]))
        .split('\n')
        .at(-1) ?? '',
    );
  const entry = findSourceMap(raw.file)?.findEntry(raw.line - 1, raw.column - 1);
  if (entry?.originalSource === undefined) return undefined;
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
