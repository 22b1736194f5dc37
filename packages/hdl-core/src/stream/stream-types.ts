// The ends of valid/ready streams as a user sees them: interfaces only.
// Invariant: a transfer happens at a clock edge where valid and ready are both high. Once valid, the sender keeps valid and
// payload until then. Valid never waits for ready; ready may wait for valid.

import type { BoolSig, Settable, SigOf, Source, UIntSig } from '../signal-types.ts';
import type { Bool, HwType } from '../types.ts';

/** The end of a stream that sends. */
export interface StreamSource<T extends HwType> {
  readonly valid: Settable<Bool>;
  readonly data: Settable<T>;
  readonly ready: BoolSig;
  /** valid & ready: a transfer happens at this clock edge. */
  readonly fire: BoolSig;
}

export interface StreamName {
  /** What the new signals are called after; without it, the stream's own name and what is done to it. */
  readonly name?: string;
}
/**
 * How a register stage cuts a stream.
 * - `forward`: valid and payload come from registers; ready passes through.
 * - `backward`: ready comes from a register; valid and payload pass through, into a spare register while blocked.
 * - `full`: both, without losing a cycle: two registers of payload.
 */
export type StageKind = 'forward' | 'backward' | 'full';

/** The end of a stream that receives, and what can be done with what arrives. Each end is used once. */
export interface StreamSink<T extends HwType> {
  readonly valid: BoolSig;
  readonly data: SigOf<T>;
  readonly ready: Settable<Bool>;
  readonly fire: BoolSig;
  /** The same transfers with a payload computed from the old one, without a register. */
  map<U extends HwType>(type: U, f: (data: SigOf<T>) => Source<U>): StreamSink<U>;
  /** Only the transfers whose payload `keep` likes; the others are accepted and dropped. */
  filter(keep: (data: SigOf<T>) => BoolSig, options?: StreamName): StreamSink<T>;
  /** A first-in first-out queue of `depth` payloads; both handshakes come from registers. */
  queue(depth: number, options?: StreamName): StreamSink<T>;
  /** A register stage; `full` without a kind. */
  stage(kind?: StageKind, options?: StreamName): StreamSink<T>;
  /** Every transfer to each of `count` streams, each of which may take it at its own time. */
  fork(count: number, options?: StreamName): StreamSink<T>[];
  /** Each transfer to the one of `count` streams that `choice` names; past the end it goes to the last one. */
  demux(count: number, choice: (data: SigOf<T>) => UIntSig, options?: StreamName): StreamSink<T>[];
  /** Passes everything on to a stream that sends: an output, or the input of an instance. */
  to(target: StreamSource<T>): void;
  /** Accepts everything and drops it. */
  discard(): void;
}

/** A stream inside a module: both of its ends. */
export type StreamWire<T extends HwType> = StreamSink<T> &
  Omit<StreamSource<T>, 'ready'> & { readonly ready: Settable<Bool> };
