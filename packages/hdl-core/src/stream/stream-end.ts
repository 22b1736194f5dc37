// Streams at run time: one object per stream with its three signals; the combinators are its methods.
// Invariant: a combinator drives the ready of the stream it takes and the valid and payload of those it makes, whose names
// derive from it. What it builds keeps the handshake rules of stream-types.ts.

import { builder, report } from '../builder.ts';
import * as ir from '../ir/expr.ts';
import { BoolSignal, type LeafSignal, leafSignal } from '../leaf-signal.ts';
import { leafValues } from '../leaf-values.ts';
import { type AnySignal, face, inner, signalOf } from '../signal.ts';
import type { BoolSig, Settable, Sig, UIntSig } from '../signal-types.ts';
import { SourcePlace } from '../source-place.ts';
import { declareSignal } from '../statement.ts';
import { type AnyType, type Bool, bool, type HwType, isSigned, typeText } from '../types.ts';
import { queue, stage } from './buffer.ts';
import { demux, fork } from './route.ts';
import type { StageKind, StreamName, StreamSink } from './stream-types.ts';

type Data = Settable<HwType>;

export class StreamEnd {
  /** As in the names of its signals: `in`, `dot_in`, `in_queue`. */
  readonly name: string;
  readonly payload: HwType;
  readonly valid: Settable<Bool>;
  readonly ready: Settable<Bool>;
  readonly data: Data;
  readonly fire: BoolSig;

  constructor(
    name: string,
    payload: HwType,
    signals: { valid: LeafSignal; ready: LeafSignal; data: AnySignal },
  ) {
    this.name = name;
    this.payload = payload;
    this.valid = face(signals.valid);
    this.ready = face(signals.ready);
    this.data = face(signals.data);
    // One expression per stream, printed as `<stream>_fire`.
    const fire = { ...ir.bitwise('and', signals.valid.node, signals.ready.node), hint: `${name}_fire` };
    this.fire = face(new BoolSignal(fire));
  }

  map(type: HwType, f: (data: Data) => unknown): StreamEnd {
    const data = convert(type, f(this.data), this.name);
    const [valid, ready] = [inner(this.valid) as LeafSignal, inner(this.ready) as LeafSignal];
    return new StreamEnd(this.name, type, { valid, ready, data });
  }

  filter(keep: (data: Data) => BoolSig, options: StreamName = {}): StreamEnd {
    const kept = streamLike(options.name ?? `${this.name}_filter`, this.payload, this.data);
    const likes = keep(this.data);
    kept.valid.set(this.valid.and(likes));
    this.ready.set(kept.ready.or(likes.not()));
    return kept;
  }

  queue(depth: number, options: StreamName = {}): StreamEnd {
    return queue(this, depth, options.name ?? `${this.name}_queue`);
  }

  stage(kind: StageKind = 'full', options: StreamName = {}): StreamEnd {
    return stage(this, kind, options.name ?? `${this.name}_stage`);
  }

  fork(count: number, options: StreamName = {}): StreamEnd[] {
    return fork(this, count, options.name ?? `${this.name}_fork`);
  }

  demux(count: number, choice: (data: Data) => UIntSig, options: StreamName = {}): StreamEnd[] {
    return demux(this, count, choice(this.data), options.name ?? `${this.name}_demux`);
  }

  to(target: unknown): void {
    if (target instanceof StreamEnd) connectStreams(target, this, SourcePlace.capture());
    else
      report('E14', `the stream \`${this.name}\` is connected to something that is no stream`, {
        help: 'connect it to an output stream, or to an input stream of an instance',
      });
  }

  discard(): void {
    this.ready.set(true);
  }
}

/** The typed face of a stream. */
export const sink = <T extends HwType>(s: StreamEnd): StreamSink<T> => s as unknown as StreamSink<T>;

/** A stream of wires inside the module being built. */
export const streamWires = (name: string, payload: HwType): StreamEnd => inside(name, payload, 'wire');
/** A stream whose valid and payload are registers, valid reset to false. */
export const streamRegisters = (name: string, payload: HwType): StreamEnd => inside(name, payload, 'reg');
/** A stream with a handshake of its own and the payload of another. */
export const streamLike = (name: string, payload: HwType, data: unknown): StreamEnd =>
  inside(name, payload, 'wire', inner(data as Sig));

function inside(name: string, payload: HwType, role: 'wire' | 'reg', known?: AnySignal): StreamEnd {
  const b = builder('a stream');
  const place = SourcePlace.capture();
  const reset = role === 'reg' ? { reset: 0n } : {};
  const valid = leafSignal(bool, ir.ref(b.declare(`${name}_valid`, role, bool, place, reset)));
  const ready = leafSignal(bool, ir.ref(b.declare(`${name}_ready`, 'wire', bool, place, { readyOf: name })));
  const isScalar = (payload as AnyType).kind !== 'bundle';
  const data = known ?? declareSignal(b, isScalar ? `${name}_data` : name, role, payload, place);
  return new StreamEnd(name, payload, { valid, ready, data });
}

/** `target` sends what `source` receives. */
export function connectStreams(target: StreamEnd, source: StreamEnd, place: SourcePlace): void {
  const fault = mismatch(target.payload, source.payload, []);
  if (fault) {
    report('E14', `the stream \`${source.name}\` cannot be connected to \`${target.name}\`: ${fault}`, {
      place,
      notes: [
        { text: `\`${source.name}\` is stream<${typeText(source.payload)}>` },
        { text: `\`${target.name}\` is stream<${typeText(target.payload)}>` },
      ],
      help: 'convert the payload on the way: .map(type, (data) => …)',
    });
  } else target.data.set(source.data as never);
  target.valid.set(source.valid);
  source.ready.set(target.ready);
}

/** Why a payload of type `from` does not go into one of type `to` without loss; the path of the first fault. */
function mismatch(to: HwType, from: HwType, path: readonly string[]): string | undefined {
  const [a, b] = [to as AnyType, from as AnyType];
  const at = path.length ? `.${path.join('.')}` : 'the payload';
  if (a.kind === 'vec' && b.kind === 'vec') {
    if (a.length !== b.length) return `${at} has ${b.length} elements, not ${a.length}`;
    return mismatch(a.element, b.element, [...path, '0']);
  }
  if (a.kind === 'bundle' && b.kind === 'bundle') {
    const missing = Object.keys(a.fields).filter((f) => !(f in b.fields));
    const extra = Object.keys(b.fields).filter((f) => !(f in a.fields));
    if (missing.length) return `${at} has no field ${missing.join(', ')}`;
    if (extra.length) return `${at} has a field ${extra.join(', ')} more`;
    for (const [name, type] of Object.entries(a.fields)) {
      const fault = mismatch(type, b.fields[name]!, [...path, name]);
      if (fault) return fault;
    }
    return undefined;
  }
  const isInteger = a.kind === 'uint' || a.kind === 'sint';
  if (a.kind === b.kind && isInteger && a.width >= b.width) return undefined;
  return typeText(a) === typeText(b) ? undefined : `${at} is ${typeText(b)}, not ${typeText(a)}`;
}

/** `source` as a signal of `type`. */
function convert(type: HwType, source: unknown, name: string): AnySignal {
  const place = SourcePlace.capture();
  const values = new Map(leafValues(type, name, source, place).map((leaf) => [leaf.path, leaf.value]));
  return signalOf(type, (path, leaf) => {
    const value = values.get(path.join('.')) ?? ir.constant(0n, leaf.width, isSigned(leaf));
    return leafSignal(leaf, ir.wrap(value, leaf.width, isSigned(leaf)));
  });
}
