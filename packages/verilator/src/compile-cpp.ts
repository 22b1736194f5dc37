// One call of the C++ compiler.
// Invariant: it either succeeded or threw a ToolError with the compiler's log. It chooses no flags.

import { ToolError } from './errors.ts';
import type { CompilerInstall } from './find-compiler.ts';
import { inTurn } from './in-turn.ts';
import { runTool } from './run-tool.ts';

/** Runs the compiler in `folder`. */
export async function compileCpp(
  compiler: CompilerInstall,
  args: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const run = await inTurn(() =>
    runTool(compiler.command, [...compiler.args, ...args], { cwd: folder, signal }),
  );
  if (run.code === 0) return;
  signal?.throwIfAborted();
  throw new ToolError(
    'compile-failed',
    `${compiler.command} could not compile a model:\n${run.log.trim()}`,
    'the compiler may be too old or out of memory; an error in shim.cpp or its headers is one of the caller',
  );
}
