// Names of what a random module names on the way.
// Invariant: none is given twice, and none is a name of a port, a register, a wire or an instance of the module.

import type { HwType, Sig } from '@gatewright/hdl-core';
import { looseNamed } from './loose.ts';

/** Names that a printer might make up for itself. */
const BAIT = [
  'out0_sum',
  'out0_product',
  'out1_selected',
  'in0_low',
  'out0_selected',
  'w0_joined',
  'r0_bits',
];

export class Names {
  readonly #prefix: string;
  readonly #taken = new Set<string>();
  #count = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** `sig` under a name that `choice` chooses. */
  named<S extends Sig<HwType>>(sig: S, choice: number): S {
    const bait = BAIT[choice % (2 * BAIT.length)];
    return looseNamed(bait ? this.#unlessTaken(this.#prefix + bait) : this.fresh('n'), sig);
  }

  /** A name that begins with `base`. */
  fresh(base: string): string {
    return this.#prefix + base + this.#count++;
  }

  #unlessTaken(name: string): string {
    if (this.#taken.has(name)) return name + this.#count++;
    this.#taken.add(name);
    return name;
  }
}
