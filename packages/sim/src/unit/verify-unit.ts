// verifyUnit: every directed scenario of a unit and random ones through one built model, against its golden model.
// Invariant: the same seed gives the same scenarios and stalls; a failing random list is shrunk before it is reported.
// It does not choose parameters (see `configurations`) and prints nothing.

import { type Circuit, parseParams, type VerilogFile } from '@gatewright/hdl-core';
import fc from 'fast-check';
import type { Backend } from '../backend/backend.ts';
import { type BackendName, judgeOf } from '../backend/backends.ts';
import { search } from '../check/search.ts';
import type { Coverage } from '../coverage/coverage.ts';
import { defaultSeed } from '../testbench/environment.ts';
import { openDut } from '../testbench/open-dut.ts';
import type { OpenOptions, Stalls } from '../testbench/open-options.ts';
import { Random } from '../testbench/random.ts';
import { type Mismatch, outputCodecs } from './compare.ts';
import { runScenario, type ScenarioContext, type ScenarioReport } from './scenario.ts';
import type { AnyStreams, AnyUnit, ParamsOf } from './unit.ts';

export type { ScenarioReport } from './scenario.ts';

/** How to verify. */
export interface VerifyOptions {
  /**
   * GATEWRIGHT_BACKEND, or the native back end with Verilator beside it where Verilator can be used, by default; Verilator
   * alone with `rewrite`.
   */
  readonly backend?: BackendName | Backend | undefined;
  readonly optimise?: 'O1' | 'O3' | undefined;
  /** Of the random transactions and stalls; GATEWRIGHT_SEED, or 1, by default. */
  readonly seed?: number | undefined;
  /** Random lists of transactions; 20 by default. */
  readonly runs?: number | undefined;
  /** Replays one random list: the `path` of a counterexample, with its seed. */
  readonly path?: string | undefined;
  /** Of the second pass; drawn for every scenario by default; false leaves the pass out. */
  readonly stalls?: Stalls | false | undefined;
  /** False: the cycles that it takes need not be those that `performance` says. */
  readonly cycles?: false | undefined;
  /** Cycles without a transfer that count as a hang; 10,000 by default. */
  readonly timeout?: number | undefined;
  /** What is not reset holds at power-up; with `compare`, for one back end, an output that shows it is a problem. */
  readonly powerUp?: OpenOptions['powerUp'];
  /** Gathers what the scenarios reach; Verilator only. */
  readonly coverage?: Coverage | undefined;
  /** Told what is being built. */
  readonly onProgress?: ((message: string) => void) | undefined;
  /** Told how each scenario went, as it ends. */
  readonly onScenario?: ((report: ScenarioReport) => void) | undefined;
  /** Fault injection: changes the printed Verilog before it is built. */
  readonly rewrite?: ((files: VerilogFile[]) => VerilogFile[]) | undefined;
}

/** The smallest random list of transactions found that fails. */
export interface Counterexample {
  readonly inputs: AnyStreams;
  readonly seed: number;
  readonly path: string;
  /** Steps from the list that failed first to this one. */
  readonly shrinks: number;
}

/** What was verified and what was found. */
export interface VerifyReport {
  readonly unit: string;
  /** After defaults. */
  readonly params: Record<string, unknown>;
  /** The simulators that really ran. */
  readonly backends: readonly string[];
  /** Output values (leaf by leaf) compared. */
  readonly checks: number;
  readonly scenarios: readonly ScenarioReport[];
  /** The first 64. */
  readonly mismatches: readonly Mismatch[];
  readonly mismatchCount: number;
  /** Of all scenarios, without stalls. */
  readonly cycles: number;
  readonly seed: number;
  readonly counterexample: Counterexample | undefined;
  readonly seconds: number;
  /** No mismatch and no other problem. */
  readonly ok: boolean;
}

const kept = 64;

/** Verifies a unit with one parameter set. Throws only when the design cannot be built. */
export async function verifyUnit<U extends AnyUnit>(
  unit: U,
  params: ParamsOf<U>,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const started = performance.now();
  const { seed = defaultSeed() } = options;
  const parsed = parseParams(unit.module, params);
  const circuit: Circuit = unit.module.elaborate(params);
  const backend = await judgeOf(options.backend, circuit.top, options.rewrite ?? options.coverage);
  const dut = await openDut(circuit, { ...options, backend });
  const scenarios: ScenarioReport[] = [];
  const mismatches: Mismatch[] = [];
  let counterexample: Counterexample | undefined;
  try {
    const context: ScenarioContext = {
      golden: (p, inputs) => unit.golden(p, inputs),
      performance: options.cycles === false ? undefined : (p, inputs) => unit.performance(p, inputs),
      params: parsed,
      dut,
      outputs: outputCodecs(circuit.ports),
      timeout: options.timeout,
      seed,
    };
    const keep = (result: Awaited<ReturnType<typeof runScenario>>): void => {
      scenarios.push(result.report);
      mismatches.push(...result.mismatches.slice(0, kept - mismatches.length));
      options.onScenario?.(result.report);
    };
    const { directed, random } = unit.stimulus(parsed);
    if (options.path === undefined)
      for (const { name, inputs } of directed)
        keep(await runScenario(context, name, inputs, stallsFor(options.stalls, seed, name)));
    counterexample = await runRandom(context, random, options, keep);
  } finally {
    dut.close();
  }
  const sum = (of: (report: ScenarioReport) => number): number => scenarios.reduce((n, r) => n + of(r), 0);
  return {
    unit: unit.name,
    params: parsed,
    backends: dut.simulators,
    checks: sum((r) => r.checks),
    scenarios,
    mismatches,
    mismatchCount: sum((r) => r.mismatches),
    cycles: sum((r) => r.cycles),
    seed,
    counterexample,
    seconds: (performance.now() - started) / 1000,
    ok: scenarios.every((r) => r.problem === undefined && r.mismatches === 0),
  };
}

async function runRandom(
  context: ScenarioContext,
  random: fc.Arbitrary<AnyStreams>,
  { runs = 20, path, stalls }: VerifyOptions,
  keep: (result: Awaited<ReturnType<typeof runScenario>>) => void,
): Promise<Counterexample | undefined> {
  const { seed } = context;
  let count = 0;
  let failed: Awaited<ReturnType<typeof runScenario>> | undefined;
  // The stalls are part of what is generated, so a replayed or shrunk list meets the same ones.
  const cases = fc.tuple(random, fc.noShrink(fc.nat()));
  const found = await search(
    cases,
    async ([inputs, stallSeed], shrinking) => {
      if (!shrinking) count++;
      const name = `random ${count}`;
      const result = await runScenario(context, name, inputs, stallsFor(stalls, stallSeed, 'random'));
      if (!result.ok) failed = result;
      else if (!shrinking) keep(result);
      return result.ok;
    },
    { seed, runs, path },
  );
  if (!found || !failed) return undefined;
  // The last list that failed is the smallest: fast-check goes on from it.
  keep(failed);
  return { inputs: found.smallest[0], seed, path: found.path, shrinks: found.shrinks };
}

const probabilities = [0.1, 0.3, 0.5, 0.7];

function stallsFor(stalls: Stalls | false | undefined, seed: number, scenario: string): Stalls | undefined {
  if (stalls === false) return undefined;
  if (stalls) return stalls;
  const random = new Random(seed, scenario);
  const draw = (): number => probabilities[random.next() % probabilities.length]!;
  return { in: draw(), out: draw(), seed: random.next() };
}
