// Runs the command in this process, as main.ts does, and keeps what it writes.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { AnyUnit } from '@gatewright/sim';
import { run } from '../src/index.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Kept extends Writable {
  text = '';
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A folder of its own for a test. */
export const folder = (): string => mkdtempSync(join(tmpdir(), 'gatewright-cli-'));

/** `gatewright <args>` in `cwd`, by default a new folder. */
export async function command(
  args: readonly string[],
  cwd = folder(),
  units?: readonly AnyUnit[],
): Promise<Outcome> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const code = await run(args, { stdout, stderr, cwd, env: process.env }, units);
  return { code, stdout: stdout.text, stderr: stderr.text };
}
