// connect: one side drives the other, whatever they are: signals, bundles, vecs, streams.
// Invariant: the first side is driven. Two things that do not go together are reported with both names and types.

import { assign } from './assignment.ts';
import { report } from './builder.ts';
import { describeValue } from './leaf-signal.ts';
import { inner } from './signal.ts';
import type { BoolSig, Settable, SigOf, Source } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { connectStreams, StreamEnd } from './stream/stream-end.ts';
import type { StreamSource } from './stream/stream-types.ts';
import type { Bool, HwType } from './types.ts';

/** The receiving end of a stream whose payload goes into one of type `T`; widths are elaboration's to judge. */
interface Sending<T extends HwType> {
  readonly valid: BoolSig;
  readonly data: Source<T>;
  readonly ready: Settable<Bool>;
}

/** `target` sends what `source` receives: connect(io.out, child.out), connect(child.in, io.in). */
export function connect<T extends HwType>(target: StreamSource<T>, source: Sending<NoInfer<T>>): void;
/** `target` has the value of `source`. */
export function connect<T extends HwType>(target: Settable<T>, source: SigOf<NoInfer<T>>): void;
export function connect(target: unknown, source: unknown): void {
  const place = SourcePlace.capture();
  const isStream = [target, source].map((s) => s instanceof StreamEnd);
  if (target instanceof StreamEnd && source instanceof StreamEnd) connectStreams(target, source, place);
  else if (isStream.includes(true)) {
    const text = (s: unknown): string =>
      s instanceof StreamEnd ? `the stream \`${s.name}\`` : `a ${describeValue(s)}`;
    report('E14', `${text(source)} cannot be connected to ${text(target)}`, {
      place,
      help: 'connect streams with streams, and signals with signals',
    });
  } else assign(inner(target as SigOf<HwType> as never), source, place);
}
