// The smallest design that shows the same fault: npx tsx packages/sim/fuzz/shrink.ts --seed 1319 [--only icarus]
// Prints its Verilog, its recipe and what is wrong with it.

import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { type Finding, runBatch } from './batch.ts';
import { designOf } from './design.ts';
import { type DesignRecipe, designRecipe } from './recipe.ts';
import type { Simulator } from './simulators.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'icarus' },
    cycles: { type: 'string', default: '48' },
    seconds: { type: 'string', default: '120' },
  },
});
const seed = Number(values.seed);
const simulators: Simulator[] =
  values.only === 'none' ? [] : [values.only === 'icarus' ? 'icarus' : 'verilator'];
const options = { cycles: Number(values.cycles), simulators };
/** What must stay the same while the design shrinks. */
const signature = (f: Finding): string =>
  `${f.kind} ${/%(\w+-\w+)|rror: [^`']*|Assertion|unknown/.exec(f.text)?.[0] ?? ''}`;

let wanted: string | undefined;
let last: { recipe: DesignRecipe; finding: Finding } | undefined;
const property = fc.asyncProperty(designRecipe, async (recipe) => {
  const { findings } = await runBatch([seed], options, [recipe]);
  const finding = findings.find((f) => wanted === undefined || signature(f) === wanted);
  if (!finding) return true;
  wanted ??= signature(finding);
  last = { recipe, finding };
  return false;
});
const result = await fc.check(property, {
  seed,
  numRuns: 1,
  interruptAfterTimeLimit: 1000 * Number(values.seconds),
});
if (!last) console.log(`seed ${seed}: nothing is wrong`);
else {
  const { recipe, finding } = last;
  console.log(JSON.stringify(recipe));
  if (finding.kind !== 'rejected' && !(finding.kind === 'crash' && !finding.simulator)) {
    const files = designOf(recipe, 'F').elaborate().verilog({ locations: false });
    for (const f of files) console.log(f.text);
  }
  console.log(`seed ${seed}, ${result.numShrinks} shrinks: ${finding.kind} ${finding.text}`);
}
