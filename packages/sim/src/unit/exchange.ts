// One list of transactions through a design: what goes in, what comes out, and how long it took.
// Invariant: all inputs are offered and all outputs wanted from the first cycle on; outputs stay raw rows.
// It does not know what is right: see compare.ts.

import type { Ports } from '@gatewright/hdl-core';
import type { Dut, Testbench } from '../testbench/dut.ts';
import type { OpenDut } from '../testbench/open-dut.ts';
import type { RunOptions } from '../testbench/open-options.ts';
import { SimTimeout } from '../testbench/sim-timeout.ts';
import { StreamDriver } from '../testbench/stream-driver.ts';
import type { Receiving } from '../testbench/stream-receiver.ts';
import type { RowsSink } from '../value/stream-rows.ts';
import type { AnyStreams } from './unit.ts';

/** Cycles in which no further output may turn up once all were taken. */
const quietCycles = 16;

/** What came out. */
export interface Exchange {
  /** Per output stream. After a time-out fewer are `taken` than were wanted. */
  readonly received: ReadonlyMap<string, { readonly rows: Uint32Array; readonly taken: number }>;
  /** From the edge of the first input transfer to that of the last output transfer, both included. */
  readonly cycles: number;
  /** Why it is not right as a whole: a time-out, or a value that nobody expects. */
  readonly problem: string | undefined;
}

/** How to run it. */
export interface ExchangeOptions extends RunOptions {
  /** Called after reset, before anything is sent. */
  readonly setup?: ((dut: Dut<Ports>) => void) | undefined;
  /** Called when all is over, to look at the last cycles. */
  readonly look?: ((t: Testbench) => void) | undefined;
}

/** Sends all of `inputs` and takes `counts` values of each output stream. */
export async function exchange(
  dut: OpenDut<Ports>,
  inputs: AnyStreams,
  counts: ReadonlyMap<string, number>,
  options: ExchangeOptions,
): Promise<Exchange> {
  const receivings = new Map<string, Receiving<RowsSink>>();
  let problem: string | undefined;
  await dut.run(async (handles, t) => {
    options.setup?.(handles);
    const waits: Promise<void>[] = [];
    for (const [name, end] of dut.ends) {
      if (end instanceof StreamDriver) waits.push(end.send(inputs[name] ?? []));
      else {
        const receiving = end.takeRows(counts.get(name) ?? 0);
        receivings.set(name, receiving);
        waits.push(receiving.wait.result(() => {}));
      }
    }
    try {
      await Promise.all(waits);
    } catch (error) {
      if (!(error instanceof SimTimeout)) throw error;
      problem = error.message;
      options.look?.(t);
      return;
    }
    options.look?.(t);
    await t.step(quietCycles);
    for (const [name, end] of dut.ends)
      if (!(end instanceof StreamDriver) && end.offered)
        problem = `${name} offers a value beyond the ${counts.get(name) ?? 0} expected`;
  }, options);
  const received = new Map(
    [...receivings].map(([name, { sink, taken }]) => [name, { rows: sink.rows, taken }]),
  );
  return { received, cycles: elapsed(dut), problem };
}

function elapsed(dut: OpenDut<Ports>): number {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const end of dut.ends.values()) {
    if (end.traffic.transfers === 0) continue;
    if (end instanceof StreamDriver) first = Math.min(first, end.traffic.first);
    else last = Math.max(last, end.traffic.last);
  }
  return last === 0 ? 0 : last - Math.min(first, last) + 1;
}
