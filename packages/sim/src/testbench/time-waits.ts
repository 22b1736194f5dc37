// Waits for time: a number of cycles, or a condition on the ports.
// Invariant: looked at only between edges; a condition that throws ends its wait with that error.

import { type Failure, Wait } from './wait.ts';

/** Tasks that pass a number of cycles. */
export class StepWaits {
  #waits: { readonly wake: number; readonly wait: Wait }[] = [];

  get count(): number {
    return this.#waits.length;
  }

  add(wake: number): Wait {
    const wait = new Wait();
    this.#waits.push({ wake, wait });
    return wait;
  }

  /** The cycle at which the first of them resumes, or `limit` if that is earlier. */
  earliest(limit: number): number {
    let earliest = limit;
    for (const { wake } of this.#waits) if (wake < earliest) earliest = wake;
    return earliest;
  }

  /** Resumes those that are due; returns how many. */
  wake(cycle: number): number {
    const waits = this.#waits;
    if (waits.length === 0 || this.earliest(Number.POSITIVE_INFINITY) > cycle) return 0;
    this.#waits = waits.filter(({ wake }) => wake > cycle);
    for (const { wake, wait } of waits) if (wake <= cycle) wait.succeed();
    return waits.length - this.#waits.length;
  }

  fail(failure: Failure): void {
    const waits = this.#waits;
    this.#waits = [];
    for (const { wait } of waits) wait.fail(failure);
  }
}

/** A task that waits for a condition. */
export interface Until {
  readonly condition: () => boolean;
  readonly begin: number;
  readonly deadline: number;
  readonly wait: Wait;
}

/** Tasks that wait for conditions. */
export class UntilWaits {
  #waits: Until[] = [];

  get count(): number {
    return this.#waits.length;
  }

  /** Adds it unless it is over at once; returns whether it was added. */
  add(until: Until): boolean {
    if (isOver(until)) return false;
    this.#waits.push(until);
    return true;
  }

  /** Resumes those whose condition holds; returns how many. */
  check(): number {
    const before = this.#waits.length;
    if (before === 0) return 0;
    this.#waits = this.#waits.filter((until) => !isOver(until));
    return before - this.#waits.length;
  }

  /** One whose own time is up. */
  late(cycle: number): Until | undefined {
    return this.#waits.find((until) => cycle >= until.deadline);
  }

  describe(): string[] {
    return this.#waits.map((until) => `until ${conditionText(until.condition)} (since cycle ${until.begin})`);
  }

  /** Ends one, or all. */
  fail(failure: Failure, only?: Until): void {
    const waits = this.#waits;
    this.#waits = only ? waits.filter((until) => until !== only) : [];
    for (const until of only ? [only] : waits) until.wait.fail(failure);
  }
}

function isOver(until: Until): boolean {
  try {
    if (!until.condition()) return false;
    until.wait.succeed();
  } catch (error) {
    until.wait.fail(() => error as Error);
  }
  return true;
}

function conditionText(condition: () => boolean): string {
  const text = String(condition).replace(/\s+/g, ' ');
  return text.length <= 72 ? text : `${text.slice(0, 69)}...`;
}
