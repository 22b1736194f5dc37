// The public face of @gatewright/sim: testbenches, and the unit contract with what works on every unit.

export { AxiLiteMaster, type AxiLiteSlavePorts } from './axi/axi-lite-master.ts';
export { type AxiMasterPorts, AxiMemory, type AxiMemoryOptions } from './axi/axi-memory.ts';
export { AxiStreamSink, AxiStreamSource } from './axi/axi-stream.ts';
export { AxiError, type ChannelIn, type ChannelOut, type Response } from './axi/channel.ts';
export {
  type Backend,
  type BuildOptions,
  type Bulk,
  type BulkStream,
  type Design,
  type Instance,
  type Model,
  ModelStopped,
  type PortPlace,
  type StartOptions,
} from './backend/backend.ts';
export { type BackendName, backendNames } from './backend/backends.ts';
export { BackendsDiffer } from './backend/both.ts';
export { type Column, columnsOf } from './backend/column.ts';
export type { BitCount, Counts, CoverCount, StatementCount } from './backend/counts.ts';
export { whyNotNative } from './backend/native/controls.ts';
export { UninitialisedRead } from './backend/power-up-compare.ts';
export { CheckFailed, type CheckOptions, type CheckReport, check } from './check/check.ts';
export {
  type AnswerSource,
  Scoreboard,
  ScoreboardError,
  type ScoreboardOptions,
} from './check/scoreboard.ts';
export { type Protocol, ProtocolError, type ProtocolOption } from './check/stream-protocol.ts';
export {
  Coverage,
  type CoverCoverage,
  type LineCoverage,
  type Reached,
  type ToggleCoverage,
} from './coverage/coverage.ts';
export { coverageHtml } from './coverage/coverage-html.ts';
export { coverageLcov } from './coverage/coverage-lcov.ts';
export { coverageMarkdown } from './coverage/coverage-markdown.ts';
export { coverageText } from './coverage/coverage-text.ts';
export { type Bench, bench, benchesIn } from './testbench/bench.ts';
export type {
  Body,
  ClockHandle,
  Dut,
  InputPort,
  InputStream,
  OneBit,
  OutputPort,
  OutputStream,
  Task,
  Testbench,
  Waits,
} from './testbench/dut.ts';
export { type OpenDut, openDut } from './testbench/open-dut.ts';
export type { OpenOptions, RunOptions, Stalls } from './testbench/open-options.ts';
export { type RunRecord, runChannelName } from './testbench/run-record.ts';
export { SimTimeout } from './testbench/sim-timeout.ts';
export { type SimulateOptions, simulate } from './testbench/simulate.ts';
export type { Event, Lock, Queue } from './testbench/synchronise.ts';
export { TaskCancelled } from './testbench/task.ts';
export type { ClockTiming } from './testbench/test-clock.ts';
export type { Time } from './testbench/time.ts';
export type { Mismatch } from './unit/compare.ts';
export type { CostComparison, CostCycle, CostRow, CostTag, PublishedFigure, UnitCost } from './unit/cost.ts';
export { OpenUnit, openUnit, type TransactionsReport } from './unit/open-unit.ts';
export {
  runWorkload,
  type WorkloadOptions,
  type WorkloadReport,
} from './unit/run-workload.ts';
export {
  type AnyMapped,
  type AnyModule,
  type AnyStreams,
  type AnyUnit,
  type AttentionWorkload,
  type DirectedScenario,
  defineUnit,
  type GemmWorkload,
  type InputsOf,
  type MappedWorkload,
  type OutputsOf,
  type ParamsOf,
  type Performance,
  type Preset,
  type Stimulus,
  type Unit,
} from './unit/unit.ts';
export {
  type Counterexample,
  type ScenarioReport,
  type VerifyOptions,
  type VerifyReport,
  verifyUnit,
} from './unit/verify-unit.ts';
export type { ColumnsOf, SignedArray, UnsignedArray } from './value/typed-columns.ts';
export { ValueError } from './value/value-error.ts';
export type { Radix } from './wave/samples.ts';
export type { WaveOptions, WaveRequest } from './wave/view.ts';
export { type WaveDrom, type WaveDromSignal, waveSvg } from './wave/wavedrom.ts';
