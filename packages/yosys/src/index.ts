// The public face of @gatewright/yosys.

export { KNOWN_LIBRARIES, type NotAvailable } from './cost/liberty.ts';
export {
  COST_TARGETS,
  type Cost,
  type CostDesign,
  type CostFigures,
  type CostOptions,
  isCellLibrary,
  measureCost,
} from './cost/measure-cost.ts';
export type { PortValues } from './cost/netlist-activity.ts';
export type { Family, FpgaResources } from './fpga-figures.ts';
export { type LintResult, lintYosys } from './lint.ts';
export { type Circuit, type Equivalence, proveEquivalent } from './prove-equivalent.ts';
export {
  runScript,
  type ScriptRunner,
  type SourceFile,
  writtenFile,
  YosysError,
  type YosysRun,
} from './run-yosys.ts';
export {
  type FpgaTarget,
  type GateResources,
  type SynthesisOptions,
  synthesiseFpga,
  synthesiseGates,
} from './synthesise.ts';
export { type ModuleCache, synthesiseModules } from './synthesise-modules.ts';
export { YosysPool } from './yosys-pool.ts';
