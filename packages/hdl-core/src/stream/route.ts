// Streams that part and meet: fork, demux, join and a multiplexer.
// Invariant: no valid waits for a ready; a transfer on one side is exactly the transfers it stands for on the other.

import type { IntSignal } from '../leaf-signal.ts';
import { named } from '../named.ts';
import { BundleSignal, inner, VecSignal } from '../signal.ts';
import type { BoolSig, Settable, Sig, UIntSig } from '../signal-types.ts';
import { regs, when } from '../statement.ts';
import { type Bool, type Bundle, bool, bundle, type HwType, vec } from '../types.ts';
import { type StreamEnd, sink, streamLike, streamWires } from './stream-end.ts';
import type { StreamSink } from './stream-types.ts';

const all = (signals: readonly BoolSig[]): BoolSig => signals.reduce((a, b) => a.and(b));

/** Each branch takes the payload once; the stream moves on when all have. */
export function fork(from: StreamEnd, count: number, name: string): StreamEnd[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`fork(${count}): a number of branches is an integer from 1`);
  const branches = Array.from({ length: count }, (_, i) =>
    streamLike(`${name}_${i}`, from.payload, from.data),
  );
  const done = regs(
    { [`${name}_done`]: vec(count, bool) },
    { [`${name}_done`]: Array.from({ length: count }, () => false) },
  )[`${name}_done`]!;
  const taken = branches.map((b, i) => done.at(i).or(b.ready));
  from.ready.set(all(taken));
  branches.forEach((b, i) => {
    b.valid.set(from.valid.and(done.at(i).not()));
    when(from.fire, () => done.at(i).next(false)).elseWhen(b.fire, () => done.at(i).next(true));
  });
  return branches;
}

/** The branch that `choice` names takes the payload. */
export function demux(from: StreamEnd, count: number, choice: UIntSig, name: string): StreamEnd[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`demux(${count}, …): a number of branches is an integer from 1`);
  const branches = Array.from({ length: count }, (_, i) =>
    streamLike(`${name}_${i}`, from.payload, from.data),
  );
  const chosen = nameOf(`${name}_choice`, choice);
  branches.forEach((b, i) => {
    b.valid.set(from.valid.and(names(chosen, i, count)));
  });
  from.ready.set(
    element(
      branches.map((b) => b.ready),
      chosen,
    ),
  );
  return branches;
}

/** A stream of any payload. */
interface AnySink {
  readonly valid: BoolSig;
  readonly data: Sig;
  readonly ready: Settable<Bool>;
}
type Joined<R extends Record<string, AnySink>> = Bundle<{
  readonly [K in keyof R]: R[K]['data'] extends Sig<infer T> ? T : never;
}>;

/** One transfer of a stream called `name` for one of each of `streams`; its payload has their keys as fields. */
export function join<R extends Record<string, AnySink>>(name: string, streams: R): StreamSink<Joined<R>>;
export function join(name: string, streams: Record<string, unknown>): unknown {
  const ends = Object.entries(streams) as unknown as [string, StreamEnd][];
  const type = bundle(Object.fromEntries(ends.map(([key, s]) => [key, s.payload])));
  const data = new BundleSignal(type, Object.fromEntries(ends.map(([key, s]) => [key, inner(s.data)])));
  const out = streamLike(name, type, data);
  out.valid.set(all(ends.map(([, s]) => s.valid)));
  ends.forEach(([key, s]) => {
    const others = ends.filter(([k]) => k !== key).map(([, o]) => o.valid as BoolSig);
    s.ready.set(all([out.ready, ...others]));
  });
  return out;
}

/**
 * A stream called `name` that passes on the one of `streams` that `choice` names, the last one past the end. The choice
 * must not change while the chosen stream waits.
 */
export function streamMux<T extends HwType>(
  name: string,
  choice: UIntSig,
  streams: readonly StreamSink<T>[],
): StreamSink<T> {
  const ends = streams as unknown as readonly StreamEnd[];
  const [first] = ends;
  if (!first) throw new RangeError(`streamMux('${name}', …): there is no stream`);
  const out = streamWires(name, first.payload);
  const chosen = nameOf(`${name}_choice`, choice);
  out.valid.set(
    element(
      ends.map((s) => s.valid),
      chosen,
    ),
  );
  out.data.set(
    element(
      ends.map((s) => s.data),
      chosen,
    ) as never,
  );
  ends.forEach((s, i) => s.ready.set(out.ready.and(names(chosen, i, ends.length))));
  return sink(out);
}

/** The element that `at` names of signals of one type. */
function element(signals: readonly Sig[], at: UIntSig): never {
  const items = signals.map((s) => inner(s));
  const all = new VecSignal(vec(items.length, items[0]!.type), items);
  return all.at(inner(at) as IntSignal) as never;
}

/** A choice that is read several times, named unless it is a signal already. */
function nameOf(name: string, choice: UIntSig): UIntSig {
  return (inner(choice) as IntSignal).node.kind === 'ref' ? choice : named(name, choice);
}

/** True where `at` names place `i` of `count`; the last place stands for all past the end. */
function names(at: UIntSig, i: number, count: number): BoolSig {
  return i < count - 1 || at.range.max <= BigInt(i) ? at.eq(i) : at.ge(i);
}
