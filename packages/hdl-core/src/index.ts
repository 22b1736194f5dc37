// The public face of hdl-core.

export { dot, type Requantisation, reduceTree, requant, sumTree } from './arithmetic.ts';
export { canonicalJson } from './canonical-json.ts';
export { cdc, type FromDomain, fromGray, type LevelOptions, type SyncOptions, toGray } from './cdc.ts';
export { assertAlways, assume, type CheckMessage, cover, msg } from './check.ts';
export { connect } from './connect.ts';
export { CODES, type Code } from './diagnostic/codes.ts';
export {
  DesignError,
  type Diagnostic,
  ParameterError,
  type ParameterFault,
  renderDiagnostic,
  renderDiagnostics,
  severityOf,
} from './diagnostic/diagnostic.ts';
export { parseWarningRule, type WarningAction, type WarningRule } from './diagnostic/warnings.ts';
export { currentDomain, type DomainSource, domain, inDomain, type ResetSource } from './domain.ts';
export { type ExternModule, type ExternSource, externModule } from './extern.ts';
export { type CheckPoint, checkLabel, checkPoints } from './ir/checks.ts';
export {
  type ControlPort,
  clockOf,
  controlPorts,
  type Domain,
  type DomainUse,
  type Reset,
  sameClock,
} from './ir/domain.ts';
export type { PoisonCount } from './ir/evaluate-memory.ts';
export {
  type CheckEvent,
  CheckFailed,
  createEvaluator,
  type Evaluator,
  type EvaluatorOptions,
} from './ir/evaluator.ts';
export type { Expr } from './ir/expr.ts';
export type {
  Collision,
  Memory,
  MemoryLeaf,
  MemoryRead,
  MemoryStyle,
  MemoryWrite,
} from './ir/memory.ts';
export type {
  Attributes,
  Check,
  CheckKind,
  Decl,
  Extern,
  Instance,
  Item,
  LeafPort,
  Module,
  PortGroup,
  Stmt,
} from './ir/module.ts';
export { modulesOf } from './ir/module.ts';
export { ROUNDINGS, type Rounding } from './ir/round.ts';
export { type Fsm, fsm, match } from './match.ts';
export { type Mem, type MemSource, mem, type ReadOptions, type WriteOptions } from './memory.ts';
export { type Circuit, defineModule, type ElaborateOptions, type ModuleDefinition } from './module.ts';
export { named, registered } from './named.ts';
export { oneHot, oneHotMux, priorityEncode, priorityMux } from './one-hot.ts';
export { cat, literal, mux, replicate } from './operators.ts';
export { pack, unpack } from './pack.ts';
export { checkParams, parseParams, schemaSentence } from './parameter-check.ts';
export { CombGraphs } from './pass/comb-graph.ts';
export {
  type In,
  type InputValue,
  type Inst,
  type Io,
  input,
  type Out,
  output,
  type Ports,
  type StreamInputs,
  type StreamOutputs,
} from './ports.ts';
export type {
  BoolSig,
  BundleSig,
  EnumSig,
  FixedSig,
  Int,
  IntSig,
  Literal,
  Reg,
  Settable,
  SIntSig,
  Sig,
  SigOf,
  Source,
  UIntSig,
  VecSig,
} from './signal-types.ts';
export type { Place } from './source-place.ts';
export { regs, type WhenChain, when, wires } from './statement.ts';
export { type ArbiterPolicy, arbiter } from './stream/arbiter.ts';
export { join, streamMux } from './stream/route.ts';
export type { StageKind, StreamName, StreamSink, StreamSource, StreamWire } from './stream/stream-types.ts';
export {
  type AnyType,
  type Bool,
  type Bundle,
  bool,
  bundle,
  type EnumType,
  enumOf,
  type Fields,
  type Fixed,
  fixed,
  type HwType,
  isSigned,
  type LeafType,
  leavesOf,
  type SInt,
  type Stream,
  sfix,
  sint,
  stream,
  typeText,
  type UInt,
  ufix,
  uint,
  type ValueOf,
  type Vec,
  vec,
} from './types.ts';
export { unused } from './unused.ts';
export type { Language } from './verilog/dialect.ts';
export type { BypassNames } from './verilog/memory.ts';
export { bypassOf } from './verilog/origin.ts';
export type { PrintOptions, VerilogFile } from './verilog/print.ts';
export { placeOfLine, type SourceMapOptions, sourceMapOf } from './verilog/source-map.ts';
export { VERSION } from './version.ts';
