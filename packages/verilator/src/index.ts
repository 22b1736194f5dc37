// The public face of @gatewright/verilator: find or provision the tools, build models, lint.
// Invariant: everything a user may call is exported here and nothing else is. No code of its own.

export { type BuiltModel, buildModel, type ModelRequest, type TextFile } from './build-model.ts';
export { cacheDir } from './cache-dir.ts';
export { ToolError, type ToolErrorCode } from './errors.ts';
export { type CompilerInstall, findCompiler } from './find-compiler.ts';
export { findIcarus, type IcarusInstall } from './find-icarus.ts';
export { type FindOptions, findVerilator, oldestVerilator, type VerilatorInstall } from './find-verilator.ts';
export { type ForeignCode, foreignCode, placesOf } from './foreign-code.ts';
export {
  complaintsAbout,
  type LintOptions,
  type LintResult,
  type LintSource,
  lintIcarus,
  lintVerilator,
} from './lint.ts';
export type { Progress } from './progress.ts';
export type { RunOptions, ToolRun } from './run-tool.ts';
