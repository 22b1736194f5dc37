// What goes from one clock domain of a random module into the other: by every construct of `cdc`, and by a memory.
// Invariant: what crosses comes from registers and inputs of its domain; what arrives is in the pool of the other one.

import {
  type BoolSig,
  bool,
  cdc,
  type Domain,
  inDomain,
  mem,
  type StreamSink,
  uint,
  when,
} from '@gatewright/hdl-core';
import { mix } from './choice.ts';
import { type hwType, type LooseInt, looseReg } from './loose.ts';
import { ofKind, type Pool } from './pool.ts';
import type { CrossingRecipe } from './recipe.ts';
import { feed, take } from './routes.ts';

export interface CrossingEnd {
  readonly domain: Domain;
  readonly pool: Pool;
  /** While it is set, registers are being given their first values: nothing is written to memories. */
  readonly load: BoolSig;
}
const BOOL = { type: 'bool' } as const;

/** Makes a crossing called `name`, in the module being built. */
export function addCrossing(
  name: string,
  { how, choice }: CrossingRecipe,
  from: CrossingEnd,
  to: CrossingEnd,
): void {
  const stages = 2 + (choice % 2);
  const options = { from: from.domain, stages };
  const event = (salt: number): BoolSig => from.pool.bool(mix(choice, salt), 0).sig;
  const there = <T>(body: () => T): T => inDomain(from.domain, body);
  const here = <T>(body: () => T): T => inDomain(to.domain, body);
  const stream = (): StreamSink<ReturnType<typeof hwType>> =>
    there(() => feed(`${name}_from`, mix(choice, 4), from.pool));
  switch (how) {
    case 'sync': {
      const level = there(() => {
        const made = looseReg(`${name}_level`, bool, false);
        made.next(event(1));
        return made as unknown as BoolSig;
      });
      to.pool.addSignal(
        here(() => cdc.sync(name, level, { stages })),
        BOOL,
        0,
      );
      return;
    }
    case 'pulse':
      to.pool.addSignal(
        here(() => cdc.pulse(name, event(1), options)),
        BOOL,
        0,
      );
      return;
    case 'counter': {
      const width = 2 + (choice % 4);
      const count = there(() => {
        const made = looseReg(`${name}_count`, uint(width), 0);
        when(event(1), () => made.next((made as unknown as LooseInt).addWrap(1n)));
        return made;
      });
      const seen = here(() => cdc.counter(name, count as never, options));
      to.pool.addSignal(seen, { type: 'uint', width }, 0);
      return;
    }
    case 'handshake':
      here(() => take(cdc.handshake(name, stream(), options), choice, to.pool));
      return;
    case 'fifo':
      here(() =>
        take(cdc.fifo(name, stream(), { ...options, depth: 2 ** (1 + (choice % 3)) }), choice, to.pool),
      );
      return;
    case 'memory': {
      const at = (pool: Pool, salt: number): never =>
        ofKind(pool.int(mix(choice, salt), 0).sig, false, 0).trunc(2) as never;
      const words = mem(`${name}_words`, {
        depth: 4,
        type: uint(7),
        collision: 'undefined',
        init: (i) => mix(choice, 50 + i) % 128,
      });
      there(() => {
        const data = from.pool.value({ type: 'uint', width: 7 }, mix(choice, 51), 0, false);
        words.write(at(from.pool, 52), data as never, { en: from.load.not().and(event(53)) });
      });
      const word = words.readAsync(at(to.pool, 54), { name: `${name}_word`, stable: true });
      to.pool.addSignal(word, { type: 'uint', width: 7 }, 0);
    }
  }
}
