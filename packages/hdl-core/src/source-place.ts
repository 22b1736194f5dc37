// Where in the user's TypeScript something was written, kept as a position in the running code; its file and line are
// looked up when they are shown.
// Invariant: the place is the first stack frame outside hdl-core. How a stack is read: stack-frames.ts.

import { eachFrame, engine, type Place, type Site, type Visit, type Wanted } from './stack-frames.ts';

export type { Place } from './stack-frames.ts';

let own: Site | undefined;
eachFrame(
  new Error(),
  () => true,
  (site) => {
    own = site;
    return true;
  },
);
/** In a bundle only the source map tells files apart. */
const isBundled = !/[\\/]source-place\.[jt]s(\?|$)/.test(own?.script ?? '');
const fileOf = (site: Site): string => (isBundled ? (site.place?.file ?? '') : site.script);
const ownFolder = own ? fileOf(own).replace(/[^/\\]*$/, '') : '';

const known = new Map<string, boolean>();
/** Whether a file is the user's: not hdl-core's, nor the engine's. */
function isUsers(file: string): boolean {
  let users = known.get(file);
  if (users === undefined) {
    const isOwn = file.startsWith(ownFolder) && !/\.(test|bench)\.[jt]s(\?|$)/.test(file);
    users = !isOwn && /^([a-z]+:\/\/|\/|[A-Za-z]:[\\/])/.test(file);
    known.set(file, users);
  }
  return users;
}

/** In a bundle every frame may be. */
const mayBeUsers: Wanted = isBundled ? () => true : isUsers;

/** The cost of a capture is in its frames. Those of hdl-core itself are a handful, so that these reach the user's. */
const DEEP = 10;
/** Frames that reach the statement of a module that calls a function of hdl-core which captures at once. */
const SHALLOW = 3;

/** The file of the module that is being built. */
let building: string | undefined;

let innermost: Site | undefined;
const takeFirst: Visit = (site) => {
  if (!isUsers(fileOf(site))) return false;
  innermost = site;
  return true;
};
/** The innermost site of the user's files. */
function first(stack: Error): Site | undefined {
  innermost = undefined;
  eachFrame(stack, mayBeUsers, takeFirst);
  return innermost;
}

/** The innermost site of each of the user's files, up to that of the module that is built. */
function oneOfEachFile(stack: Error): Site[] {
  const sites: Site[] = [];
  eachFrame(stack, mayBeUsers, (site) => {
    const file = fileOf(site);
    if (isUsers(file) && !sites.some((s) => fileOf(s) === file)) sites.push(site);
    return file === building;
  });
  return sites;
}

/** `dot.ts:31` of each place, of which there are few. */
const shorts = new WeakMap<Place, string>();
function shortOf(p: Place): string {
  let text = shorts.get(p);
  if (text === undefined) {
    text = `${p.file.replace(/^.*[/\\]/, '')}:${p.line}`;
    shorts.set(p, text);
  }
  return text;
}

/** A captured place. */
export class SourcePlace {
  /** The innermost, and those in other files that called it. */
  readonly #site: Site | undefined;
  readonly #callers: readonly Site[] | undefined;

  private constructor(site: Site | undefined, callers?: readonly Site[]) {
    this.#site = site;
    this.#callers = callers;
  }

  static capture(): SourcePlace {
    const before = engine.stackTraceLimit;
    if (building !== undefined) {
      engine.stackTraceLimit = SHALLOW;
      const site = first(new Error());
      if (site && fileOf(site) === building) {
        engine.stackTraceLimit = before;
        return new SourcePlace(site);
      }
    }
    engine.stackTraceLimit = DEEP;
    const [site, ...callers] = oneOfEachFile(new Error());
    engine.stackTraceLimit = before;
    return new SourcePlace(site, callers);
  }

  /** Notes where the module that is built from now on is defined; returns what undoes it. */
  static enter(definition: SourcePlace): () => void {
    const before = building;
    building = definition.#site && fileOf(definition.#site);
    return () => {
      building = before;
    };
  }

  get place(): Place | undefined {
    return this.#site?.place;
  }

  /**
   * The innermost place in the file that defines the module, so that what a library function builds is shown where the
   * module calls it.
   */
  placeIn(definition: SourcePlace): Place | undefined {
    if (!this.#callers?.length || !definition.#site) return this.place;
    const file = fileOf(definition.#site);
    return [this.#site!, ...this.#callers].find((s) => fileOf(s) === file)?.place ?? this.place;
  }

  /** `dot.ts:31`, the form of the comments in the Verilog, of `placeIn`. */
  shortIn(definition: SourcePlace): string {
    const p = this.placeIn(definition);
    return p ? shortOf(p) : '';
  }

  /** `pe-gen/src/dot.ts:31:7`, relative to the working directory where there is one. */
  get long(): string {
    const p = this.place;
    if (!p) return '(place unknown)';
    const cwd = (globalThis as { process?: { cwd?: () => string } }).process?.cwd?.();
    const file = cwd && p.file.startsWith(`${cwd}/`) ? p.file.slice(cwd.length + 1) : p.file;
    return `${file}:${p.line}:${p.column}`;
  }

  toJSON(): Place | undefined {
    return this.place;
  }
}
