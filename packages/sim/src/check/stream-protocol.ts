// The rules of a valid/ready stream, watched at the design's outputs while a testbench runs.
// Invariant: reads ports only. Edges that a testbench passes one by one are judged here, those of the bulk path by the back
// end, from the ring; of cycles that nobody looks at (`step(n)` with idle streams) only the last is judged. Streams into the design are driven by the testbench, which keeps the rules by construction.

import { DesignFault } from '../backend/design-fault.ts';
import type { EdgeObserver } from '../testbench/clock.ts';
import type { StreamPins } from '../testbench/stream-end.ts';
import type { RingRows } from '../wave/ring-rows.ts';

/** What is watched: nothing; that an offered value stays until it is accepted; and also that nothing is offered in reset. */
export type Protocol = 'off' | 'stable' | 'axi';

/** For all output streams, or by port name; `stable` by default. */
export type ProtocolOption = Protocol | Readonly<Record<string, Protocol>>;

/** The design breaks a rule of one of its output streams. */
export class ProtocolError extends DesignFault {
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
  readonly afterBulk?: (cycle: number) => void;

  /** `rows`: what the back end records, if it does. */
  constructor(pins: StreamPins, protocol: Protocol, rows?: RingRows) {
    this.#pins = pins;
    this.#protocol = protocol;
    this.#offered = new Uint32Array(pins.codec.words);
    this.#now = new Uint32Array(pins.codec.words);
    if (rows) {
      const recorded = { ...pins, memory: rows.memory, words: pins.words.inside(rows.memory) };
      this.afterBulk = (cycle) => {
        this.#waitsFor = -1;
        for (const back of [1, 0]) if (rows.load(back)) this.#judge(recorded, cycle - 1 - back);
      };
    }
  }

  /** To be called at the end of reset. Throws a ProtocolError when something is offered, where that is forbidden. */
  checkReset(): void {
    if (this.#protocol !== 'axi') return;
    const { memory, valid, name } = this.#pins;
    if (memory.bytes[valid] !== 0)
      throw new ProtocolError(`${name}: valid is high in reset; AXI wants it low until reset has ended`);
  }

  beforeEdge(cycle: number): void {
    this.#judge(this.#pins, cycle);
  }

  #judge({ memory, valid, ready, words }: StreamPins, cycle: number): void {
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
