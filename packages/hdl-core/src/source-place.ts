// Where in the user's TypeScript something was written, captured as an unformatted stack and read only when shown.
// Invariant: the place is the first stack frame outside hdl-core. It does not read files.

/** A place in the user's source: `file` as the JavaScript engine names it (a path or URL). */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const FRAME = /\(?((?:file:\/\/|[a-z]+:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)\)?$/;
const parseFrame = (line: string): Place | undefined => {
  const m = FRAME.exec(line.trim());
  if (!m) return undefined;
  return {
    file: m[1]!.replace(/^file:\/\//, '').replace(/\?.*$/, ''),
    line: Number(m[2]),
    column: Number(m[3]),
  };
};
const frames = (stack: string | undefined): Place[] =>
  (stack ?? '').split('\n').flatMap((line) => parseFrame(line) ?? []);

const ownFile = frames(new Error().stack)[0]?.file ?? '';
const ownFolder = ownFile.replace(/[^/\\]*$/, '');
const isOwn = (file: string): boolean => file.startsWith(ownFolder) && !/\.(test|bench)\.[jt]s$/.test(file);

const FRAMES_KEPT = 24;
/** V8's knob; other engines ignore it. */
const engine = Error as { stackTraceLimit?: number | undefined };

/** A captured place; resolving it costs microseconds, so it is done when a message or a comment needs it. */
export class SourcePlace {
  #captured: Error | undefined;
  #frames: readonly Place[] = [];

  private constructor(captured: Error) {
    this.#captured = captured;
  }

  static capture(): SourcePlace {
    const limit = engine.stackTraceLimit;
    engine.stackTraceLimit = FRAMES_KEPT;
    const place = new SourcePlace(new Error());
    engine.stackTraceLimit = limit;
    return place;
  }

  /** The frames outside hdl-core, innermost first. */
  get #user(): readonly Place[] {
    if (this.#captured) {
      this.#frames = frames(this.#captured.stack).filter((f) => !isOwn(f.file));
      this.#captured = undefined;
    }
    return this.#frames;
  }

  get place(): Place | undefined {
    return this.#user[0];
  }

  /**
   * `dot.ts:31`, the form of the comments in the Verilog: the innermost line in the file that defines the module, so that
   * what a library function builds is shown where the module calls it.
   */
  shortIn(definition: SourcePlace): string {
    const file = definition.place?.file;
    const p = this.#user.find((f) => f.file === file) ?? this.place;
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
