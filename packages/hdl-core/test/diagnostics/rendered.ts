// A design's faults as the user reads them, for inline snapshots.
// Invariant: nothing is left out. A place `file:line:column` is shown as ‹the source line that it names›, so that a wrong
// place fails the test and a moved one does not.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { renderDiagnostics } from '../../src/diagnostic/diagnostic.ts';
import { DesignError, defineModule, type Io, type Ports } from '../../src/index.ts';

const PLACE = /([\w.@/-]+\.ts):(\d+):\d+/g;

/** `text` with each place replaced by the source line that it names. */
const quoted = (text: string): string =>
  text.replace(PLACE, (_, file: string, line: string) => {
    const source = readFileSync(file, 'utf8').split('\n')[Number(line) - 1];
    return `‹${source?.trim()}›`;
  });

/** The errors that `run` throws, or else the warnings of the design that it returns. */
export function rendered(run: () => { readonly warnings: Parameters<typeof renderDiagnostics>[0] }): string {
  try {
    return quoted(renderDiagnostics(run().warnings)) || 'no fault';
  } catch (e) {
    if (!(e instanceof DesignError)) throw e;
    return quoted(e.message);
  }
}

/** The faults of a module M with `ports`. */
export function faults<P extends Ports>(ports: P, build: (io: Io<P>) => void): string {
  const M = defineModule({
    name: 'M',
    params: z.object({}),
    ports: () => ports,
    build,
  });
  return rendered(() => M.elaborate());
}
