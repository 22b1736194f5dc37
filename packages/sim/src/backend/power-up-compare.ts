// Reads of what was never set: two copies of a design in lockstep, which power up with complementary bits (by Verilator,
// which cannot, with random ones of two seeds: then a single bit has an even chance to be the same).
// Invariant: an output that differs depends on a register or memory word that nothing has set, by any path; one that is the
// same may still hide a read, as X in a four-state simulator may.

import type { Module } from '@gatewright/hdl-core';
import type { Backend, Instance, Model, PortPlace } from './backend.ts';
import { Diverged, type Judge, Lockstep, sameValue } from './lockstep.ts';

/** An output depends on what registers or memories held at power-up. */
export class UninitialisedRead extends Diverged {
  constructor(message: string) {
    super(message);
    this.name = 'UninitialisedRead';
  }
}

/** Registers named in a message. */
const NAMED = 4;

/** A back end that throws `UninitialisedRead` when an output shows what was never set: payloads while valid, all out of reset. */
export function comparingPowerUp(backend: Backend): Backend {
  if (backend.simulators)
    throw new RangeError(`powerUp: compare needs one back end, not ${backend.simulators.join(' and ')}`);
  return {
    name: backend.name,
    async build(design, options) {
      const built = await backend.build(design, options);
      const model: Model = {
        ...(built.verilogDirectory !== undefined && { verilogDirectory: built.verilogDirectory }),
        start(start = {}) {
          const powerUp = start.powerUp ?? 1;
          const lead = built.start({ ...start, powerUp });
          const follower = built.start({ ...start, powerUp, inverted: true });
          return new Lockstep(design.top, lead, follower, judgeOf(design.top, lead, follower));
        },
      };
      return model;
    },
  };
}

function judgeOf(top: Module, lead: Instance, follower: Instance): Judge {
  const bytes = [new Uint8Array(lead.memory), new Uint8Array(follower.memory)] as const;
  const validOf = new Map(
    top.ports.flatMap(({ group, part }, i) => (part === 'valid' ? [[group, lead.ports[i]!] as const] : [])),
  );
  // Two instances of one model have one layout.
  const differs = (place: PortPlace): boolean => !sameValue(bytes[0], place, bytes[1], place);
  const read = (what: string): UninitialisedRead => {
    if (!lead.inner) return new UninitialisedRead(what);
    const unset = lead.inner.filter(
      ({ decl, place }) => decl.init === undefined && decl.reset === undefined && differs(place),
    );
    const lines = unset.slice(0, NAMED).map(({ name, decl }) => `  ${name}, declared at ${decl.place.long}`);
    if (unset.length > NAMED) lines.push(`  and ${unset.length - NAMED} more`);
    const list =
      lines.length > 0
        ? ['registers without a reset or an initial value that hold such bits:', ...lines]
        : ['no register holds such bits, so a word of a memory does'];
    return new UninitialisedRead([what, ...list].join('\n'));
  };
  return {
    differs({ port, values: [first, second], inReset }) {
      if (inReset) return undefined;
      const valid = port.part === 'data' ? validOf.get(port.group) : undefined;
      if (valid && bytes[0][valid.offset] === 0) return undefined;
      const { name } = port.decl;
      return read(`${name} shows what was never set: ${first} or ${second}, by the bits at power-up`);
    },
    stopped: (_, stop) => read(`the design stops or not by the bits at power-up: ${stop.message}`),
  };
}
