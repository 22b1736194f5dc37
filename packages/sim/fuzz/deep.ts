// A long run: npx tsx --conditions=gatewright-source packages/sim/fuzz/deep.ts --designs 2000 --seed 1 [--batch 40]
// [--cycles 48] [--only verilator|icarus|native|power-up] [--language systemverilog] [--yosys-every 10]
// Prints a line per finding with the seed that replays it, and a report at the end. Exit code 1 when anything was found
// but an abort of a tool itself.

import { parseArgs } from 'node:util';
import { type BatchReport, runBatch } from './batch.ts';

const { values } = parseArgs({
  options: {
    designs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    batch: { type: 'string', default: '40' },
    cycles: { type: 'string', default: '48' },
    only: { type: 'string' },
    language: { type: 'string', default: 'verilog' },
    'yosys-every': { type: 'string' },
    stop: { type: 'string', default: '20' },
  },
});
const designs = Number(values.designs);
const first = Number(values.seed);
const batch = Number(values.batch);
const players = ['native', 'verilator', 'icarus', 'power-up'] as const;
// A model of its own per design takes long: only when it is asked for.
const usual = players.filter((name) => name !== 'power-up');
const simulators = values.only === undefined ? usual : players.filter((name) => name === values.only);
if (simulators.length === 0) throw new Error(`--only ${values.only}: one of ${players.join(', ')}`);
const started = performance.now();
const seconds = (): string => ((performance.now() - started) / 1000).toFixed(1);

const language = values.language === 'systemverilog' ? 'systemverilog' : 'verilog';
const every = values['yosys-every'];
const options = {
  cycles: Number(values.cycles),
  simulators,
  language,
  ...(every === undefined ? {} : { yosysEvery: Number(every) }),
} as const;
const sum = { designs: 0, twoClocks: 0, readByYosys: 0, modules: 0, cycles: 0, outputsCompared: 0 };
const operators = new Map<string, number>();
const findings: BatchReport['findings'][number][] = [];
for (let at = 0; at < designs && findings.length < Number(values.stop); at += batch) {
  const seeds = Array.from({ length: Math.min(batch, designs - at) }, (_, i) => first + at + i);
  const report = await runBatch(seeds, options);
  for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += report[key];
  for (const [op, count] of report.operators) operators.set(op, (operators.get(op) ?? 0) + count);
  findings.push(...report.findings);
  for (const f of report.findings)
    console.log(`seed ${f.seed} ${f.kind}${f.simulator ? ` (${f.simulator})` : ''}: ${f.text}`);
  console.log(`${at + seeds.length}/${designs} designs, ${findings.length} findings, ${seconds()} s`);
}
const count = (kind: string): number => findings.filter((f) => f.kind === kind).length;
const covered = [...operators].sort(([, a], [, b]) => b - a).map(([op, n]) => `${op} ${n}`);
console.log(
  [
    `designs ${sum.designs} (${sum.modules} modules, ${sum.twoClocks} designs with two clocks, ${sum.readByYosys} read by Yosys), cycles ${sum.cycles}, outputs compared ${sum.outputsCompared}`,
    `operators ${operators.size}: ${covered.join(', ')}`,
    `mismatches ${count('mismatch')}, lint ${count('lint')}, out of range ${count('evaluator')}, ` +
      `crashes ${count('crash')}, rejected ${count('rejected')}, aborts of a tool ${count('abort')}`,
    `seconds ${seconds()}, seeds ${first}..${first + designs - 1}`,
  ].join('\n'),
);
process.exitCode = findings.length > count('abort') ? 1 : 0;
