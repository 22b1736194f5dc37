// A scoreboard: what a design should answer, against what it answers, in order or by key.
// Invariant: every answer uses up one expected value; nothing is compared twice. It knows no ports and no time.

import { differenceLines, differences, literalText } from './differences.ts';

/** How answers are matched. */
export interface ScoreboardOptions<T> {
  /** Begins the messages; `scoreboard` by default. */
  readonly name?: string | undefined;
  /** Answers may overtake each other when their keys (such as a transaction's id) differ; in order when absent. */
  readonly key?: ((value: T) => unknown) | undefined;
}

/** An answer that is not the expected one, is one too many, or never came. */
export class ScoreboardError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScoreboardError';
  }
}

/** Something that yields answers: an output stream of a design. */
export interface AnswerSource<T> {
  recv(): Promise<T>;
}

/** Compares the answers of a design with the expected ones. */
export class Scoreboard<T> {
  readonly #name: string;
  readonly #keyOf: (value: T) => unknown;
  readonly #keyed: boolean;
  readonly #waiting = new Map<unknown, T[]>();
  #pending = 0;
  #matched = 0;

  constructor({ name = 'scoreboard', key }: ScoreboardOptions<T> = {}) {
    this.#name = name;
    this.#keyed = key !== undefined;
    this.#keyOf = key ?? (() => undefined);
  }

  /** Expected values that no answer has met yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Answers that were right. */
  get matched(): number {
    return this.#matched;
  }

  /** Adds expected values, after those of earlier calls. */
  expect(...values: readonly T[]): void {
    for (const value of values) {
      const key = canonical(this.#keyOf(value));
      const queue = this.#waiting.get(key);
      if (queue) queue.push(value);
      else this.#waiting.set(key, [value]);
      this.#pending++;
    }
  }

  /** Compares one answer. Throws a ScoreboardError when it is not the next expected value (of its key). */
  check(actual: T): void {
    const key = canonical(this.#keyOf(actual));
    const queue = this.#waiting.get(key);
    const expected = queue?.[0];
    const number = this.#matched + 1;
    const which = this.#keyed ? `answer ${number}, with key ${literalText(key)},` : `answer ${number}`;
    if (queue === undefined || expected === undefined) {
      const rest =
        this.#pending === 0 ? 'nothing is expected' : `${this.#pending} expected, none with this key`;
      throw new ScoreboardError(`${this.#name}: ${which} is one too many (${rest}): ${literalText(actual)}`);
    }
    const found = differences(expected, actual);
    if (found.length > 0) {
      const late = queue.findIndex((value) => differences(value, actual).length === 0);
      throw new ScoreboardError(
        [
          `${this.#name}: ${which} is wrong`,
          ...differenceLines(found).map((line) => `  ${line}`),
          ...(late > 0
            ? [`  it equals the value expected ${late} later: one was lost, or the order is wrong`]
            : []),
        ].join('\n'),
      );
    }
    queue.shift();
    this.#pending--;
    this.#matched++;
  }

  /** Takes answers from a stream and compares them until every expected value was met. */
  async drain(source: AnswerSource<T>): Promise<void> {
    while (this.#pending > 0) this.check(await source.recv());
  }

  /** Throws a ScoreboardError when expected values are left. */
  end(): void {
    if (this.#pending === 0) return;
    const left = [...this.#waiting.values()].flat();
    const next = left.slice(0, 4).map((value) => `  ${literalText(value)}`);
    throw new ScoreboardError(
      [
        `${this.#name}: ${left.length} expected ${left.length === 1 ? 'value' : 'values'} never came:`,
        ...next,
        ...(left.length > 4 ? [`  and ${left.length - 4} more`] : []),
      ].join('\n'),
    );
  }
}

/** A number and the bigint of the same value are one key. */
const canonical = (key: unknown): unknown =>
  typeof key === 'number' && Number.isInteger(key) ? BigInt(key) : key;
