// The handles that a test sees: peek, poke, send, recv. Their types are in dut.ts; here values are unknown.
// Invariant: a handle of a run that has ended refuses to touch the design, which may serve another run by then.

import { type HwType, type Ports, typeText } from '@gatewright/hdl-core';
import type { PayloadCodec } from '../value/payload-codec.ts';
import type { PortWords } from '../value/port-memory.ts';
import { ValueError } from '../value/value-error.ts';
import { asked } from './asked.ts';
import type { Clock } from './clock.ts';
import type { Dut, OutputPort } from './dut.ts';
import type { Scheduler } from './scheduler.ts';
import type { StreamDriver } from './stream-driver.ts';
import type { StreamReceiver } from './stream-receiver.ts';
import { setWatchable } from './watchable.ts';
import type { PlainPins, WiredPort } from './wiring.ts';

/** What handles need of a run. */
export interface RunContext {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

class PlainHandle {
  readonly type: HwType;
  readonly #pins: PlainPins;
  readonly #codec: PayloadCodec;
  readonly #words: PortWords;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #row: Uint32Array;

  constructor(pins: PlainPins, { clock, scheduler }: RunContext) {
    this.type = pins.type;
    this.#pins = pins;
    this.#codec = pins.codec;
    this.#words = pins.words;
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#row = new Uint32Array(pins.codec.words);
    setWatchable(this, {
      name: pins.name,
      width: pins.type.width,
      words: pins.codec.words,
      read: (row) => pins.words.read(row, 0),
    });
  }

  peek(): unknown {
    if (this.#scheduler.ended) throw this.#ended('peek');
    this.#clock.follow();
    this.#words.read(this.#row, 0);
    return this.#codec.unpack(this.#row, 0);
  }

  protected set(value: unknown): void {
    if (this.#scheduler.ended) throw this.#ended('poke');
    if (this.#scheduler.looking)
      throw new Error(
        `poke on ${this.#pins.name}: this instant is in its readOnly phase; let time pass first`,
      );
    this.#codec.pack(value, this.#row, 0);
    this.#words.write(this.#row, 0);
    this.#clock.touch();
  }

  #ended(what: string): Error {
    return new Error(`${what} on ${this.#pins.name}: the simulation has ended`);
  }
}

class InputHandle extends PlainHandle {
  poke(value: unknown): void {
    this.set(value);
  }
}

/** The wires of a stream, to look at. */
interface Wires {
  readonly valid: PlainHandle;
  readonly ready: PlainHandle;
  readonly data: PlainHandle;
}

class StreamHandle implements Wires {
  readonly valid: PlainHandle;
  readonly ready: PlainHandle;
  readonly data: PlainHandle;

  constructor(wires: Wires) {
    this.valid = wires.valid;
    this.ready = wires.ready;
    this.data = wires.data;
  }
}

class InputStreamHandle extends StreamHandle {
  readonly #driver: StreamDriver;
  readonly #run: RunContext;

  constructor(driver: StreamDriver, wires: Wires, run: RunContext) {
    super(wires);
    this.#driver = driver;
    this.#run = run;
  }

  send(...values: unknown[]): Promise<void> {
    return this.sendAll(values);
  }

  sendAll(values: readonly unknown[]): Promise<void> {
    return waiting(this.#run, () => this.#driver.send(values));
  }

  sendColumns(columns: unknown): Promise<void> {
    return waiting(this.#run, () => this.#driver.sendColumns(columns));
  }
}

class OutputStreamHandle extends StreamHandle {
  readonly #receiver: StreamReceiver;
  readonly #run: RunContext;

  constructor(receiver: StreamReceiver, wires: Wires, run: RunContext) {
    super(wires);
    this.#receiver = receiver;
    this.#run = run;
  }

  recv(): Promise<unknown> {
    return waiting(this.#run, () => this.#receiver.recv());
  }

  take(count: number): Promise<unknown[]> {
    return waiting(this.#run, () => this.#receiver.take(count));
  }

  takeColumns(wanted: unknown): Promise<unknown> {
    return waiting(this.#run, () => this.#receiver.takeColumns(wanted));
  }
}

/** A wait on a stream. An abandoned task must not go on; an error of the call goes to who awaits, or fails the run. */
function waiting<R>({ scheduler }: RunContext, wait: () => Promise<R>): Promise<R> {
  if (scheduler.ended) return new Promise(() => {});
  try {
    return wait();
  } catch (error) {
    // The reader is shown the call, not how values are packed.
    if (error instanceof ValueError) Error.captureStackTrace(error, waiting);
    return asked(Promise.reject(error), (unheard) => scheduler.fail(unheard));
  }
}

/** Gives the handle of a signal inside the design. */
export type InsideHandles = <T extends HwType>(name: string, type: T) => OutputPort<T>;

/** Handles of the signals that are watched. */
export function insideHandles(signals: ReadonlyMap<string, PlainPins>, run: RunContext): InsideHandles {
  return (name, type) => {
    const pins = signals.get(name);
    if (!pins) {
      const watched = [...signals.keys()].slice(0, named).join(', ') || 'nothing';
      throw new RangeError(
        `inside: ${name} is not watched, ${watched} is; simulate with { watch: ['${name}'] }`,
      );
    }
    if (typeText(pins.type) !== typeText(type))
      throw new TypeError(`inside: ${name} is a ${typeText(pins.type)}, not a ${typeText(type)}`);
    return new PlainHandle(pins, run) as object as OutputPort<typeof type>;
  };
}

/** Signals named in a message. */
const named = 12;

/** The handle of each port. */
export function makeDut<P extends Ports>(
  ports: readonly WiredPort[],
  ends: { driver(port: WiredPort): StreamDriver; receiver(port: WiredPort): StreamReceiver },
  run: RunContext,
): Dut<P> {
  const handles: Record<string, unknown> = {};
  for (const port of ports) {
    const data = new PlainHandle(port.data, run);
    if (port.handshake) {
      const [valid, ready] = [port.handshake.valid, port.handshake.ready].map((p) => new PlainHandle(p, run));
      const wires = { valid: valid!, ready: ready!, data };
      handles[port.name] =
        port.direction === 'in'
          ? new InputStreamHandle(ends.driver(port), wires, run)
          : new OutputStreamHandle(ends.receiver(port), wires, run);
    } else handles[port.name] = port.direction === 'in' ? new InputHandle(port.data, run) : data;
  }
  return handles as Dut<P>;
}
