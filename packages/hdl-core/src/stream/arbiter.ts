// Arbiters: several streams share one.
// Invariant: a transfer once offered is offered until it is taken: the choice is held while the shared stream waits.

import { report } from '../builder.ts';
import { named } from '../named.ts';
import { oneHotMux } from '../one-hot.ts';
import { cat, mux } from '../operators.ts';
import type { BoolSig, Reg, UIntSig } from '../signal-types.ts';
import { regs, when } from '../statement.ts';
import { bool, type HwType, typeText, type UInt, uint } from '../types.ts';
import { type StreamEnd, sink, streamWires } from './stream-end.ts';
import type { StreamSink } from './stream-types.ts';

/**
 * - `priority`: the first of the streams that has something.
 * - `round-robin`: the next one after the last that was served; each is served after at most all others once.
 */
export type ArbiterPolicy = 'priority' | 'round-robin';

/** A stream called `name` with the transfers of all `streams`, one at a time, and which stream each came from (one-hot). */
export function arbiter<T extends HwType>(
  name: string,
  streams: readonly StreamSink<T>[],
  { policy = 'round-robin' }: { readonly policy?: ArbiterPolicy } = {},
): { readonly out: StreamSink<T>; readonly grant: UIntSig } {
  const ends = streams as unknown as readonly StreamEnd[];
  const [first] = ends;
  if (!first) throw new RangeError(`arbiter('${name}', …): there is no stream`);
  const odd = ends.find((s) => typeText(s.payload) !== typeText(first.payload));
  if (odd) {
    report('E14', `the streams \`${first.name}\` and \`${odd.name}\` cannot share \`${name}\``, {
      notes: [first, odd].map((s) => ({ text: `\`${s.name}\` is stream<${typeText(s.payload)}>` })),
      help: 'convert the payload on the way: .map(type, (data) => …)',
    });
  }
  const out = streamWires(name, first.payload);
  if (odd || ends.length === 1) {
    first.to(out);
    for (const s of ends.slice(1)) s.discard();
    return { out: sink(out), grant: named(`${name}_grant`, first.valid.asUInt()) };
  }
  const count = ends.length;
  const requests = named(`${name}_requests`, cat(...ends.map((s) => s.valid as BoolSig).reverse()));
  const [waiting, held] = [`${name}_waiting`, `${name}_held`] as const;
  const state = regs({ [waiting]: bool, [held]: uint(count) }, { [waiting]: false }, { reset: 'none' });
  const turn = policy === 'priority' ? undefined : new Turn(name, requests);
  const choice = turn ? turn.choice : requests.lowestOne();
  const grant = named(
    `${name}_grant`,
    mux(state[waiting] as unknown as BoolSig, state[held] as unknown as UIntSig, choice),
  );
  state[waiting]!.next(out.valid.and(out.ready.not()) as never);
  state[held]!.next(grant as never);
  when(out.fire, () => turn?.serve(grant));
  out.valid.set(requests.any());
  out.data.set(
    oneHotMux(
      grant,
      ends.map((s) => s.data),
    ) as never,
  );
  ends.forEach((s, i) => s.ready.set(out.ready.and(grant.bit(i))));
  return { out: sink(out), grant };
}

/** Whose turn it is: the first request above the place that was served last, or the first of all. */
class Turn {
  readonly choice: UIntSig;
  readonly #above: Reg<UInt>;

  constructor(name: string, requests: UIntSig) {
    const above = `${name}_above`;
    this.#above = regs({ [above]: uint(requests.type.width) }, { [above]: 0 })[above] as unknown as Reg<UInt>;
    const later = named(`${name}_later`, requests.and(this.#above));
    this.choice = mux(later.any(), later, requests).lowestOne();
  }

  /** All places above the served one come before the others. */
  serve(grant: UIntSig): void {
    this.#above.next(grant.or(grant.subWrap(1)).not());
  }
}
