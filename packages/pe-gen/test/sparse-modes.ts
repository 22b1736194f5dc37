// The sparse chain cycle by cycle, mode by mode: inputs, what is right, and simulators that play them.
// Invariant: what is right is golden's sum of plain products; `done` of every group is looked at in every cycle, and counts as
// a check only where nothing else does (n = 0). The same seed gives the same inputs to every simulator.

import { chainSums, PACKINGS } from '@gatewright/golden';
import type { VerilogFile } from '@gatewright/hdl-core';
import { type BackendName, openDut } from '@gatewright/sim';
import { SparseChain } from '../src/index.ts';
import {
  type ChainParams,
  chainLatency,
  chainParams,
  groupLatency,
  groupsOf,
  modesOf,
  operandsOf,
} from '../src/sparse-dsp/params.ts';
import { activationRange, type DotInput, dotInput, weightRange } from '../src/sparse-dsp/stimulus.ts';

/** Bits from a seed, as a function that gives 32 of them. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
}

/** What a run sets the chain to: one n in every cycle, or another one in every cycle. */
export type Mode = 'dense' | 'switches' | number;
export const chainModes = (p: ChainParams): Mode[] => ['dense', ...modesOf(p).toReversed(), 0, 'switches'];

/** Outputs of one cycle: `sums[group][field]`; undefined where a bit is not known. */
export interface CycleOutputs {
  readonly done: readonly (boolean | undefined)[];
  readonly sums: readonly (readonly (bigint | undefined)[])[];
}
/** A simulated chain: outputs after each clock edge, the inputs having been set before it. */
export interface Player {
  play(inputs: readonly DotInput[]): Promise<CycleOutputs[]>;
  close(): Promise<void> | void;
}

/** Inputs of a mode without end. */
function* inputsOf(p: ChainParams, mode: Mode, seed: number): Generator<DotInput> {
  const random = randomNumbers(seed);
  const all = [0, ...modesOf(p)];
  const pairs = all.flatMap((from) => all.flatMap((to) => [from, to]));
  const operand = ({ min, max }: { min: number; max: number }): (() => number) => {
    const corner = [min, max, 0, -1, min + 1];
    return () =>
      random() % 4 === 0 ? corner[random() % corner.length]! : min + (random() % (max - min + 1));
  };
  const ranges = [activationRange(p), weightRange(p)] as const;
  const [activation, weight] = ranges.map(operand) as [() => number, () => number];
  for (let at = 0; ; at++) {
    const n =
      mode === 'dense' ? p.taps : mode === 'switches' ? (pairs[at] ?? all[random() % all.length]!) : mode;
    // One in eight is extreme throughout: the sums that are closest to the end of their fields.
    const [x, w] = ranges.map(({ min, max }) => (random() % 2 ? min : max)) as [number, number];
    const extreme = random() % 8 === 0;
    yield dotInput(p, {
      n,
      dense: mode === 'dense' || (mode === 'switches' && random() % 4 === 0),
      activation: () => (extreme ? x : activation()),
      weight: () => (extreme ? w : weight()),
      index: () => random() % p.taps,
    });
  }
}

/** The sums that end with `group`; undefined where no dot product ends. */
function expectedSums(p: ChainParams, input: DotInput, group: number): number[] | undefined {
  const n = Number(input.n);
  const end = (group + 1) * p.groupTaps;
  if (n === 0 || end % n !== 0) return undefined;
  return chainSums(
    PACKINGS[p.packing],
    Array.from({ length: n }, (_, t) => {
      const tap = end - n + t;
      const place = input.dense ? tap : Number(input.indices[tap]!);
      return {
        activations: input.rows.map((row) => Number(row[place]!)),
        weights: input.weights[tap]!.map(Number),
      };
    }),
  );
}

export interface ModeReport {
  readonly mode: Mode;
  readonly checks: number;
  readonly mismatches: number;
  /** The first fault, in words. */
  readonly first: string | undefined;
}

/** Plays a mode, `chunk` cycles at a time, until `wanted` values are compared. */
export async function checkMode(
  p: ChainParams,
  player: Player,
  mode: Mode,
  wanted: number,
  seed: number,
  chunk = 2000,
): Promise<ModeReport> {
  const latency = chainLatency(p);
  const idle = dotInput(p, { n: 0, activation: () => 0, weight: () => 0, index: () => 0 });
  const pause = new Array<DotInput>(latency).fill(idle);
  const source = inputsOf(p, mode, seed);
  let [checks, mismatches] = [0, 0];
  let first: string | undefined;
  const fault = (text: string): void => {
    mismatches++;
    first ??= text;
  };
  while (checks < wanted) {
    const inputs = Array.from({ length: chunk - 2 * latency }, () => source.next().value as DotInput);
    const outputs = await player.play([...pause, ...inputs, ...pause]);
    inputs.forEach((input, at) => {
      for (let group = 0; group < groupsOf(p); group++) {
        const got = outputs[latency + at + groupLatency(p, group) - 1]!;
        const expected = expectedSums(p, input, group);
        const where = `${mode}, input ${at}, n = ${input.n}, group ${group}`;
        if (got.done[group] !== (expected !== undefined)) fault(`${where}: done is ${got.done[group]}`);
        if (mode === 0) checks++;
        expected?.forEach((value, field) => {
          checks++;
          const sum = got.sums[group]![field];
          if (sum !== BigInt(value)) fault(`${where}, field ${field}: ${sum} instead of ${value}`);
        });
      }
    });
  }
  return { mode, checks, mismatches, first };
}

/** The chain in a simulator of the testbench, its text changed by `rewrite`. */
export async function simulatedChain(
  params: Partial<ChainParams>,
  backend: BackendName,
  rewrite?: (files: VerilogFile[]) => VerilogFile[],
): Promise<Player> {
  const dut = await openDut(SparseChain.elaborate(params), {
    backend,
    ...(rewrite ? { rewrite } : {}),
  });
  return {
    close: () => dut.close(),
    play: (inputs) =>
      dut.run((ports, t) =>
        inputs.map((input) => {
          ports.rows.poke(input.rows);
          ports.weights.poke(input.weights);
          ports.indices.poke(input.indices);
          ports.dense.poke(input.dense);
          ports.n.poke(input.n);
          t.tick();
          return { done: ports.done.peek(), sums: ports.sums.peek().map((fields) => fields.map(BigInt)) };
        }),
      ),
  };
}

/** Wires of the chain's inputs and outputs, lowest first, as a word of stimulus or of results holds them. */
export function chainWires(params: Partial<ChainParams>) {
  const p = chainParams.parse(params);
  const { rows, columns } = operandsOf(p);
  const list = (count: number, name: (i: number) => string): string[] =>
    Array.from({ length: count }, (_, i) => name(i));
  return {
    inputs: [
      ...list(rows, (r) => `rows_${r}`).flatMap((row) => list(p.taps, (i) => `${row}_${i}`)),
      ...list(p.taps, (t) => `weights_${t}`).flatMap((w) => list(columns, (c) => `${w}_${c}`)),
      ...list(p.taps, (t) => `indices_${t}`),
      'dense',
      'n',
    ],
    outputs: [
      ...list(groupsOf(p), (g) => `sums_${g}`).flatMap((s) =>
        list(rows * columns, (field) => `${s}_${field}`),
      ),
      ...list(groupsOf(p), (g) => `done_${g}`),
    ],
  };
}
