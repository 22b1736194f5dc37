// An instance's ports by name: codecs and places, made once and used by every run.
// Invariant: follows the leaf order of the top module; holds no values and no waits.

import type { HwType, Module, PortGroup, Stream } from '@gatewright/hdl-core';
import type { Instance, PortPlace } from '../backend/backend.ts';
import type { InsideSignal } from '../backend/inside.ts';
import { PayloadCodec } from '../value/payload-codec.ts';
import { InsideWords, PortMemory, PortWords } from '../value/port-memory.ts';
import { PayloadColumns } from '../value/stream-rows.ts';
import type { PlacedSignal } from '../wave/history.ts';
import type { StreamPins } from './stream-end.ts';

/** A plain port, or the payload wires of a stream. */
export interface PlainPins {
  readonly name: string;
  readonly type: HwType;
  readonly codec: PayloadCodec;
  readonly words: PortWords;
}

/** One entry of the ports record. */
export interface WiredPort {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly data: PlainPins;
  /** Of a stream. */
  readonly handshake?: { readonly pins: StreamPins; readonly valid: PlainPins; readonly ready: PlainPins };
}

export class Wiring {
  readonly memory: PortMemory;
  readonly ports: readonly WiredPort[];
  /** Signals inside the design that are watched, by name. */
  readonly inside: ReadonlyMap<string, PlainPins>;
  readonly #inputs: readonly PortPlace[];
  /** Every leaf port and what is watched inside, for waves. */
  readonly signals: readonly PlacedSignal[];

  constructor(top: Module, instance: Instance, watch: readonly InsideSignal[]) {
    this.memory = new PortMemory(instance.memory);
    const leaves = top.ports.map((leaf, i) => ({ ...leaf, place: instance.ports[i]! }));
    this.#inputs = leaves.filter(({ direction }) => direction === 'in').map(({ place }) => place);
    const watched = watch.map((signal, i) => ({ ...signal, place: instance.watched![i]! }));
    this.signals = [
      ...leaves.map(({ decl, place }) => ({ name: decl.name, type: decl.type, place })),
      ...watched,
    ];
    this.inside = new Map(
      watched.map(({ name, type, place }) => {
        const codec = new PayloadCodec(type, name);
        const words = new InsideWords(this.memory, codec.leaves, place, codec.masks);
        return [name, { name, type, codec, words }];
      }),
    );
    this.ports = top.groups.map((group) => {
      const own = leaves.filter((leaf) => leaf.group.name === group.name);
      const places = own.filter((leaf) => leaf.part === 'data').map((leaf) => leaf.place);
      const data = this.#pins(group.name, payloadOf(group), places);
      const base = { name: group.name, direction: group.direction, data };
      if (group.type.kind !== 'stream') return base;
      const wire = (part: 'valid' | 'ready'): PlainPins & { readonly place: PortPlace } => {
        const { decl, place } = own.find((leaf) => leaf.part === part)!;
        return { ...this.#pins(`${group.name}.${part}`, decl.type, [place]), place };
      };
      const [valid, ready] = [wire('valid'), wire('ready')];
      const pins: StreamPins = {
        ...data,
        columns: new PayloadColumns(payloadOf(group), data.codec, group.name),
        memory: this.memory,
        valid: valid.place.offset,
        ready: ready.place.offset,
      };
      return { ...base, handshake: { pins, valid, ready } };
    });
  }

  /** All input bits 0. */
  rest(): void {
    for (const { offset, bytes } of this.#inputs) this.memory.bytes.fill(0, offset, offset + bytes);
  }

  #pins(name: string, type: HwType, places: readonly PortPlace[]): PlainPins {
    const codec = new PayloadCodec(type, name);
    const wired = codec.leaves.filter((leaf) => leaf.words > 0);
    return { name, type, codec, words: new PortWords(this.memory, wired, places) };
  }
}

const payloadOf = (group: PortGroup): HwType =>
  group.type.kind === 'stream' ? (group.type as Stream).payload : group.type;
