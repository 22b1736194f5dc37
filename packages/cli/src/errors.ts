// The errors of the command itself. What the user is told of them, and of any other: explain.ts.

/** The command line, or data it names, is wrong. */
export class UsageError extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
    this.help = help;
  }
}

/** A folder cannot be written, or holds something that must not be overwritten. */
export class FolderError extends Error {
  readonly help: string;
  constructor(message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FolderError';
    this.help = help;
  }
}

/** The hardware does not do what the golden model says. */
export class VerificationFailed extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.name = 'VerificationFailed';
    this.help = help;
  }
}

/** What an error says; of a system error the words between its code and its paths. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code && error.message.startsWith(`${code}: `)
    ? error.message.slice(code.length + 2).replace(/, \w+( '.*)?$/s, '')
    : error.message;
}

/** Runs a step that reads the user's data: whatever it throws is a fault of that data, told in its own words. */
export function readingInput<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    if (cause instanceof UsageError || cause instanceof TypeError) throw cause;
    const path = (cause as NodeJS.ErrnoException | undefined)?.path;
    const message = path === undefined ? reasonOf(cause) : `cannot read ${path}: ${reasonOf(cause)}`;
    throw new UsageError(message, undefined, { cause });
  }
}
