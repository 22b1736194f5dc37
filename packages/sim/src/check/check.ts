// check: a module against a golden model over random parameters, data and back-pressure; a failure is shrunk to the
// smallest one found and shown with its wave.
// Invariant: the same seed tries the same cases; each case runs from reset, at full speed and then with its stalls. What
// makes a case right is the same as for a unit: see unit/scenario.ts.

import {
  canonicalJson,
  type ModuleDefinition,
  type Ports,
  parseParams,
  type StreamInputs,
  type StreamOutputs,
} from '@gatewright/hdl-core';
import fc from 'fast-check';
import type { z } from 'zod';
import type { Dut } from '../testbench/dut.ts';
import { defaultSeed } from '../testbench/environment.ts';
import { type OpenDut, openDut } from '../testbench/open-dut.ts';
import type { OpenOptions, Stalls } from '../testbench/open-options.ts';
import { Expected, type Mismatch, outputCodecs } from '../unit/compare.ts';
import { exchange } from '../unit/exchange.ts';
import { runScenario, type ScenarioContext } from '../unit/scenario.ts';
import type { AnyStreams } from '../unit/unit.ts';
import { literalText } from './differences.ts';
import { type Failing, search } from './search.ts';

/** What to check, and how. */
export interface CheckOptions<S extends z.ZodObject, P extends Ports>
  extends Omit<OpenOptions, 'vcd' | 'fst'> {
  /** Parameters, or an arbitrary of them; every set that is drawn is built once. */
  readonly params: z.input<S> | fc.Arbitrary<z.input<S>>;
  /** Random transactions per input stream, for parsed parameters. */
  readonly inputs: (params: z.output<S>) => fc.Arbitrary<StreamInputs<P>>;
  /** Bit-exact expected outputs, in order, per output stream. */
  readonly golden: (params: z.output<S>, inputs: StreamInputs<P>) => StreamOutputs<P>;
  /** Pokes plain inputs, after reset and before anything is sent. */
  readonly setup?: ((dut: Dut<P>, params: z.output<S>) => void) | undefined;
  /** Of each case's second pass: drawn by default; false leaves that pass out. */
  readonly stalls?: Stalls | false | undefined;
  /** Cases (parameters, data and stalls); 100 by default. */
  readonly runs?: number | undefined;
  /** Of everything random; GATEWRIGHT_SEED, or 1, by default. */
  readonly seed?: number | undefined;
  /** Replays one case: the path that a failure prints, with its seed. */
  readonly path?: string | undefined;
  /** Cycles without a transfer that count as a hang; 10,000 by default. */
  readonly timeout?: number | undefined;
}

/** What was checked. */
export interface CheckReport {
  readonly runs: number;
  /** Parameter sets that were built. */
  readonly designs: number;
  /** Output values (leaf by leaf) compared. */
  readonly checks: number;
  /** Without stalls. */
  readonly cycles: number;
  readonly seed: number;
}

/** The design does not do what the golden model says; the message holds the smallest case found. */
export class CheckFailed extends Error {
  /** With the seed, replays the case. */
  readonly path: string;
  readonly seed: number;
  constructor(message: string, { path, seed }: { readonly path: string; readonly seed: number }) {
    super(message);
    this.name = 'CheckFailed';
    this.path = path;
    this.seed = seed;
  }
}

interface Case<S extends z.ZodObject> {
  readonly params: z.input<S>;
  readonly inputs: AnyStreams;
  readonly stalls: Stalls | undefined;
}

/** Checks a module. Throws a CheckFailed, or a fault of the design or the tools. */
export async function check<S extends z.ZodObject, P extends Ports>(
  module: ModuleDefinition<S, P>,
  options: CheckOptions<S, P>,
): Promise<CheckReport> {
  const { runs = 100, seed = defaultSeed(), path } = options;
  const designs = new DesignPool(module, options);
  const total = { runs: 0, checks: 0, cycles: 0 };
  let failure: Awaited<ReturnType<typeof runScenario>> | undefined;
  try {
    const trial = async ({ params, inputs, stalls }: Case<S>, shrinking: boolean): Promise<boolean> => {
      const result = await runScenario(await designs.context(params, seed), 'case', inputs, stalls);
      if (!shrinking) {
        total.runs++;
        total.checks += result.report.checks;
        total.cycles += result.report.cycles;
      }
      if (!result.ok) failure = result;
      return result.ok;
    };
    const found = await search(casesOf(module, options), trial, { seed, runs, path });
    if (found && failure) {
      const wave = await waveOf(await designs.context(found.smallest.params, seed), found.smallest);
      throw new CheckFailed(failureText(module.name, found, failure, wave, runs), found);
    }
  } finally {
    designs.close();
  }
  return { ...total, designs: designs.size, seed };
}

function casesOf<S extends z.ZodObject, P extends Ports>(
  module: ModuleDefinition<S, P>,
  { params, inputs, stalls }: CheckOptions<S, P>,
): fc.Arbitrary<Case<S>> {
  const paramSets = params instanceof fc.Arbitrary ? params : fc.constant(params);
  const anyStalls = stalls === undefined ? drawnStalls : fc.constant(stalls === false ? undefined : stalls);
  return paramSets.chain((given) =>
    fc.record({
      params: fc.constant(given),
      inputs: inputs(parseParams(module, given)) as fc.Arbitrary<AnyStreams>,
      stalls: anyStalls,
    }),
  );
}

/** Shrinks towards no stalls. */
const probability = fc.constantFrom(0, 0.1, 0.3, 0.5, 0.7);
const drawnStalls = fc
  .record({ in: probability, out: probability, seed: fc.noShrink(fc.nat()) })
  .map((stalls) => (stalls.in === 0 && stalls.out === 0 ? undefined : stalls));

/** Each parameter set built once. */
class DesignPool<S extends z.ZodObject, P extends Ports> {
  readonly #module: ModuleDefinition<S, P>;
  readonly #options: CheckOptions<S, P>;
  readonly #open = new Map<string, Promise<{ dut: OpenDut<P>; context: ScenarioContext }>>();

  constructor(module: ModuleDefinition<S, P>, options: CheckOptions<S, P>) {
    this.#module = module;
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  async context(params: z.input<S>, seed: number): Promise<ScenarioContext> {
    const parsed = parseParams(this.#module, params);
    const key = canonicalJson(parsed);
    const known = this.#open.get(key) ?? this.#build(params, parsed, seed);
    this.#open.set(key, known);
    return (await known).context;
  }

  async #build(params: z.input<S>, parsed: z.output<S>, seed: number) {
    const { golden, setup, timeout } = this.#options;
    const circuit = this.#module.elaborate(params);
    const dut = await openDut(circuit, this.#options);
    const context: ScenarioContext = {
      golden: (_, inputs) => golden(parsed, inputs as StreamInputs<P>) as AnyStreams,
      params: parsed,
      dut: dut as unknown as OpenDut<Ports>,
      outputs: outputCodecs(circuit.ports),
      timeout,
      seed,
      setup: setup && ((handles) => setup(handles as unknown as Dut<P>, parsed)),
    };
    return { dut, context };
  }

  close(): void {
    for (const opening of this.#open.values())
      opening.then(
        ({ dut }) => dut.close(),
        () => {},
      );
  }
}

/** The case once more, for its wave: at full speed when that fails, else with its stalls. */
async function waveOf(context: ScenarioContext, { inputs, stalls }: Case<z.ZodObject>): Promise<string> {
  let wave = '';
  try {
    const expected = new Expected(context.outputs, context.golden(context.params, inputs));
    for (const pass of [undefined, stalls]) {
      const got = await exchange(context.dut, inputs, expected.counts, {
        ...{ timeout: context.timeout, seed: context.seed, setup: context.setup, stalls: pass },
        look: (t) => {
          wave = t.wave({ changes: true });
        },
      });
      if (got.problem || expected.compare('', got.received).mismatchCount > 0) break;
    }
  } catch {
    // A golden model that throws, or a model that stops, has no wave to show.
  }
  return wave;
}

function failureText(
  name: string,
  { smallest, seed, path, shrinks, run }: Failing<Case<z.ZodObject>>,
  { report, mismatches }: Awaited<ReturnType<typeof runScenario>>,
  wave: string,
  runs: number,
): string {
  const rest = report.mismatches - Math.min(mismatches.length, 4);
  return [
    `${name} does not do what its golden model says (case ${run} of ${runs}, made smaller ${shrinks} times):`,
    `  params: ${literalText(smallest.params)}`,
    ...Object.entries(smallest.inputs).map(([stream, values]) => `  ${stream}: ${listText(values)}`),
    `  stalls: ${smallest.stalls ? literalText(smallest.stalls) : 'none'}`,
    ...(report.problem ? [`  ${report.problem.split('\n').join('\n  ')}`] : []),
    ...mismatches.slice(0, 4).map((m) => `  ${mismatchText(m)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    `  seed: ${seed}, path: '${path}' as options of check run this case again`,
    ...wave.split('\n').map((line) => `  ${line}`.trimEnd()),
  ].join('\n');
}

const listText = (values: readonly unknown[]): string =>
  values.length <= 8
    ? literalText(values)
    : `${literalText(values.slice(0, 8))} and ${values.length - 8} more`;

function mismatchText({ port, index, path, expected, actual }: Mismatch): string {
  const place = `${port}[${index}]${path === '' || path.startsWith('[') ? '' : '.'}${path}`;
  return `${place}: expected ${literalText(expected)}, got ${literalText(actual)}`;
}
