// Random stimulus for a design, and the outputs it must give, by the reference evaluator.
// Invariant: a function of the design and the seed. The first cycles are resets with `load` set, after which every
// register has a value, also where it comes by way of another module's register; outputs count from then on.

import { type Circuit, controlPorts, createEvaluator, type LeafPort } from '@gatewright/hdl-core';
import { mix } from './choice.ts';

/** Cycles until every register has a value. */
export const SETTLING = 8;

export interface Trial {
  readonly inputs: readonly LeafPort[];
  readonly outputs: readonly LeafPort[];
  /** The clock and the reset ports of the top module. */
  readonly clocks: readonly string[];
  readonly resets: readonly string[];
  /**
   * Per cycle: the resets, the clocks that rise (bit k is clock k), the bits of each input, and those of each output before
   * the edge: until all is settled, of a design whose state was 0 at power-up.
   */
  readonly cycles: readonly {
    readonly reset: boolean;
    readonly rising: number;
    readonly inputs: readonly bigint[];
    readonly outputs: readonly bigint[];
  }[];
}

/** Plays `cycles` cycles of random inputs. Throws what the evaluator throws: a value outside its stated range. */
export function trialOf(circuit: Circuit, seed: number, cycles: number): Trial {
  const { top } = circuit;
  const inputs = top.ports.filter((p) => p.direction === 'in');
  const outputs = top.ports.filter((p) => p.direction === 'out');
  const evaluator = createEvaluator(top, { initial: () => 0n, initialWord: () => 0n });
  const controls = controlPorts(top);
  const resets = controls.flatMap((p) => (p.kind === 'reset' ? [p.name] : []));
  const clocks = controls.flatMap((p) => (p.kind === 'clock' ? [p.name] : []));
  const all = 2 ** clocks.length - 1;
  let state = mix(seed, 77);
  const random = (): number => (state = mix(state, 1));
  const played = Array.from({ length: cycles }, (_, cycle) => {
    const settling = cycle < SETTLING;
    const reset = settling || random() % 11 === 0;
    for (const name of resets) evaluator.setReset(name, reset);
    // Under reset all clocks rise, so that both ends of a crossing begin anew.
    const rising = reset || all <= 1 ? all : 1 + (random() % all);
    const bits = inputs.map((p) => {
      const value = settling && isLoad(p) ? 1n : inputBits(p, random);
      evaluator.set(p.decl.name, p.decl.signed ? BigInt.asIntN(p.decl.width, value) : value);
      return value;
    });
    const seen = outputs.map((p) => BigInt.asUintN(p.decl.width, evaluator.get(p.decl.name)));
    if (rising) evaluator.step(...clocks.filter((_, k) => (rising >> k) & 1));
    return { reset, rising, inputs: bits, outputs: seen };
  });
  return { inputs, outputs, clocks, resets, cycles: played };
}

const isLoad = ({ decl }: LeafPort): boolean => /^(side_)?load$/.test(decl.name);

function inputBits({ decl }: LeafPort, random: () => number): bigint {
  const { width, type } = decl;
  if (type.kind === 'enum') return BigInt(random() % type.labels.length);
  switch (random() % 8) {
    case 0:
      return 0n;
    case 1:
      return BigInt.asUintN(width, -1n);
    case 2:
      return 1n << BigInt(width - 1);
    case 3:
      return (1n << BigInt(width - 1)) - 1n;
    case 4:
      return BigInt.asUintN(width, BigInt((random() % 9) - 4));
    default: {
      let bits = 0n;
      for (let i = 0; i < width; i += 32) bits = (bits << 32n) | BigInt(random());
      return BigInt.asUintN(width, bits);
    }
  }
}
