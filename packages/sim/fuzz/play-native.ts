// Plays a trial of a random design in the native back end and compares every output of every cycle with the evaluator's.
// Invariant: runs it by nothing but the back end's interface.

import type { Circuit } from '@gatewright/hdl-core';
import { compileDesign } from '../src/backend/native/compile.ts';
import { nativeModel } from '../src/backend/native/native.ts';
import type { Tuning } from '../src/backend/native/tuning.ts';
import { readBits, writeBits } from '../test/port-bits.ts';
import { SETTLING, type Trial } from './stimulus.ts';

export interface Played {
  readonly outputsCompared: number;
  /** The first difference, such as `out0 is 3 in cycle 12, not 4`. */
  readonly difference?: string | undefined;
}

/** Every way of the compiler in small designs: short functions, branches around single stores, vectors wherever registers lie side by side. */
const SMALL: Tuning = { functionBytes: 300, branchWords: 1, vectorShare: Infinity, alike: 0 };

/**
 * As a user runs it, from power-up with 0; and with every way of the compiler, once everything is settled after a power-up
 * with bits of `seed`.
 */
export async function playNative(circuit: Circuit, trial: Trial, seed: number): Promise<Played> {
  const usual = await play(circuit, trial, undefined, undefined);
  if (usual.difference !== undefined) return usual;
  const { outputsCompared, difference } = await play(circuit, trial, seed, SMALL);
  return { outputsCompared, difference: difference && `compiled in small pieces, ${difference}` };
}

async function play(
  { top }: Circuit,
  trial: Trial,
  seed: number | undefined,
  tuning: Tuning | undefined,
): Promise<Played> {
  const model = await nativeModel(compileDesign(top, { tuning }));
  const instance = model.start({ powerUp: seed });
  const placeOf = new Map(top.ports.map((p, i) => [p, instance.ports[i]!]));
  let outputsCompared = 0;
  try {
    for (const [cycle, { reset, rising, inputs, outputs }] of trial.cycles.entries()) {
      instance.setReset(reset);
      trial.inputs.forEach((p, i) => writeBits(instance.memory, placeOf.get(p)!, inputs[i]!));
      instance.settle();
      if (seed === undefined || cycle >= SETTLING) {
        for (const [i, p] of trial.outputs.entries()) {
          const seen = readBits(instance.memory, placeOf.get(p)!);
          outputsCompared++;
          if (seen === outputs[i]) continue;
          const [is, not] = [seen.toString(16), outputs[i]!.toString(16)];
          return { outputsCompared, difference: `${p.decl.name} is ${is} in cycle ${cycle}, not ${not}` };
        }
      }
      if (rising === 2 ** trial.clocks.length - 1) instance.rise(1);
      else instance.setClocks(rising);
    }
    return { outputsCompared };
  } finally {
    instance.close();
  }
}
