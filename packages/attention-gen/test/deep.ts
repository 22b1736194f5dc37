// Long runs of whole sequences: npm run deep -w @gatewright/attention-gen [-- --window 512 --rows 300 --schedule sequential --verilator]
// Without options: 4,096 rows through 64 cores in both schedules, and through 512 cores, the paper’s configuration.
// Every output is compared with golden's, and the cycles with the law. Exit code 1 when anything differs.

import { parseArgs } from 'node:util';
import { longRun } from './long-run.ts';

const { values } = parseArgs({
  options: {
    window: { type: 'string' },
    rows: { type: 'string' },
    schedule: { type: 'string' },
    verilator: { type: 'boolean', default: false },
  },
});
type Run = { window: number; rows: number; schedule: 'sequential' | 'interleaved' };
const ours: Run[] = [
  { window: 64, rows: 4096, schedule: 'sequential' },
  { window: 64, rows: 4096, schedule: 'interleaved' },
  { window: 512, rows: 4096, schedule: 'sequential' },
];
const runs =
  values.window || values.rows || values.schedule
    ? [
        {
          window: Number(values.window ?? 512),
          rows: Number(values.rows ?? 300),
          schedule: values.schedule === 'interleaved' ? 'interleaved' : 'sequential',
        } satisfies Run,
      ]
    : ours;

for (const { window, rows, schedule } of runs) {
  const started = performance.now();
  // The paper subtracts no maximum.
  const maximum = schedule === 'sequential' ? 'none' : 'online';
  const backend = values.verilator ? 'verilator' : 'native';
  const run = await longRun({ window, headDim: 64, schedule, maximum }, rows, backend);
  const { prologue, rowPeriod, cycles } = run.law;
  const right = run.ok && run.cycles === cycles;
  if (!right) process.exitCode = 1;
  console.log(
    `${right ? 'ok' : 'FAILED'}: ${window} cores, ${schedule}, ${rows} rows of 64, ${run.checks} values compared in ` +
      `${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  console.log(
    `  ${run.cycles} cycles; ${prologue} + (${rows} + 1) x ${rowPeriod} = ${cycles}; ` +
      `multipliers busy ${(100 * run.utilisation).toFixed(1)} %${run.problem ? `; ${run.problem}` : ''}`,
  );
}
