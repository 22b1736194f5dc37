// One call of the C++ compiler.
// Invariant: it either succeeded or threw a ToolError with the compiler's log. It chooses no flags.

import { ToolError } from './errors.ts';
import type { CompilerInstall } from './find-compiler.ts';
import { runTool } from './run-tool.ts';

/** Runs the compiler in `folder`. */
export async function compileCpp(
  compiler: CompilerInstall,
  args: readonly string[],
  folder: string,
): Promise<void> {
  const run = await runTool(compiler.command, [...compiler.args, ...args], { cwd: folder });
  if (run.code === 0) return;
  throw new ToolError(
    'compile-failed',
    `${compiler.command} could not compile a model:\n${run.log.trim()}`,
    'if the log names the shim, mend the shim; otherwise the compiler may be too old or out of memory',
  );
}
