// Two back ends side by side: the testbench drives the first, the second is given the same inputs, and all output ports
// are compared after every step.
// Invariant: nothing passes uncompared, so time moves one edge per call and there is no bulk path.

import type { Module } from '@gatewright/hdl-core';
import { type Backend, type Instance, type Model, ModelStopped, type PortPlace } from './backend.ts';

/** Two back ends gave different values, or only one of them stopped. */
export class BackendsDiffer extends Error {
  /** Edges of the call that both had passed. */
  edges = 0;

  constructor(message: string) {
    super(message);
    this.name = 'BackendsDiffer';
  }
}

/** A back end that runs `lead` and `follower` and throws `BackendsDiffer` at the first difference. */
export function bothOf(lead: Backend, follower: Backend): Backend {
  return {
    name: 'both',
    simulators: [lead.name, follower.name],
    async build(design, options) {
      const models = await Promise.all([lead.build(design, options), follower.build(design, options)]);
      const names = [lead.name, follower.name] as const;
      const model: Model = {
        verilogDirectory: models[0].verilogDirectory ?? models[1].verilogDirectory,
        start: (start) => new Pair(design.top, names, models[0].start(start), models[1].start(start)),
      };
      return model;
    },
  };
}

interface Wire {
  readonly name: string;
  readonly lead: PortPlace;
  readonly follower: PortPlace;
}

class Pair implements Instance {
  readonly memory: ArrayBuffer;
  readonly ports: readonly PortPlace[];
  readonly #names: readonly [string, string];
  readonly #lead: Instance;
  readonly #follower: Instance;
  readonly #inputs: readonly Wire[];
  readonly #outputs: readonly Wire[];
  readonly #leadBytes: Uint8Array;
  readonly #followerBytes: Uint8Array;

  constructor(top: Module, names: readonly [string, string], lead: Instance, follower: Instance) {
    this.memory = lead.memory;
    this.ports = lead.ports;
    this.#names = names;
    this.#lead = lead;
    this.#follower = follower;
    this.#leadBytes = new Uint8Array(lead.memory);
    this.#followerBytes = new Uint8Array(follower.memory);
    const wires = top.ports.map(({ decl, direction }, i) => ({
      direction,
      name: decl.name,
      lead: lead.ports[i]!,
      follower: follower.ports[i]!,
    }));
    this.#inputs = wires.filter((w) => w.direction === 'in');
    this.#outputs = wires.filter((w) => w.direction === 'out');
  }

  setReset(active: boolean, domain?: number): void {
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
        if (error instanceof BackendsDiffer) error.edges = i;
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

  #step(act: (instance: Instance) => void): void {
    for (const { lead, follower } of this.#inputs)
      for (let k = 0; k < lead.bytes; k++)
        this.#followerBytes[follower.offset + k] = this.#leadBytes[lead.offset + k]!;
    const stops = [stopOf(() => act(this.#lead)), stopOf(() => act(this.#follower))] as const;
    if (stops[0] && stops[1]) throw stops[0];
    const [first, second] = this.#names;
    if (stops[0]) throw new BackendsDiffer(`${first} stops and ${second} does not: ${stops[0].message}`);
    if (stops[1]) throw new BackendsDiffer(`${second} stops and ${first} does not: ${stops[1].message}`);
    this.#compare();
  }

  #compare(): void {
    const [a, b] = [this.#leadBytes, this.#followerBytes];
    for (const { name, lead, follower } of this.#outputs) {
      for (let k = 0; k < lead.bytes; k++) {
        if (a[lead.offset + k] === b[follower.offset + k]) continue;
        const values = `0x${hex(a, lead)} in ${this.#names[0]} and 0x${hex(b, follower)} in ${this.#names[1]}`;
        throw new BackendsDiffer(`the back ends differ: ${name} is ${values}`);
      }
    }
  }
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

const hex = (bytes: Uint8Array, { offset, bytes: count }: PortPlace): string =>
  Array.from(bytes.subarray(offset, offset + count).toReversed(), (b) =>
    b.toString(16).padStart(2, '0'),
  ).join('');
