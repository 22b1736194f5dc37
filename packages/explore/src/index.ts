// The public face of @gatewright/explore: parameter sweeps from a sweep file to results and reports.

export { type Change, compareResults, type ResultComparison } from './analyse/compare.ts';
export { paretoFront, ranked } from './analyse/pareto.ts';
export { type Sensitivity, sensitivities } from './analyse/sensitivity.ts';
export { batchExecutor } from './execute/batch.ts';
export type { Executor, WorkerEntry } from './execute/executor.ts';
export { slurm } from './execute/slurm.ts';
export { submitCommand } from './execute/submit-command.ts';
export { serveWorker } from './execute/worker.ts';
export { localPool } from './execute/worker-pool.ts';
export { codeFingerprint } from './measure/fingerprint.ts';
export type { Bench } from './measure/measure-point.ts';
export type { Column, Measurement } from './measure/measurement.ts';
export { MEASUREMENTS } from './measure/measurements.ts';
export { type CommandFor, htmlReport } from './report/html-report.ts';
export { type ResultRow, type ResultTable, readResults } from './results/result-table.ts';
export { type Row, rowText } from './results/row.ts';
export { runSweep, type SweepOptions, type SweepOutcome, type SweepProgress } from './run-sweep.ts';
export { ExpressionError, parseExpression } from './sweep/expression.ts';
export { loadSweep } from './sweep/load-sweep.ts';
export { type Objective, objectiveValue, parseObjective } from './sweep/objective.ts';
export { type CheckedSweep, readSweep, type Surroundings } from './sweep/read-sweep.ts';
export { pointsOf, type SpaceReport, surveySpace } from './sweep/space.ts';
export { SweepError } from './sweep/sweep-error.ts';
export { type Constraint, defineSweep, type Sweep, type SweepInput } from './sweep/sweep-schema.ts';
export type { WorkloadSources } from './workload/workload.ts';
