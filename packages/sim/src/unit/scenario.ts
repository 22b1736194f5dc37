// One scenario of a unit: the same transactions at full speed and with random stalls, against the golden model.
// Invariant: the design is reset before each pass, so a scenario can be replayed alone; a fault of any kind ends in the
// report, never in an exception.

import type { Ports } from '@gatewright/hdl-core';
import type { Dut } from '../testbench/dut.ts';
import type { OpenDut } from '../testbench/open-dut.ts';
import type { Stalls } from '../testbench/open-options.ts';
import type { PayloadCodec } from '../value/payload-codec.ts';
import { type Comparison, Expected, type Mismatch } from './compare.ts';
import { exchange } from './exchange.ts';
import type { AnyStreams, AnyUnit } from './unit.ts';

/** How one list of transactions went. */
export interface ScenarioReport {
  readonly name: string;
  /** Output values (leaf by leaf) compared, in both passes. */
  readonly checks: number;
  /** Measured without stalls. */
  readonly cycles: number;
  /** What `performance` says. */
  readonly predictedCycles: number;
  readonly mismatches: number;
  /** What is wrong besides mismatches: cycles that differ, a time-out, surplus values, an error of the golden model. */
  readonly problem: string | undefined;
}

/** What is right, the parameters, and a running design. */
export interface ScenarioContext {
  readonly golden: AnyUnit['golden'];
  /** Says how many cycles it takes without stalls; not compared when absent. */
  readonly performance?: AnyUnit['performance'] | undefined;
  readonly params: Record<string, unknown>;
  readonly dut: OpenDut<Ports>;
  readonly outputs: ReadonlyMap<string, PayloadCodec>;
  readonly timeout: number | undefined;
  readonly seed: number;
  /** Called after reset, before anything is sent. */
  readonly setup?: ((dut: Dut<Ports>) => void) | undefined;
}

/** Runs a scenario: once without stalls, then (when that was right) with them. */
export async function runScenario(
  context: ScenarioContext,
  name: string,
  inputs: AnyStreams,
  stalls: Stalls | undefined,
): Promise<{
  readonly report: ScenarioReport;
  readonly mismatches: readonly Mismatch[];
  readonly ok: boolean;
}> {
  const { params, dut, outputs, timeout, seed, setup } = context;
  const total: Comparison = { checks: 0, mismatchCount: 0, mismatches: [] };
  let cycles = 0;
  let predictedCycles = 0;
  let problem: string | undefined;
  try {
    const expected = new Expected(outputs, context.golden(params, inputs));
    const predicted = context.performance?.(params, inputs).cycles;
    predictedCycles = predicted ?? 0;
    const pass = async (label: string, passStalls: Stalls | undefined): Promise<number> => {
      const got = await exchange(dut, inputs, expected.counts, { timeout, seed, stalls: passStalls, setup });
      const found = expected.compare(label, got.received);
      total.checks += found.checks;
      total.mismatchCount += found.mismatchCount;
      total.mismatches.push(...found.mismatches);
      if (got.problem) problem = passStalls ? `with stalls: ${got.problem}` : got.problem;
      return got.cycles;
    };
    cycles = await pass(name, undefined);
    if (!problem && total.mismatchCount === 0) {
      if (predicted !== undefined && cycles !== predicted)
        problem = `it takes ${cycles} cycles, performance() says ${predicted}`;
      if (stalls) await pass(`${name} (with stalls)`, stalls);
    }
  } catch (error) {
    problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const report = {
    name,
    checks: total.checks,
    cycles,
    predictedCycles,
    mismatches: total.mismatchCount,
    problem,
  };
  return { report, mismatches: total.mismatches, ok: problem === undefined && total.mismatchCount === 0 };
}
