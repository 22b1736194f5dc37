// Where in the user's TypeScript something was written, captured as an unread stack and read only when shown.
// Invariant: the place is the first stack frame outside hdl-core. How a stack is read: stack-frames.ts.

import { framesOf, type Place, withStackLimit } from './stack-frames.ts';

export type { Place } from './stack-frames.ts';

const [first] = framesOf(new Error());
const ownFile = first?.file ?? '';
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
const FRAMES_KEPT = 12;
const captured = (): Error => new Error();

/** A captured place; resolving it costs microseconds, so it is done when a message or a comment needs it. */
export class SourcePlace {
  #captured: Error | undefined;
  /** The frames outside hdl-core, innermost first, as far as they have been asked for. */
  readonly #frames: Place[] = [];
  #rest: Iterator<Place> | undefined;

  private constructor(captured: Error) {
    this.#captured = captured;
  }

  static capture(): SourcePlace {
    return new SourcePlace(withStackLimit(FRAMES_KEPT, captured));
  }

  /** Frame `i` outside hdl-core; reading one further out costs microseconds. */
  #frame(i: number): Place | undefined {
    if (this.#captured) {
      this.#rest = framesOf(this.#captured);
      this.#captured = undefined;
    }
    while (this.#rest && this.#frames.length <= i) {
      const { value, done } = this.#rest.next();
      if (done) this.#rest = undefined;
      else if (!isOwn(value.file)) this.#frames.push(value);
    }
    return this.#frames[i];
  }

  get place(): Place | undefined {
    return this.#frame(0);
  }

  /**
   * The innermost place in the file that defines the module, so that what a library function builds is shown where the
   * module calls it.
   */
  placeIn(definition: SourcePlace): Place | undefined {
    const file = definition.place?.file;
    for (let i = 0; ; i++) {
      const frame = this.#frame(i);
      if (frame === undefined) return this.place;
      if (frame.file === file) return frame;
    }
  }

  /** `dot.ts:31`, the form of the comments in the Verilog, of `placeIn`. */
  shortIn(definition: SourcePlace): string {
    const p = this.placeIn(definition);
    return p ? `${p.file.replace(/^.*[/\\]/, '')}:${p.line}` : '';
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
