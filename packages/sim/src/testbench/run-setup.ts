// What the options of a run stand for: its clocks, what is recorded and watched, how streams stall and are checked.
// Invariant: an option that cannot be meant fails here with its name, before anything runs.

import type { Module } from '@gatewright/hdl-core';
import { topClocks } from '../backend/controls.ts';
import { type ProtocolOption, protocolOf, StreamProtocol } from '../check/stream-protocol.ts';
import type { RingRows } from '../wave/ring-rows.ts';
import { defaultSeed } from './environment.ts';
import type { RunOptions } from './open-options.ts';
import { Random } from './random.ts';
import { TestClock } from './test-clock.ts';
import type { WiredPort } from './wiring.ts';

/** The clocks of a run; a design without a clock has cycles all the same. */
export function clocksFor(top: Module, timing: RunOptions['clocks'] = {}): TestClock[] {
  const ports = topClocks(top);
  const names = ports.length === 0 ? [{ name: 'clk', index: 0 }] : ports;
  for (const name of Object.keys(timing))
    if (!names.some((clock) => clock.name === name))
      throw new RangeError(
        `clocks: there is no clock ${name}; there is ${names.map((clock) => clock.name).join(', ')}`,
      );
  return names.map(({ name, index }) => new TestClock(name, index, timing[name] ?? {}));
}

export function checkersOf(
  ports: readonly WiredPort[],
  option: ProtocolOption | undefined,
  rows: RingRows | undefined,
): StreamProtocol[] {
  return ports.flatMap(({ name, direction, handshake }) => {
    const protocol = protocolOf(option, name);
    if (!handshake || direction === 'in' || protocol === 'off') return [];
    return [new StreamProtocol(handshake.pins, protocol, rows)];
  });
}

export function historyDepth(depth = 64): number {
  if (Number.isInteger(depth) && depth > 0 && depth <= 1_000_000) return depth;
  throw new RangeError(
    `history: ${depth} is not a number of cycles from 1 to 1000000; use vcd for longer runs`,
  );
}

export function stallOf({ name, direction }: WiredPort, { stalls, seed = defaultSeed() }: RunOptions) {
  if (!stalls) return undefined;
  const probability = stalls[direction] ?? 0.5;
  if (!(probability >= 0 && probability < 1))
    throw new RangeError(`stalls.${direction}: ${probability} is not a probability below 1`);
  return { probability, random: new Random(stalls.seed ?? seed, name) };
}
