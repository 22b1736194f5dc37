// One sweep at a time in a folder of results.
// Invariant: the lock names its holder; one whose process is gone from this machine is taken over.

import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { SweepError } from '../sweep/sweep-error.ts';
import { diskError } from './disk-error.ts';

/** Takes the lock and returns what gives it back. Throws SweepError when another process holds it. */
export function lockFolder(path: string): () => void {
  const mine = `${hostname()} ${process.pid}\n`;
  // Linked into place: a lock that is there is complete.
  const draft = `${path}.${process.pid}`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(draft, mine);
      linkSync(draft, path);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw diskError(path, error);
      const [host = '', pid = ''] = holderOf(path).split(' ');
      if (attempt < 2 && (host === '' || (host === hostname() && !runs(Number(pid))))) {
        rmSync(path, { force: true });
        continue;
      }
      throw new SweepError(
        path,
        `process ${pid} on ${host} is sweeping in this folder`,
        host === hostname() ? 'wait for it, or choose another folder' : 'if it is gone, remove the file',
      );
    } finally {
      rmSync(draft, { force: true });
    }
  }
}

function holderOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A process that ended but that nobody has waited for still takes signals.
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
