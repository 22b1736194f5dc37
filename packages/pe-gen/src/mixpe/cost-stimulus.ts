// A real layer as the operands of one element, for the power figures of the cost table.
// Invariant: every element sees the same products, in its own formats: dot products of tokens and outputs spread over the layer,
// one product per cycle, as an element of an output-stationary array does.

import { FP16, floatToNumber, numberToFloatRne } from '@gatewright/golden';
import type { CostCycle, GemmWorkload } from '@gatewright/sim/unit';
import { activationsFor } from './array/workload.ts';
import { quantiseFor } from './workload.ts';

/** Dot products that are fed; their elements are a few thousand cycles at most. */
const DOTS = 8;
const MOST_CYCLES = 2048;

interface Place {
  /** Where the activation stands in the layer, and the weight. */
  readonly activation: number;
  readonly weight: number;
  /** It begins a group. */
  readonly first: boolean;
}

function places({ tokens, depth, outputs }: GemmWorkload, groupSize: number): Place[] {
  const along = Array.from({ length: DOTS }, (_, dot) => {
    const [token, output] = [Math.floor((dot * tokens) / DOTS), Math.floor((dot * outputs) / DOTS)];
    return Array.from({ length: depth }, (_, k) => ({
      activation: token * depth + k,
      weight: output * depth + k,
      first: k % groupSize === 0,
    }));
  });
  return along.flat().slice(0, MOST_CYCLES);
}

/** Activations in a format, and weights of some bits, or in FP16. */
export interface Operands {
  readonly activation: 'int8' | 'fp16' | 'bf16';
  readonly weightBits: number | 'fp16';
  readonly groupSize: number;
  /** The names of the ports. */
  readonly x: string;
  readonly q: string;
}

/** The cycles of an element that takes an activation and a weight, and a scale where there is such a port. */
export function elementStimulus(
  layer: GemmWorkload,
  { activation, weightBits, groupSize, x, q }: Operands,
): CostCycle[] {
  const activations = activationsFor({ activation }, layer).codes;
  const weights =
    weightBits === 'fp16'
      ? { codes: layer.weights.map((w) => numberToFloatRne(FP16, w)), scales: undefined, groups: 0 }
      : quantiseFor(integerWeights(weightBits, groupSize), layer);
  return places(layer, groupSize).map(({ activation, weight, first }) => ({
    enable: 1,
    first: Number(first),
    [x]: activations[activation]!,
    [q]: weights.codes[weight]!,
    scale: weights.scales?.[Math.floor(weight / groupSize)] ?? 0,
  }));
}

const integerWeights = (weightBits: number, groupSize: number) =>
  ({ weightBits, groupSize, weightSigned: true, zeroPoint: 'none', zeroPointValue: 0 }) as const;

/** Activations of a group as integers with the largest exponent of the group, as `ExponentAligner` makes them. */
export function alignActivations(codes: readonly number[], activationBits: number): number[] {
  const exponentOf = (code: number): number => Math.max(1, (code >> 10) & 31);
  const largest = Math.max(...codes.map(exponentOf));
  return codes.map(
    (code) => Math.trunc(floatToNumber(FP16, code) * 2 ** (activationBits + 13 - largest)) + 0,
  );
}

/** The cycles of an element of aligned activations. */
export function alignedStimulus(layer: GemmWorkload, activationBits: number, groupSize: number): CostCycle[] {
  const cycles = elementStimulus(layer, { activation: 'fp16', weightBits: 4, groupSize, x: 'x', q: 'q' });
  return groupsOf(cycles).flatMap((group) => {
    const aligned = alignActivations(
      group.map(({ x }) => Number(x)),
      activationBits,
    );
    return group.map((cycle, i) => ({ ...cycle, x: aligned[i]! }));
  });
}

/** The cycles of the aligner: each group is looked through while the one before is aligned. */
export function alignerStimulus(layer: GemmWorkload, groupSize: number): CostCycle[] {
  const groups = groupsOf(
    elementStimulus(layer, { activation: 'fp16', weightBits: 4, groupSize, x: 'x', q: 'q' }),
  );
  return groups.flatMap((group, g) => {
    const next = groups[(g + 1) % groups.length]!;
    return group.map((cycle, i) => ({ ...cycle, ahead: next[i % next.length]!.x! }));
  });
}

function groupsOf(cycles: readonly CostCycle[]): CostCycle[][] {
  const groups: CostCycle[][] = [];
  for (const cycle of cycles) {
    if (cycle.first) groups.push([]);
    groups.at(-1)!.push(cycle);
  }
  return groups;
}
