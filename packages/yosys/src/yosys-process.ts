// A process of the pool: runs the scripts that it is sent, one after the other.
// Invariant: started by yosys-pool.ts; every request gets one answer.

import { runScript, type SourceFile, YosysError } from './run-yosys.ts';
import type { PoolAnswer } from './yosys-pool.ts';

process.on('message', ({ script, files }: { script: string; files: readonly SourceFile[] }) => {
  const answer = (a: PoolAnswer): void => void process.send?.(a);
  runScript(script, files).then(
    (run) => answer({ run }),
    (error: unknown) =>
      answer(error instanceof YosysError ? { refused: error.log } : { failed: String(error) }),
  );
});
