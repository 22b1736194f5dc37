// What tests write to the system's folder of temporary files goes into one folder per run, removed when the
// run ends, failed or not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Vitest's global set-up: points TMPDIR, which the workers inherit, at a fresh folder. Returns its removal. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-test-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
