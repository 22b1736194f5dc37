// Streams inside a random module that part and meet: fork, demux, join, arbiter, multiplexer, filter, map.
// Invariant: what feeds a stream and what takes from it reads registers and inputs only (rank 0), so that no valid waits
// for a ready.

import { arbiter, join, type StreamSink, streamMux } from '@gatewright/hdl-core';
import { mix } from './choice.ts';
import { hwType, type LooseInt, looseStream } from './loose.ts';
import type { Pool } from './pool.ts';
import type { RouteRecipe } from './recipe.ts';
import { buffered, knownPayload, STREAM } from './stateful.ts';

type Stream = StreamSink<ReturnType<typeof hwType>>;
const BOOL = { type: 'bool' } as const;

/** A stream of wires called `name` that sends what the pool chooses. */
export function feed(name: string, choice: number, pool: Pool): Stream {
  const made = looseStream(name, hwType(STREAM));
  made.valid.set(pool.bool(mix(choice, 1), 0).sig);
  made.data.set(pool.value(STREAM, mix(choice, 2), 0, false));
  return made as unknown as Stream;
}

/** Takes from a stream when the pool chooses, and adds what arrives to it. */
export function take(s: Stream, choice: number, pool: Pool): void {
  s.ready.set(pool.bool(mix(choice, 3), 0).sig);
  pool.addSignal(s.valid, BOOL, 0);
  pool.addSignal(s.fire, BOOL, 0);
  pool.addSignal(knownPayload(s.valid, s.data), STREAM, 0);
}

export function addRoute(name: string, { how, choice }: RouteRecipe, pool: Pool): void {
  const count = 2 + (choice % 3);
  const indexBits = count > 2 ? 2 : 1;
  const source = (i = 0): Stream =>
    buffered(feed(`${name}_in${i}`, mix(choice, 10 + i), pool), mix(choice, 20 + i)) as Stream;
  const sources = (): Stream[] => Array.from({ length: count }, (_, i) => source(i));
  const takeAll = (all: readonly Stream[]): void => all.forEach((s, i) => take(s, mix(choice, 30 + i), pool));
  const data = (d: unknown): { readonly f0: LooseInt; readonly f1: LooseInt } => d as never;
  switch (how) {
    case 'fork':
      takeAll(source().fork(count));
      break;
    case 'demux':
      takeAll(source().demux(count, (d) => data(d).f1.trunc(indexBits) as never));
      break;
    case 'filter':
      takeAll([source().filter((d) => data(d).f1.bit(choice % 5))]);
      break;
    case 'map': {
      const swapped = source().map(hwType(STREAM), (d) => {
        const { f0, f1 } = data(d);
        return { f0: f1.toSInt(), f1: f0.asUInt().trunc(5) } as never;
      });
      takeAll([buffered(swapped, mix(choice, 40)) as Stream]);
      break;
    }
    case 'mux': {
      const at = pool.value({ type: 'uint', width: 2 }, mix(choice, 41), 0, false);
      takeAll([streamMux(name, (at as LooseInt).trunc(indexBits) as never, sources())]);
      break;
    }
    case 'arbiter': {
      const policy = choice % 2 ? 'priority' : 'round-robin';
      const { out, grant } = arbiter(name, sources(), { policy });
      pool.addSignal(grant, { type: 'uint', width: count }, 0);
      takeAll([out]);
      break;
    }
    case 'join': {
      const both = join(name, { a: source(0), b: source(1) });
      const d = both.data as unknown as { readonly a: unknown; readonly b: unknown };
      both.ready.set(pool.bool(mix(choice, 42), 0).sig);
      pool.addSignal(both.fire, BOOL, 0);
      for (const part of [d.a, d.b]) pool.addSignal(knownPayload(both.valid, part), STREAM, 0);
    }
  }
}
