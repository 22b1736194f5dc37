// Crossing clock domains: synchronisers, event and data crossings, and the release of a reset.
// Invariant: everything here is made for the domain around the call; `from` is the domain that the value comes from. What
// is built is ordinary registers, the first of a synchroniser marked as such (`crosses`), so that the check of crossings
// lets these through and nothing else.

import { builder, report } from './builder.ts';
import { inDomain } from './domain.ts';
import type { Domain } from './ir/domain.ts';
import * as ir from './ir/expr.ts';
import type { Attributes, Decl } from './ir/module.ts';
import { type LeafSignal, leafSignal } from './leaf-signal.ts';
import { mem } from './memory.ts';
import { eachLeaf, named } from './named.ts';
import { face, inner } from './signal.ts';
import type { BoolSig, Reg, Sig, UIntSig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { declareSignal, when } from './statement.ts';
import { type StreamEnd, sink, streamLike } from './stream/stream-end.ts';
import type { StreamSink } from './stream/stream-types.ts';
import { type Bool, bool, type HwType, type UInt, uint } from './types.ts';

export interface SyncOptions {
  /** Registers in a row, at least 2; more for very fast clocks. */
  readonly stages?: number;
}
export interface LevelOptions extends SyncOptions {
  /** What it is after a reset, or at power-up where the domain has none; default false. True for a line that idles high. */
  readonly reset?: boolean;
}
export interface FromDomain extends SyncOptions {
  /** The domain that it comes from. */
  readonly from: Domain;
}

/** Tools place these registers next to each other and time the path into the first as one that may settle late. */
const SYNCHRONISER: Attributes = { ASYNC_REG: 'TRUE' };

/** Registers `<name>_meta` … `<name>_sync` in a row; the last one's signal. */
function synchroniser(
  name: string,
  source: LeafSignal,
  { stages = 2, reset = false }: LevelOptions,
): LeafSignal {
  const b = builder('cdc');
  const place = SourcePlace.capture();
  if (!Number.isInteger(stages) || stages < 2)
    report('E08', `a synchroniser of ${stages} stages`, { place, help: 'use 2 or more' });
  const count = Math.max(2, Math.trunc(stages) || 2);
  const first = reset ? 1n : 0n;
  const start = b.domain.reset ? { reset: first } : { init: first };
  let value = source;
  for (let i = 0; i < count; i++) {
    const stage = i === count - 1 ? 'sync' : i === 0 ? 'meta' : `meta_${i + 1}`;
    const register: Decl = b.declare(`${name}_${stage}`, 'reg', source.type, place, {
      ...start,
      attributes: SYNCHRONISER,
      ...(i === 0 ? { crosses: true } : {}),
    });
    b.assign(register, value.node, place);
    value = leafSignal(source.type, ir.ref(register));
  }
  return value;
}

/** A register of the domain around that begins with 0: at reset, or at power-up where the domain has none. */
function fromZero<T extends Bool | UInt>(name: string, type: T): Reg<T> {
  const b = builder('cdc');
  const start = b.domain.reset ? { reset: 0n } : { init: 0n };
  const made = b.declare(name, 'reg', type, SourcePlace.capture(), start);
  return face(leafSignal(type, ir.ref(made)));
}

/**
 * A level of another domain, `stages` edges later. It must come straight from a register; each value must last longer
 * than a period of this clock to be seen. For one bit only: the bits of a number would arrive at different edges.
 */
function sync(name: string, level: BoolSig, options: LevelOptions = {}): BoolSig {
  return face(synchroniser(name, inner(level) as LeafSignal, options));
}

/**
 * One cycle of `true` here for each cycle of `true` in `from`, which must be some periods of this clock apart. The two
 * domains are to be reset together.
 */
function pulse(name: string, event: BoolSig, { from, ...options }: FromDomain): BoolSig {
  const toggle = inDomain(from, () => {
    const made = fromZero(`${name}_toggle`, bool);
    when(event, () => made.next(made.not()));
    return made;
  });
  const seen = sync(name, toggle, options);
  const before = fromZero(`${name}_before`, bool);
  before.next(seen);
  return seen.xor(before);
}

/** A number in reflected binary (Gray) code: neighbours differ in one bit. */
export const toGray = (value: UIntSig): UIntSig => value.xor(value.shr(1)).trunc(widthOf(value));
/** The number that a Gray code stands for. */
export function fromGray(code: UIntSig): UIntSig {
  const width = widthOf(code);
  let value = code;
  for (let shift = 1; shift < width; shift *= 2) value = value.xor(value.shr(shift)).trunc(width);
  return value;
}
const widthOf = (s: UIntSig): number => (inner(s) as LeafSignal).node.width;

/** A counter of another domain that moves by one at a time, modulo 2^width; here it may skip values, never show others. */
function counter(name: string, value: UIntSig, { from, ...options }: FromDomain): UIntSig {
  const coded = `${name}_gray`;
  const gray = inDomain(from, () => {
    const made = fromZero(coded, uint(widthOf(value)));
    made.next(toGray(value));
    return made;
  });
  const seen = face<UIntSig>(synchroniser(coded, inner(gray) as LeafSignal, options));
  return named(`${name}_seen`, fromGray(seen));
}

/**
 * Says that a signal does not change while it is read: configuration that is set before the clocks run, or data that a
 * handshake of the design's own holds still. It costs nothing and proves nothing: the word of the author stands for it.
 */
function stable<S extends Sig<HwType>>(name: string, value: S): S {
  const b = builder('cdc.stable()');
  const place = SourcePlace.capture();
  return eachLeaf(name, value, (leafName, leaf) => {
    const decl = b.declare(leafName, 'node', leaf.type, place, { crosses: true });
    b.item({ kind: 'node', decl, value: leaf.node, place });
    return leafSignal(leaf.type, ir.refWithRange(decl, leaf.node.min, leaf.node.max));
  });
}

/**
 * A stream of `from` as a stream of this domain, one payload at a time: two toggles go forth and back, and the payload
 * waits in a register meanwhile. Small and slow: a transfer takes some periods of both clocks. Reset both together.
 */
function handshake<T extends HwType>(
  name: string,
  source: StreamSink<T>,
  { from, ...options }: FromDomain,
): StreamSink<T> {
  const payload = payloadOf(source);
  const answer = fromZero(`${name}_answer`, bool);
  const { request, word } = inDomain(from, () => {
    const request = fromZero(`${name}_request`, bool);
    const word = face<Reg<HwType>>(
      declareSignal(builder('cdc'), `${name}_word`, 'reg', payload, SourcePlace.capture()),
    );
    const answered = sync(`${name}_answer`, answer, options);
    source.ready.set(request.eq(answered));
    when(source.fire, () => {
      request.next(request.not());
      word.next(source.data);
    });
    return { request, word };
  });
  const seen = sync(`${name}_request`, request, options);
  const out = streamLike(name, payload, stable(`${name}_payload`, word));
  out.valid.set(seen.xor(answer));
  when(out.fire, () => answer.next(seen));
  return sink<T>(out);
}

/**
 * A stream of `from` as a stream of this domain through a queue of `depth` payloads, a power of two: as fast as the slower
 * clock. The pointers cross in Gray code, so that each side sees the other late but never wrong. Reset both together.
 */
function fifo<T extends HwType>(
  name: string,
  source: StreamSink<T>,
  { from, depth, ...options }: FromDomain & { readonly depth: number },
): StreamSink<T> {
  const place = SourcePlace.capture();
  const bits = Math.log2(depth);
  if (!Number.isInteger(bits) || bits < 1)
    report('E13', `cdc.fifo \`${name}\` has a depth of ${depth}`, {
      place,
      help: 'use a power of two from 2: the pointers wrap around in Gray code',
    });
  const address = Math.max(1, Math.ceil(bits) || 1);
  const payload = payloadOf(source);
  const here = builder('cdc.fifo()').domain;
  const pointer = uint(address + 1);
  const words = mem(`${name}_words`, { depth: 2 ** address, type: payload, collision: 'undefined' });
  const read = fromZero(`${name}_read`, pointer);
  const write = inDomain(from, () => {
    const made = fromZero(`${name}_write`, pointer);
    const freed = counter(`${name}_read`, read, { from: here, ...options });
    source.ready.set(made.subWrap(freed).ne(2 ** address));
    when(source.fire, () => {
      words.write(made.trunc(address), source.data);
      made.next(made.addWrap(1));
    });
    return made;
  });
  const filled = counter(`${name}_write`, write, { from, ...options });
  const word = words.readAsync(read.trunc(address), { name: `${name}_word`, stable: true });
  const out = streamLike(name, payload, word);
  out.valid.set(read.ne(filled));
  when(out.fire, () => read.next(read.addWrap(1)));
  return sink<T>(out);
}

/**
 * A domain of this clock whose reset acts as soon as the reset of the domain around does, which must be asynchronous, and
 * ends at an edge of the clock, so that all its registers leave it together.
 */
function syncReset(name: string, { stages = 2 }: SyncOptions = {}): Domain {
  const b = builder('cdc.syncReset()');
  const place = SourcePlace.capture();
  const { domain } = b;
  if (domain.reset?.kind !== 'async')
    b.report({
      code: 'E15',
      message: `the domain \`${domain.name}\` has no asynchronous reset to release`,
      place,
      help: "call it in a domain with reset: { kind: 'async', … }; a synchronous reset is released by its clock already",
    });
  let value: ir.Expr = ir.constant(0n, 1, false);
  let last: Decl | undefined;
  for (let i = 0; i < Math.max(2, stages); i++) {
    const suffix = i === Math.max(2, stages) - 1 ? 'rst' : i === 0 ? 'rst_meta' : `rst_meta_${i + 1}`;
    last = b.declare(`${name}_${suffix}`, 'reg', bool, place, { reset: 1n, attributes: SYNCHRONISER });
    b.assign(last, value, place);
    value = ir.ref(last);
  }
  return {
    name,
    clock: domain.clock,
    reset: { name: last!.name, kind: 'async', active: 'high' },
    driven: { clock: domain.driven?.clock, reset: last },
  };
}

const payloadOf = (s: unknown): HwType => (s as StreamEnd).payload;

/** Crossings of clock domains. */
export const cdc = { sync, pulse, counter, stable, handshake, fifo, syncReset } as const;
