// Where in the user's TypeScript something was written, captured as an unread stack and read only when shown.
// Invariant: the place is the first stack frame outside hdl-core. How a stack is read: stack-frames.ts.

import { framesOf, type Place, withStackLimit } from './stack-frames.ts';

export type { Place } from './stack-frames.ts';

const ownFile = framesOf(new Error())[0]?.file ?? '';
const ownFolder = ownFile.replace(/[^/\\]*$/, '');
const isOwn = (file: string): boolean => file.startsWith(ownFolder) && !/\.(test|bench)\.[jt]s$/.test(file);

/** The cost of a capture is in its frames. Those of hdl-core itself are a handful, so that these reach the user's. */
const FRAMES_KEPT = 12;
const captured = (): Error => new Error();

/** A captured place; resolving it costs microseconds, so it is done when a message or a comment needs it. */
export class SourcePlace {
  #captured: Error | undefined;
  #frames: readonly Place[] = [];

  private constructor(captured: Error) {
    this.#captured = captured;
  }

  static capture(): SourcePlace {
    return new SourcePlace(withStackLimit(FRAMES_KEPT, captured));
  }

  /** The frames outside hdl-core, innermost first. */
  get #user(): readonly Place[] {
    if (this.#captured) {
      this.#frames = framesOf(this.#captured).filter((f) => !isOwn(f.file));
      this.#captured = undefined;
    }
    return this.#frames;
  }

  get place(): Place | undefined {
    return this.#user[0];
  }

  /**
   * The innermost place in the file that defines the module, so that what a library function builds is shown where the
   * module calls it.
   */
  placeIn(definition: SourcePlace): Place | undefined {
    const file = definition.place?.file;
    return this.#user.find((f) => f.file === file) ?? this.place;
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
