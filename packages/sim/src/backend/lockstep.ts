// Two instances of one design side by side: the testbench drives the first, the second is given the same inputs, and both
// are compared after every step.
// Invariant: nothing passes uncompared, so time moves one edge per call and there is no bulk path. It does not know what may
// differ: see both.ts and power-up-compare.ts.

import type { LeafPort, Module } from '@gatewright/hdl-core';
import { type Instance, ModelStopped, type PortPlace } from './backend.ts';
import type { Counts } from './counts.ts';
import { DesignFault } from './design-fault.ts';

/** The two gave different values, or only one of them stopped. */
export class Diverged extends DesignFault {
  /** Edges of the call that both had passed. */
  edges = 0;
}

/** A port where both have it. */
export interface Wire {
  readonly port: LeafPort;
  readonly lead: PortPlace;
  readonly follower: PortPlace;
}

/** A wire with its values. */
export interface Difference extends Wire {
  /** In hexadecimal. */
  readonly values: readonly [lead: string, follower: string];
  /** False where state may show that nothing has set: in a reset, and in the payload of a stream that is not valid. */
  readonly matters: boolean;
}

/** What makes a `Diverged`; it may let a difference pass by returning undefined. */
export interface Judge {
  /** A wire of an output differs. */
  differs(difference: Difference): Diverged | undefined;
  /** One of the two stopped, the other (by its place) did not. */
  stopped(which: 0 | 1, stop: ModelStopped): Diverged;
  /** Both have counted; undefined: they may differ. */
  counted?(lead: Counts, follower: Counts): Diverged | undefined;
}

export class Lockstep implements Instance {
  readonly memory: ArrayBuffer;
  readonly ports: readonly PortPlace[];
  readonly watched: readonly PortPlace[] | undefined;
  /** Those of the first, and of the second what the first does not count. */
  readonly counts?: () => Counts;
  readonly #lead: Instance;
  readonly #follower: Instance;
  readonly #judge: Judge;
  readonly #inputs: readonly Wire[];
  readonly #outputs: readonly (Wire & { readonly valid: PortPlace | undefined })[];
  readonly #leadBytes: Uint8Array;
  readonly #followerBytes: Uint8Array;
  /** They may be looked at, but there is nothing more to find out. */
  #diverged = false;
  /** Where a design stops in an edge, what else the edge does is not laid down. */
  #stopped = false;
  #inReset = false;

  constructor(top: Module, lead: Instance, follower: Instance, judge: Judge) {
    this.memory = lead.memory;
    this.ports = lead.ports;
    this.watched = lead.watched;
    this.#lead = lead;
    this.#follower = follower;
    this.#judge = judge;
    this.#leadBytes = new Uint8Array(lead.memory);
    this.#followerBytes = new Uint8Array(follower.memory);
    const wires = top.ports.map((port, i) => ({
      port,
      lead: lead.ports[i]!,
      follower: follower.ports[i]!,
    }));
    this.#inputs = wires.filter(({ port }) => port.direction === 'in');
    const valids = new Map(
      wires.flatMap(({ port, lead }) => (port.part === 'valid' ? [[port.group, lead]] : [])),
    );
    this.#outputs = wires
      .filter(({ port }) => port.direction === 'out')
      .map((wire) => ({
        ...wire,
        valid: wire.port.part === 'data' ? valids.get(wire.port.group) : undefined,
      }));
    if (lead.counts && follower.counts) this.counts = () => this.#counts(lead.counts!(), follower.counts!());
  }

  setReset(active: boolean, domain?: number): void {
    this.#inReset = active;
    this.#lead.setReset(active, domain);
    this.#follower.setReset(active, domain);
  }

  settle(): void {
    this.#step((instance) => instance.settle());
  }

  rise(count: number): void {
    for (let i = 0; i < count; i++) {
      try {
        this.#step((instance) => instance.rise(1));
      } catch (error) {
        if (error instanceof Diverged) error.edges = i;
        throw error instanceof ModelStopped ? new ModelStopped(error.message, i) : error;
      }
    }
  }

  setClocks(levels: number): void {
    this.#step((instance) => instance.setClocks(levels));
  }

  close(): void {
    this.#lead.close();
    this.#follower.close();
  }

  #counts(lead: Counts, follower: Counts): Counts {
    const diverged = this.#stopped || this.#diverged ? undefined : this.#judge.counted?.(lead, follower);
    if (diverged) throw diverged;
    return { ...follower, ...lead };
  }

  #step(act: (instance: Instance) => void): void {
    for (const { lead, follower } of this.#inputs)
      for (let k = 0; k < lead.bytes; k++)
        this.#followerBytes[follower.offset + k] = this.#leadBytes[lead.offset + k]!;
    const stops = [stopOf(() => act(this.#lead)), stopOf(() => act(this.#follower))] as const;
    this.#stopped ||= stops.some((stop) => stop !== undefined);
    if (stops[0] && stops[1]) throw stops[0];
    if (this.#diverged) return;
    const [first, second] = stops;
    const diverged = first
      ? this.#judge.stopped(0, first)
      : second
        ? this.#judge.stopped(1, second)
        : this.#difference();
    if (!diverged) return;
    this.#diverged = true;
    throw diverged;
  }

  #difference(): Diverged | undefined {
    const [a, b] = [this.#leadBytes, this.#followerBytes];
    for (const wire of this.#outputs) {
      const { lead, follower, valid } = wire;
      if (sameValue(a, lead, b, follower)) continue;
      const matters = !this.#inReset && (valid === undefined || a[valid.offset] !== 0);
      const values = [hex(a, lead), hex(b, follower)] as const;
      const diverged = this.#judge.differs({ ...wire, values, matters });
      if (diverged) return diverged;
    }
    return undefined;
  }
}

/** Whether two places of as many bytes hold the same. */
export function sameValue(a: Uint8Array, atA: PortPlace, b: Uint8Array, atB: PortPlace): boolean {
  let k = 0;
  while (k < atA.bytes && a[atA.offset + k] === b[atB.offset + k]) k++;
  return k === atA.bytes;
}

function stopOf(act: () => void): ModelStopped | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof ModelStopped) return error;
    throw error;
  }
}

const hex = (bytes: Uint8Array, { offset, bytes: count }: PortPlace): string => {
  const digits = Array.from(bytes.subarray(offset, offset + count).toReversed(), (b) =>
    b.toString(16).padStart(2, '0'),
  );
  return `0x${digits.join('')}`;
};
