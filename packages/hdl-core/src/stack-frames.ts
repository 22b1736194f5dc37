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
  readonly #line: number;
  readonly #column: number;
  #unread: CallSite | undefined;
  #place: Place | undefined;

  constructor(script: string, line: number, column: number, unread?: CallSite) {
    this.script = script;
    this.#line = line;
    this.#column = column;
    this.#unread = unread;
  }

  /** Where that is in the source. */
  get place(): Place | undefined {
    if (!this.#place) {
      const raw = { file: this.script, line: this.#line, column: this.#column };
      const mapped = this.#unread && original(this.#unread, raw);
      this.#place = mapped ?? parseFrame(`${raw.file}:${raw.line}:${raw.column}`);
      this.#unread = undefined;
    }
    return this.#place;
  }
}

/** What to do with a frame; true ends the walk. */
export type Visit = (site: Site) => boolean;

let frames: readonly CallSite[] | undefined;
const keepFrames: Prepare = (_, all) => {
  frames = all;
  return '';
};

/** Visits the frames of a stack that has not been read, innermost first; those without a file are left out. */
export function eachFrame(error: Error, visit: Visit): void {
  const { prepareStackTrace } = engine;
  frames = undefined;
  engine.prepareStackTrace = keepFrames;
  const text = error.stack;
  engine.prepareStackTrace = prepareStackTrace;
  const all = frames as readonly CallSite[] | undefined;
  frames = undefined;
  if (all) {
    for (let i = 0; i < all.length; i++) {
      const site = siteOf(all[i]!);
      if (site && visit(site)) return;
    }
    return;
  }
  for (const line of (text ?? '').split('\n')) {
    const place = parseFrame(line);
    if (place && visit(siteAt(place.file, place.line, place.column))) return;
  }
}

const sites = new Map<string, Map<number, Site>>();
const COLUMNS = 1 << 20;

function siteOf(frame: CallSite): Site | undefined {
  const script = frame.getScriptNameOrSourceURL();
  if (!script) return undefined;
  return siteAt(script, frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0, frame);
}

function siteAt(script: string, line: number, column: number, unread?: CallSite): Site {
  let ofScript = sites.get(script);
  if (!ofScript) {
    ofScript = new Map();
    sites.set(script, ofScript);
  }
  const key = line * COLUMNS + column;
  let site = ofScript.get(key);
  if (!site) {
    site = new Site(script, line, column, unread);
    ofScript.set(key, site);
  }
  return site;
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
