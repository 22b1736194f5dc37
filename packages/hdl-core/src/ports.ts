// Ports: one typed record from which the inside view, the instance view and the testbench view all follow.
// Invariant: leaf port names derive from the record's keys and are never changed.

import type { LeafPort, PortGroup } from './ir/module.ts';
import type { Settable, SigOf } from './signal-types.ts';
import type { StreamSink, StreamSource } from './stream/stream-types.ts';
import type { Bool, Bundle, EnumType, HwType, SInt, Stream, UInt, ValueOf, Vec } from './types.ts';
import { type AnyType, bool, type LeafType, leavesOf } from './types.ts';

export interface In<T extends HwType = HwType> {
  readonly direction: 'in';
  readonly type: T;
  readonly doc?: string | undefined;
}
export interface Out<T extends HwType = HwType> {
  readonly direction: 'out';
  readonly type: T;
  readonly doc?: string | undefined;
}
export type Ports = Record<string, In | Out>;

/** An input port. An input stream is received: the module drives its `ready`. */
export const input = <T extends HwType>(type: T, doc?: string): In<T> => ({ direction: 'in', type, doc });
/** An output port. An output stream is sent: the module drives `valid` and the payload. */
export const output = <T extends HwType>(type: T, doc?: string): Out<T> => ({ direction: 'out', type, doc });

/** Ports seen from inside the module. */
export type Io<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends In<Stream<infer T>>
    ? StreamSink<T>
    : P[K] extends Out<Stream<infer T>>
      ? StreamSource<T>
      : P[K] extends In<infer T>
        ? SigOf<T>
        : P[K] extends Out<infer T>
          ? Settable<T>
          : never;
};
/** Ports of an instance seen from its parent: directions mirrored. */
export type Inst<P extends Ports> = {
  readonly [K in keyof P]: P[K] extends In<Stream<infer T>>
    ? StreamSource<T>
    : P[K] extends Out<Stream<infer T>>
      ? StreamSink<T>
      : P[K] extends In<infer T>
        ? Settable<T>
        : P[K] extends Out<infer T>
          ? SigOf<T>
          : never;
};

/** A value as a testbench writes it: integers of up to 53 bits may be numbers. */
export type InputValue<T extends HwType> = T extends UInt | SInt
  ? bigint | number
  : T extends Bool
    ? boolean
    : T extends EnumType<infer L>
      ? L
      : T extends Vec<infer E>
        ? readonly InputValue<E>[]
        : T extends Bundle<infer F>
          ? { readonly [K in keyof F]: InputValue<F[K]> }
          : ValueOf<T>;

/** What each input stream of a unit is fed with, in order. */
export type StreamInputs<P extends Ports> = {
  readonly [K in keyof P as P[K] extends In<Stream<HwType>> ? K : never]: P[K] extends In<Stream<infer T>>
    ? readonly InputValue<T>[]
    : never;
};
/** What each output stream of a unit yields, in order. */
export type StreamOutputs<P extends Ports> = {
  readonly [K in keyof P as P[K] extends Out<Stream<HwType>> ? K : never]: P[K] extends Out<Stream<infer T>>
    ? readonly ValueOf<T>[]
    : never;
};

export interface LeafPortShape extends Omit<LeafPort, 'decl'> {
  readonly name: string;
  readonly type: LeafType;
}

/** The Verilog ports of a record: payload leaves by path, `valid` and `ready` of streams. */
export function leafPorts(ports: Ports): { groups: PortGroup[]; leaves: LeafPortShape[] } {
  const groups: PortGroup[] = [];
  const leaves: LeafPortShape[] = [];
  for (const [name, port] of Object.entries(ports)) {
    const group: PortGroup = { name, direction: port.direction, type: port.type, doc: port.doc };
    groups.push(group);
    const t = port.type as AnyType;
    const infix = (t.kind === 'stream' ? t.infix : undefined) ?? '_';
    const add = (
      suffix: readonly string[],
      type: LeafType,
      direction: 'in' | 'out',
      part: LeafPort['part'],
      path: readonly string[],
    ): void => {
      if (type.width === 0) return;
      const leafName = suffix.length === 0 ? name : `${name}${infix}${suffix.join('_')}`;
      leaves.push({ name: leafName, type, direction, group, part, path });
    };
    if (t.kind === 'stream') {
      const back = port.direction === 'in' ? 'out' : 'in';
      add(['valid'], bool, port.direction, 'valid', []);
      add(['ready'], bool, back, 'ready', []);
      const scalar = (t.payload as AnyType).kind !== 'bundle';
      for (const leaf of leavesOf(t.payload))
        add(scalar ? ['data', ...leaf.path] : leaf.path, leaf.type, port.direction, 'data', leaf.path);
    } else {
      for (const leaf of leavesOf(t)) add(leaf.path, leaf.type, port.direction, 'data', leaf.path);
    }
  }
  return { groups, leaves };
}
