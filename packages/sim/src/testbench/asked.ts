// Promises of values to be sent, which a test need not await: `void dut.in.send(…)`.
// Invariant: a value that does not fit is told to who asks for the promise; where nobody does, the run fails with it.

import { ValueError } from '../value/value-error.ts';
import { afterReaction } from './reaction.ts';
import { tellAs } from './wait.ts';

class Asked<R> extends Promise<R> {
  /** What is derived from it is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  asked = false;

  override then<A = R, B = never>(
    fulfilled?: ((value: R) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.asked = true;
    return super.then(fulfilled, rejected);
  }
}

/** The same promise; `fail` is told of a ValueError for which nobody has asked when every task waits again. */
export function asked<R>(promise: Promise<R>, fail: (error: unknown) => void): Promise<R> {
  const result = new Asked<R>((resolve, reject) => promise.then(resolve, reject));
  tellAs(promise, result);
  promise.catch((error: unknown) =>
    afterReaction(() => {
      if (result.asked) return;
      result.catch(() => {});
      if (error instanceof ValueError) fail(error);
    })(),
  );
  return result;
}
