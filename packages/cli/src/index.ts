// The public face of @gatewright/cli: the command as a function, and what `generate` does as two functions.

export { FolderError, UsageError, VerificationFailed } from './errors.ts';
export { type Explanation, explain } from './explain.ts';
export { type Manifest, parseManifest } from './generate/manifest.ts';
export {
  type GeneratedFile,
  type RenderOptions,
  renderUnitFiles,
  type UnitFiles,
} from './generate/render-unit-files.ts';
export { type WriteReport, writeFiles } from './generate/write-files.ts';
export type { Io, Output } from './io.ts';
export { run } from './run.ts';
