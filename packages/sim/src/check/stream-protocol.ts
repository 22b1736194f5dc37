// The rules of a valid/ready stream, watched at the design's outputs while a testbench runs.
// Invariant: reads ports only, and only edges that a testbench passes one by one: cycles that it skips are not judged.
// Streams into the design are driven by the testbench, which keeps the rules by construction.

import type { EdgeObserver } from '../testbench/clock.ts';
import type { StreamPins } from '../testbench/stream-end.ts';

/** What is watched: nothing; that an offered value stays until it is accepted; and also that nothing is offered in reset. */
export type Protocol = 'off' | 'stable' | 'axi';

/** For all output streams, or by port name; `stable` by default. */
export type ProtocolOption = Protocol | Readonly<Record<string, Protocol>>;

/** The design breaks a rule of one of its output streams. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/** The rule for a port. Throws a RangeError for a rule that does not exist. */
export function protocolOf(option: ProtocolOption | undefined, port: string): Protocol {
  const protocol = typeof option === 'object' ? (option[port] ?? 'stable') : (option ?? 'stable');
  if (protocol === 'off' || protocol === 'stable' || protocol === 'axi') return protocol;
  throw new RangeError(`protocol: choose off, stable or axi, not ${protocol}`);
}

export class StreamProtocol implements EdgeObserver {
  readonly lookback = 1;
  readonly #pins: StreamPins;
  /** The payload when it began to wait. */
  readonly #offered: Uint32Array;
  readonly #now: Uint32Array;
  /** The next edge, when a value waits for it. */
  #waitsFor = -1;

  readonly #protocol: Protocol;

  constructor(pins: StreamPins, protocol: Protocol) {
    this.#pins = pins;
    this.#protocol = protocol;
    this.#offered = new Uint32Array(pins.codec.words);
    this.#now = new Uint32Array(pins.codec.words);
  }

  /** To be called at the end of reset. Throws a ProtocolError when something is offered, where that is forbidden. */
  checkReset(): void {
    if (this.#protocol !== 'axi') return;
    const { memory, valid, name } = this.#pins;
    if (memory.bytes[valid] !== 0)
      throw new ProtocolError(`${name}: valid is high in reset; AXI wants it low until reset has ended`);
  }

  beforeEdge(cycle: number): void {
    const { memory, valid, ready, words } = this.#pins;
    const offers = memory.bytes[valid] !== 0;
    if (this.#waitsFor === cycle) {
      if (!offers) this.#broken('valid fell before the value was accepted');
      words.read(this.#now, 0);
      this.#compare();
    } else if (offers) words.read(this.#offered, 0);
    this.#waitsFor = -1;
    if (!offers || memory.bytes[ready] !== 0) return;
    this.#waitsFor = cycle + 1;
  }

  #compare(): void {
    const [before, now, { codec }] = [this.#offered, this.#now, this.#pins];
    for (let w = 0; w < now.length; w++) {
      if (before[w] === now[w]) continue;
      const leaf = codec.leaves.find(({ word, words }) => word <= w && w < word + words)!;
      const [was, is] = [before, now].map((row) => codec.unpackLeaf(leaf, row, 0));
      this.#broken(`the payload changed before it was accepted: ${leaf.path || 'it'} was ${was}, is ${is}`);
    }
  }

  #broken(what: string): never {
    throw new ProtocolError(
      `${this.#pins.name}: ${what} (an offered value stays until ready accepts it; protocol: 'off' lets this pass)`,
    );
  }
}
