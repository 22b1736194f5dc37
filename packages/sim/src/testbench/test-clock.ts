// One clock of a run: when it rises, how often it has, and who waits for its edges.
// Invariant: edge n (from 1) is at `first + (n - 1) * period`, and `edges` counts those that have passed since reset.
// It moves nothing: see scheduler.ts.

import type { ClockHandle } from './dut.ts';
import { picoseconds, type Time } from './time.ts';
import { CountWaits } from './time-waits.ts';

/** When a clock rises. The default is 10ns, and a first edge after one period. */
export interface ClockTiming {
  readonly period?: Time | undefined;
  /** Of its first rising edge. It falls half a period after each. */
  readonly phase?: Time | undefined;
}

export class TestClock implements ClockHandle {
  readonly name: string;
  /** In ps. */
  readonly period: number;
  readonly first: number;
  /** Its bit in `Instance.setClocks`. */
  readonly mask: number;
  readonly steps = new CountWaits();
  edges = 0;
  readonly #isClock = true;

  constructor(name: string, index: number, { period = '10ns', phase = period }: ClockTiming) {
    this.name = name;
    this.mask = 1 << index;
    this.period = picoseconds(period, `period of clock ${name}`);
    this.first = picoseconds(phase, `phase of clock ${name}`);
    if (this.period < 2) throw new RangeError(`period of clock ${name}: ${period} is shorter than 2 ps`);
  }

  /** Tells a clock from a port: a test asks in every cycle, and `instanceof` looks at the chain of prototypes. */
  static is(signal: unknown): signal is TestClock {
    return typeof signal === 'object' && signal !== null && #isClock in signal;
  }

  get cycle(): number {
    return this.edges;
  }

  /** When it rises next. */
  get nextRise(): number {
    return this.first + this.edges * this.period;
  }

  /** When it rose last; 0 before the first edge. */
  get lastRise(): number {
    return this.edges === 0 ? 0 : this.first + (this.edges - 1) * this.period;
  }

  /** When it falls next, seen from `now`. Before its first edge it is low. */
  nextFall(now: number): number {
    const half = this.period - Math.floor(this.period / 2);
    const fall = this.lastRise + half;
    return this.edges > 0 && now < fall ? fall : this.nextRise + half;
  }
}
