// The counters of a running model, as text.
// Invariant: leaves no file behind.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instance } from '../backend/backend.ts';

/** Throws when the back end does not count. */
export function countersOf(instance: Instance, backend: string): string {
  if (!instance.coverage)
    throw new Error(`the back end ${backend} counts no coverage; use the back end verilator`);
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-coverage-'));
  try {
    const path = join(folder, 'coverage.dat');
    instance.coverage(path);
    return readFileSync(path, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
