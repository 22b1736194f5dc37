// Plays a trial of a random design in both back ends side by side from the very first evaluation on, from power-up with 0 and
// with bits of seeds: every output of every cycle must be the same in the two.
// Invariant: needs no reference: what neither the design nor a reset sets, both draw from the seed.

import type { Circuit } from '@gatewright/hdl-core';
import { BackendsDiffer, bothOf } from '../src/backend/both.ts';
import { native } from '../src/backend/native/native.ts';
import { verilator } from '../src/backend/verilator/verilator.ts';
import { writeBits } from '../test/port-bits.ts';
import type { Played } from './play-native.ts';
import type { Trial } from './stimulus.ts';

const both = bothOf(native, verilator);

/** In a reset that begins at a cycle, once everything is 0; with random state in reset from the first moment on. */
const starts = (seed: number) => [
  { powerUp: undefined, resetFrom: 0 },
  { powerUp: undefined, resetFrom: 3 },
  { powerUp: 2 * seed, resetFrom: 0 },
  { powerUp: 2 * seed + 1, resetFrom: 0 },
];

export async function playPowerUp({ top, verilog }: Circuit, trial: Trial, seed: number): Promise<Played> {
  const design = { top, files: verilog({ locations: false }), rewritten: false };
  const model = await both.build(design, { optimise: 'O1', powerUp: true });
  let outputsCompared = 0;
  for (const { powerUp, resetFrom } of starts(seed)) {
    const instance = model.start({ powerUp });
    const placeOf = new Map(top.ports.map((p, i) => [p, instance.ports[i]!]));
    let at = 0;
    try {
      for (const [cycle, { reset, rising, inputs }] of trial.cycles.entries()) {
        at = cycle;
        instance.setReset(reset && cycle >= resetFrom);
        trial.inputs.forEach((p, i) => writeBits(instance.memory, placeOf.get(p)!, inputs[i]!));
        instance.settle();
        if (rising === 2 ** trial.clocks.length - 1) instance.rise(1);
        else instance.setClocks(rising);
        outputsCompared += 2 * trial.outputs.length;
      }
    } catch (error) {
      if (!(error instanceof BackendsDiffer)) throw error;
      const from = `power-up ${powerUp ?? 'with 0'}, reset from cycle ${resetFrom}`;
      return { outputsCompared, difference: `${from}, cycle ${at}: ${error.message}` };
    } finally {
      instance.close();
    }
  }
  return { outputsCompared };
}
