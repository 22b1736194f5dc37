// A long sequence through window attention: every output against the golden model, and the cycles against the law.
// Invariant: the law is written out here, from the periods of the circuit, and not taken from `performance`.

import { type BackendName, verifyUnit } from '@gatewright/sim';
import type { z } from 'zod';
import { windowAttention } from '../src/index.ts';
import { divideStages, timing, windowParams } from '../src/window/params.ts';
import { makeJob } from '../src/window/stimulus.ts';
import { windowInputs } from '../src/window/transactions.ts';

export interface LongRun {
  readonly ok: boolean;
  readonly problem: string | undefined;
  readonly checks: number;
  readonly cycles: number;
  /** prologue + (rows + 1) x rowPeriod. */
  readonly law: { readonly prologue: number; readonly rowPeriod: number; readonly cycles: number };
  /** Cycles in which a core's multipliers have an element, of all. */
  readonly utilisation: number;
}

/** N(0, 1) rows of one head, at full speed. */
export async function longRun(
  params: z.input<typeof windowParams>,
  rows: number,
  backend: BackendName = 'native',
): Promise<LongRun> {
  const p = windowParams.parse(params);
  const only = {
    ...windowAttention,
    stimulus: () => ({
      directed: [{ name: 'long', inputs: windowInputs([makeJob(p, 31, { rows })]) }],
      random: windowAttention.stimulus(p).random,
    }),
  };
  const report = await verifyUnit(only, params, { runs: 0, stalls: false, backend });
  const { cycles, problem } = report.scenarios[0]!;
  const t = timing(p);
  // Two row periods deep: scored, then weighed. The prologue is the loading of the rows before the first query, and what a row
  // takes beyond two periods: the beginning and the elements of its weighing, the tree, the divider.
  const loading = p.headDim + 1 + (p.lookAhead > 0 ? p.lookAhead * t.loadPeriod : 1);
  const behind = t.valueStart + t.interval * p.headDim + t.toAdder + t.tree + divideStages(p) + 3;
  const prologue = loading + behind - t.rowPeriod;
  return {
    ok: report.ok,
    problem,
    checks: report.checks,
    cycles,
    law: { prologue, rowPeriod: t.rowPeriod, cycles: prologue + (rows + 1) * t.rowPeriod },
    utilisation: (rows * p.headDim) / cycles,
  };
}
