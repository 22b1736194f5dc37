// A process of the pool: runs the scripts that it is sent, one after the other.
// Invariant: started by yosys-pool.ts; every request gets one answer. It ends with the process that started it: one that was
// killed closes the channel, in the middle of a script too.

import { runScript, type SourceFile, YosysError } from './run-yosys.ts';
import type { PoolAnswer } from './yosys-pool.ts';

process.on('disconnect', () => process.exit());
process.on('message', ({ script, files }: { script: string; files: readonly SourceFile[] }) => {
  const answer = (a: PoolAnswer): void => {
    // Nobody is left to hear that it could not be said.
    if (process.connected) process.send?.(a, undefined, undefined, (error) => error && process.exit());
  };
  runScript(script, files).then(
    (run) => answer({ run }),
    (error: unknown) =>
      answer(error instanceof YosysError ? { refused: error.log } : { failed: String(error) }),
  );
});
