// The one error this package throws on purpose: a tool is missing, too old, or refused its input.
// Invariant: `message` says what is wrong (with the tool's own log, if it has one) and `help` says how to fix it.
// It does not cover mistakes of the calling program (those stay plain `TypeError`s).

/** What went wrong, for programs that want to react to it. */
export type ToolErrorCode =
  | 'no-verilator'
  | 'no-compiler'
  | 'no-icarus'
  | 'too-old'
  | 'provision-failed'
  | 'cache-unwritable'
  | 'verilog-rejected'
  | 'compile-failed';

/** A tool problem, told in one message and one remedy. */
export class ToolError extends Error {
  readonly code: ToolErrorCode;
  readonly help: string;

  constructor(code: ToolErrorCode, message: string, help: string) {
    super(message);
    this.name = 'ToolError';
    this.code = code;
    this.help = help;
  }
}
