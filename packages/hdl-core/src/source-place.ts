// Where in the user's TypeScript something was written, captured as an unread stack and read only when shown.
// Invariant: the place is the first stack frame outside hdl-core. How a stack is read: stack-frames.ts.

import { engine, type Frames, framesOf, type Place } from './stack-frames.ts';

export type { Place } from './stack-frames.ts';

const ownFile = framesOf(new Error()).at(0)?.file ?? '';
const ownFolder = ownFile.replace(/[^/\\]*$/, '');
const known = new Map<string, boolean>();
function isOwn(file: string): boolean {
  let own = known.get(file);
  if (own === undefined) {
    own = file.startsWith(ownFolder) && !/\.(test|bench)\.[jt]s$/.test(file);
    known.set(file, own);
  }
  return own;
}

/** The cost of a capture is in its frames. Those of hdl-core itself are a handful, so that these reach the user's. */
const FRAMES_KEPT = 10;

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

/** A captured place; resolving it costs microseconds, so it is done when a message or a comment needs it. */
export class SourcePlace {
  #captured: Error | undefined;
  #frames: Frames | undefined;

  private constructor(captured: Error) {
    this.#captured = captured;
  }

  static capture(): SourcePlace {
    const before = engine.stackTraceLimit;
    engine.stackTraceLimit = FRAMES_KEPT;
    const captured = new Error();
    engine.stackTraceLimit = before;
    return new SourcePlace(captured);
  }

  /** The first frame outside hdl-core, in `file` where one is given; reading a frame costs microseconds. */
  #frame(file?: string): Place | undefined {
    if (this.#captured) {
      this.#frames = framesOf(this.#captured);
      this.#captured = undefined;
    }
    const frames = this.#frames!;
    for (let i = 0; i < frames.length; i++) {
      const p = frames.at(i);
      if (p && !isOwn(p.file) && (file === undefined || p.file === file)) return p;
    }
    return undefined;
  }

  get place(): Place | undefined {
    return this.#frame();
  }

  /**
   * The innermost place in the file that defines the module, so that what a library function builds is shown where the
   * module calls it.
   */
  placeIn(definition: SourcePlace): Place | undefined {
    return this.#frame(definition.place?.file) ?? this.place;
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
