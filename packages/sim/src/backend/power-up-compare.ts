// Reads of what was never set: two copies of a design in lockstep, which power up with complementary bits.
// Invariant: an output that differs depends on a register or memory word that nothing has set, by any path; one that is the
// same may still hide a read, as X in a four-state simulator may.

import type { LeafPort, Module } from '@gatewright/hdl-core';
import type { Backend, Instance, Model } from './backend.ts';
import { Diverged, type Judge, Lockstep } from './lockstep.ts';
import { unsetState } from './unset-state.ts';

/** An output depends on what registers or memories held at power-up. */
export class UninitialisedRead extends Diverged {
  constructor(message: string) {
    super(message);
    this.name = 'UninitialisedRead';
  }
}

/**
 * A back end that throws `UninitialisedRead` when an output shows what was never set: payloads while valid, all out of
 * reset. `prober` runs the design in any state, so that the message can say where the bits are.
 */
export function comparingPowerUp(backend: Backend, prober: Backend | undefined): Backend {
  if (backend.simulators)
    throw new RangeError(`powerUp: compare needs one back end, not ${backend.simulators.join(' and ')}`);
  return {
    name: backend.name,
    async build(design, options) {
      const built = await backend.build(design, { ...options, powerUp: true });
      const probes =
        prober === backend ? built : design.rewritten ? undefined : await prober?.build(design, options);
      const model: Model = {
        ...(built.verilogDirectory !== undefined && { verilogDirectory: built.verilogDirectory }),
        start(start = {}) {
          const powerUp = start.powerUp ?? 1;
          const lead = built.start({ ...start, powerUp });
          const follower = built.start({ ...start, powerUp, inverted: true });
          return new Lockstep(design.top, lead, follower, judgeOf(design.top, lead, follower, probes));
        },
      };
      return model;
    },
  };
}

function judgeOf(top: Module, lead: Instance, follower: Instance, probes: Model | undefined): Judge {
  const read = (what: string, output?: LeafPort) =>
    new UninitialisedRead([what, ...unsetState(top, [lead, follower], probes, output)].join('\n'));
  return {
    differs({ port, values: [first, second], matters }) {
      if (!matters) return undefined;
      const { name } = port.decl;
      return read(`${name} shows what was never set: ${first} or ${second}, by the bits at power-up`, port);
    },
    stopped: (_, stop) => read(`the design stops or not by the bits at power-up: ${stop.message}`),
  };
}
