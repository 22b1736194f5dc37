// Two back ends in lockstep: every output port must be the same in both, in every cycle, and every cover point's count in
// the end.

import type { Backend, Model } from './backend.ts';
import type { Counts } from './counts.ts';
import { Diverged, type Judge, Lockstep } from './lockstep.ts';

/** Two back ends gave different values, or only one of them stopped. */
export class BackendsDiffer extends Diverged {
  constructor(message: string) {
    super(message);
    this.name = 'BackendsDiffer';
  }
}

/** Counts of cover points, over all instances of their modules; Verilator's counters have 32 bits. */
function coversOf({ covers }: Counts): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { module, name, count } of covers) {
    const key = `${module}.${name}`;
    counts.set(key, ((counts.get(key) ?? 0) + count) % 2 ** 32);
  }
  return counts;
}

/**
 * A back end that runs `lead` and `follower` and throws `BackendsDiffer` at the first difference. With a `powerUp` seed
 * only differences that matter count: drawn at random, an address may lie past the end of its memory, and what that reads is
 * not defined.
 */
export function bothOf(lead: Backend, follower: Backend): Backend {
  const names = [lead.name, follower.name] as const;
  const judgeOf = (poweredUp: boolean): Judge => ({
    differs({ port, values, matters }) {
      if (poweredUp && !matters) return undefined;
      const where = values.map((value, i) => `${value} in ${names[i]}`).join(' and ');
      return new BackendsDiffer(`the back ends differ: ${port.decl.name} is ${where}`);
    },
    counted(first, second) {
      const met = [coversOf(first), coversOf(second)] as const;
      for (const name of new Set(met.flatMap((counts) => [...counts.keys()]))) {
        const [a, b] = met.map((counts) => counts.get(name) ?? 0);
        if (a !== b)
          return new BackendsDiffer(
            `the back ends differ: ${name} is covered ${a} times in ${names[0]} and ${b} times in ${names[1]}`,
          );
      }
      return undefined;
    },
    stopped: (which, stop) =>
      new BackendsDiffer(`${names[which]} stops and ${names[1 - which]} does not: ${stop.message}`),
  });
  return {
    name: 'both',
    simulators: names,
    async build(design, options) {
      const models = await Promise.all([
        lead.build(design, options),
        // What is inside is shown by the first.
        follower.build(design, { ...options, watch: undefined }),
      ]);
      const model: Model = {
        verilogDirectory: models[0].verilogDirectory ?? models[1].verilogDirectory,
        start: (start) =>
          new Lockstep(
            design.top,
            models[0].start(start),
            models[1].start(start),
            judgeOf(start?.powerUp !== undefined),
          ),
      };
      return model;
    },
  };
}
