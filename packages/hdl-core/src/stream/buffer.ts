// Queues and register stages of streams.
// Invariant: what a stream holds leaves in the order it came; a full buffer is not ready, an empty one not valid.

import { mem } from '../memory.ts';
import { mux } from '../operators.ts';
import type { BoolSig, Reg, Settable, Sig, UIntSig } from '../signal-types.ts';
import { regs, when } from '../statement.ts';
import { type AnyType, type Bool, bool, type HwType, leavesOf, type UInt, uint } from '../types.ts';
import { type StreamEnd, streamLike, streamRegisters, streamWires } from './stream-end.ts';
import type { StageKind } from './stream-types.ts';

const bitsFor = (values: number): number => Math.max(1, Math.ceil(Math.log2(values)));

/** Registers whose names are made up here. */
function register<T extends HwType>(name: string, type: T, reset?: unknown): Reg<T> {
  return regs({ [name]: type }, reset === undefined ? {} : ({ [name]: reset } as never), { reset: 'none' })[
    name
  ] as Reg<T>;
}
const flag = (name: string): Reg<Bool> => register(name, bool, false);
/** A register of a stream that is made of registers. */
const next = (register: unknown, value: unknown): void => (register as Reg<HwType>).next(value as never);
function load(to: StreamEnd, from: StreamEnd): void {
  next(to.valid, true);
  next(to.data, from.data);
}

/** A queue of `depth` payloads: a memory used as a ring, with two pointers and a count. */
export function queue(from: StreamEnd, depth: number, name: string): StreamEnd {
  if (!Number.isInteger(depth) || depth < 1)
    throw new RangeError(`queue(${depth}): a depth is an integer from 1`);
  if (depth === 1) return single(from, name);
  const place = (end: string): Reg<UInt> => register(`${name}_${end}`, uint(bitsFor(depth)), 0) as Reg<UInt>;
  const [tail, head] = [place('tail'), place('head')];
  const level = register(`${name}_level`, uint(bitsFor(depth + 1)), 0) as Reg<UInt>;
  const after = (at: UIntSig): UIntSig => {
    const following = at.addWrap(1);
    return Number.isInteger(Math.log2(depth)) ? following : mux(at.eq(depth - 1), at.and(0), following);
  };
  // A payload of no bits leaves nothing to store.
  const isStored = from.payload.width > 0;
  const items = isStored ? mem(`${name}_items`, { depth, type: from.payload }) : undefined;
  const isLeaf = leavesOf(from.payload).length === 1 && (from.payload as AnyType).kind !== 'bundle';
  const first = items?.readAsync(head, isLeaf ? { name: `${name}_data` } : {});
  const out = isLeaf && first ? streamLike(name, from.payload, first) : streamWires(name, from.payload);
  if (first && !isLeaf) out.data.set(first as never);
  from.ready.set(level.ne(depth));
  out.valid.set(level.ne(0));
  when(from.fire, () => {
    items?.write(tail, from.data as never);
    tail.next(after(tail));
  });
  when(out.fire, () => head.next(after(head)));
  when(from.fire.and(out.fire.not()), () => level.next(level.addWrap(1))).elseWhen(
    out.fire.and(from.fire.not()),
    () => level.next(level.subWrap(1)),
  );
  return out;
}

/** One payload: taken when empty, given when full. */
function single(from: StreamEnd, name: string): StreamEnd {
  const out = streamRegisters(name, from.payload);
  from.ready.set(out.valid.not());
  when(from.fire, () => load(out, from)).elseWhen(out.ready, () => next(out.valid, false));
  return out;
}

export function stage(from: StreamEnd, kind: StageKind, name: string): StreamEnd {
  switch (kind) {
    case 'forward':
      return forward(from, name);
    case 'backward':
      return backward(from, name);
    case 'full':
      return forward(backward(from, `${name}_skid`), name);
  }
}

/** Valid and payload in registers, which load when they are empty or being emptied. */
function forward(from: StreamEnd, name: string): StreamEnd {
  const out = streamRegisters(name, from.payload);
  from.ready.set(out.ready.or(out.valid.not()));
  when(from.ready, () => next(out.valid, from.valid));
  when(from.fire, () => next(out.data, from.data));
  return out;
}

/** Ready in a register: what arrives while the next stream blocks waits in a spare register. */
function backward(from: StreamEnd, name: string): StreamEnd {
  const out = streamWires(name, from.payload);
  const spare = register(`${name}_spare`, from.payload);
  const full = flag(`${name}_full`);
  from.ready.set(full.not());
  out.valid.set(from.valid.or(full));
  out.data.set(select(full, spare, from.data) as never);
  when(full.not(), () => spare.next(from.data as never));
  when(out.ready, () => full.next(false)).elseWhen(from.valid, () => full.next(true));
  return out;
}

const select = (c: BoolSig, a: Sig, b: Settable<HwType>): Sig => mux(c, a, b as Sig);
