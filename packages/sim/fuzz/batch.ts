// A batch of random designs from seeds to findings: elaborate, play by the evaluator, lint and simulate, compare.
// Invariant: nothing is skipped in silence; a recipe that does not elaborate is a finding of its own kind.

import { type Circuit, DesignError } from '@gatewright/hdl-core';
import { lintYosys } from '@gatewright/yosys';
import { type Benched, readOutputs } from './bench-text.ts';
import { designOf } from './design.ts';
import { type Played, playNative } from './play-native.ts';
import { playPowerUp } from './play-power-up.ts';
import { type DesignRecipe, recipeOf } from './recipe.ts';
import { type Language, type Outcome, type Simulator, Workplace } from './simulators.ts';
import { SETTLING, type Trial, trialOf } from './stimulus.ts';

/** The native back end against the evaluator; both back ends side by side from the first evaluation on. */
const inProcess = { native: playNative, 'power-up': playPowerUp } as const satisfies Record<
  string,
  (circuit: Circuit, trial: Trial, seed: number) => Promise<Played>
>;
type InProcess = keyof typeof inProcess;
const isInProcess = (name: Simulator | InProcess): name is InProcess => name in inProcess;

export interface Finding {
  readonly seed: number;
  /**
   * `rejected`: a diagnostic; `evaluator`: a value outside its range; `lint`: a tool complains; `mismatch`: a wrong output;
   * `abort`: an assertion inside the tool itself failed, so it says nothing of the design.
   */
  readonly kind: 'rejected' | 'crash' | 'evaluator' | 'lint' | 'mismatch' | 'abort';
  readonly simulator?: Simulator | InProcess | 'yosys';
  readonly text: string;
}
export interface BatchReport {
  readonly designs: number;
  /** Designs with two clocks. */
  readonly twoClocks: number;
  /** Designs that Yosys read. */
  readonly readByYosys: number;
  readonly modules: number;
  readonly cycles: number;
  readonly outputsCompared: number;
  readonly operators: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}
export interface BatchOptions {
  readonly cycles: number;
  readonly simulators: readonly (Simulator | InProcess)[];
  readonly language?: Language;
  /** Every nth design is read by Yosys too; none without it. */
  readonly yosysEvery?: number;
}

type Seeded = Benched & { readonly seed: number };
/** Such as `ivl: t-dll-api.cc:1770: … Assertion `net' failed.`: Icarus 11 has some that no line of a design explains. */
const TOOL_ASSERTION = /^\w+: \S+\.cc:\d+: .*Assertion .* failed/m;

/** Runs one batch of recipes, each with the seed that names it and its stimulus. */
export async function runBatch(
  seeds: readonly number[],
  options: BatchOptions,
  recipes: readonly DesignRecipe[] = seeds.map(recipeOf),
): Promise<BatchReport> {
  const findings: Finding[] = [];
  const benched: Seeded[] = [];
  seeds.forEach((seed, i) => {
    const made = prepare(seed, recipes[i]!, `F${i}`, options.cycles);
    if ('circuit' in made) benched.push({ seed, ...made });
    else findings.push(made);
  });
  let outputsCompared = 0;
  for (const simulator of options.simulators)
    outputsCompared += isInProcess(simulator)
      ? await playInProcess(benched, simulator, findings)
      : await playAll(benched, simulator, findings, options.language);
  const forYosys = benched.filter(({ seed }) => options.yosysEvery && seed % options.yosysEvery === 0);
  for (const design of forYosys) findings.push(...(await readByYosys(design, options.language)));
  return {
    designs: benched.length,
    twoClocks: benched.filter((b) => b.trial.clocks.length > 1).length,
    readByYosys: forYosys.length,
    modules: benched.reduce((sum, b) => sum + b.circuit.modules.length, 0),
    cycles: benched.length * options.cycles,
    outputsCompared,
    operators: operatorsOf(benched.map((b) => b.circuit)),
    findings,
  };
}

async function readByYosys({ seed, name, circuit }: Seeded, language?: Language): Promise<Finding[]> {
  const { ok, log } = await lintYosys(circuit.verilog({ language: language ?? 'verilog' }), name);
  return ok ? [] : [{ seed, kind: 'lint', simulator: 'yosys', text: log }];
}

function prepare(seed: number, recipe: DesignRecipe, name: string, cycles: number): Benched | Finding {
  let circuit: Circuit;
  try {
    circuit = designOf(recipe, name).elaborate();
    circuit.verilog();
  } catch (error) {
    const kind = error instanceof DesignError ? 'rejected' : 'crash';
    return { seed, kind, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  try {
    return { name, circuit, trial: trialOf(circuit, seed, cycles) };
  } catch (error) {
    return {
      seed,
      kind: 'evaluator',
      text: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** Plays the designs one by one by what runs in this process. Returns outputs compared. */
async function playInProcess(
  designs: readonly Seeded[],
  simulator: InProcess,
  findings: Finding[],
): Promise<number> {
  let compared = 0;
  for (const { seed, circuit, trial } of designs) {
    try {
      const { outputsCompared, difference } = await inProcess[simulator](circuit, trial, seed);
      compared += outputsCompared;
      if (difference !== undefined) findings.push({ seed, kind: 'mismatch', simulator, text: difference });
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      findings.push({ seed, kind: 'crash', simulator, text });
    }
  }
  return compared;
}

/** Plays the designs in one simulator; what stops it is looked for in ever smaller parts. Returns outputs compared. */
async function playAll(
  designs: readonly Seeded[],
  simulator: Simulator,
  findings: Finding[],
  language?: Language,
): Promise<number> {
  if (designs.length === 0) return 0;
  const place = await Workplace.open(designs, language);
  let outcome: Outcome;
  try {
    outcome = await place[simulator]();
  } catch (error) {
    const [only] = designs;
    if (designs.length === 1) {
      const text = error instanceof Error ? error.message : String(error);
      const kind = TOOL_ASSERTION.test(text) ? 'abort' : 'crash';
      findings.push({ seed: only!.seed, kind, simulator, text });
      return 0;
    }
    const half = designs.length >> 1;
    const first = await playAll(designs.slice(0, half), simulator, findings, language);
    return first + (await playAll(designs.slice(half), simulator, findings, language));
  } finally {
    await place.close();
  }
  const blamed = new Set<number>();
  for (const text of outcome.complaints) {
    for (const k of place.namedBy(text)) {
      blamed.add(k);
      findings.push({ seed: designs[k]!.seed, kind: 'lint', simulator, text });
    }
  }
  if (outcome.lines.length > 0) return compare(designs, outcome, simulator, findings);
  // A refused design is taken out, so that the others still run.
  const rest = designs.filter((_, k) => !blamed.has(k));
  return playAll(rest, simulator, findings, language);
}

/** Compares what was printed with what must be; the first difference of a design is a finding. */
function compare(
  designs: readonly Seeded[],
  { lines }: Outcome,
  simulator: Simulator,
  findings: Finding[],
): number {
  let compared = 0;
  designs.forEach(({ trial, seed }, k) => {
    for (const [cycle, expected] of trial.cycles.entries()) {
      if (cycle < SETTLING || trial.outputs.length === 0) continue;
      const line = lines[cycle * designs.length + k] ?? '';
      const seen = readOutputs(trial, line);
      compared += trial.outputs.length;
      const wrong = seen ? seen.findIndex((bits, i) => bits !== expected.outputs[i]) : 0;
      if (wrong < 0) continue;
      const port = trial.outputs[wrong]!.decl.name;
      const want = expected.outputs[wrong]!.toString(16);
      const text = seen
        ? `${port} is ${seen[wrong]!.toString(16)} in cycle ${cycle}, not ${want}`
        : `an output is unknown in cycle ${cycle}: ${line}`;
      findings.push({ seed, kind: 'mismatch', simulator, text });
      return;
    }
  });
  return compared;
}

/** How often each kind of expression occurs in the modules of the designs. */
function operatorsOf(circuits: readonly Circuit[]): Map<string, number> {
  const counts = new Map<string, number>();
  interface Node {
    readonly kind: string;
    readonly args: readonly Node[];
  }
  const seen = new Set<Node>();
  const visit = (e: Node): void => {
    if (seen.has(e)) return;
    seen.add(e);
    counts.set(e.kind, (counts.get(e.kind) ?? 0) + 1);
    for (const a of e.args) visit(a);
  };
  const isNode = (v: object): v is Node => 'args' in v && 'min' in v;
  const walk = (v: unknown): void => {
    if (typeof v !== 'object' || v === null) return;
    if (isNode(v)) visit(v);
    else if (Array.isArray(v)) v.forEach(walk);
    else if ('kind' in v) {
      if (v.kind === 'instance') return;
      for (const [key, x] of Object.entries(v))
        if (key !== 'target' && key !== 'decl' && key !== 'place' && key !== 'subjectType') walk(x);
    } else if ('body' in v) walk(v.body);
  };
  for (const c of circuits) for (const m of c.modules) walk(m.items);
  return counts;
}
