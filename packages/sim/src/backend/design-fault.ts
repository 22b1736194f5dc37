// Errors that the design causes while time moves.

/**
 * The design did something wrong while time moved: no line of the test did it. Its stack leads to where a task waited, so
 * that a reader is shown the test and not the simulator.
 */
export class DesignFault extends Error {
  #seen = false;

  /** To be called where a task learns of it. */
  seenHere(): this {
    if (!this.#seen) Error.captureStackTrace(this, this.seenHere);
    this.#seen = true;
    return this;
  }
}
