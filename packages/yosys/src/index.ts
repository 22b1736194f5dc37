// The public face of @gatewright/yosys.

export { type LintResult, lintYosys } from './lint.ts';
export { type Circuit, type Equivalence, proveEquivalent } from './prove-equivalent.ts';
export { runScript, type SourceFile, YosysError, type YosysRun } from './run-yosys.ts';
export {
  type FpgaResources,
  type FpgaTarget,
  type GateResources,
  synthesiseFpga,
  synthesiseGates,
} from './synthesise.ts';
