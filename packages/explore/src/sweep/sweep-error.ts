// What is wrong with a sweep, its results or its surroundings, and where.
// Invariant: every complaint of this package about what the user gave is one of these; `place` is a path into the sweep
// file, or a file with a line.

/** The user's input is wrong. */
export class SweepError extends Error {
  /** Such as `units[0].parameters.lanes[2]` or `rows/a.jsonl:17`. */
  readonly place: string;
  readonly help: string | undefined;
  constructor(place: string, problem: string, help?: string, options?: ErrorOptions) {
    super(place ? `${place}: ${problem}` : problem, options);
    this.name = 'SweepError';
    this.place = place;
    this.help = help;
  }
}

/** Several complaints at once, in the order of the file. */
export function throwAll(complaints: readonly SweepError[]): void {
  const [first, ...rest] = complaints;
  if (!first) return;
  if (rest.length === 0) throw first;
  throw new SweepError('', complaints.map((c) => c.message).join('\n'), first.help);
}
