// A disk that fills up while a sweep runs: a small file system of its own, in memory.

import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checked, newFolder, pool, sweepInto } from '../../test/surroundings.ts';
import { readResults } from './result-table.ts';

const disk = newFolder();
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
const why =
  mounted.status === 0 ? '' : ` (SKIPPED: a small file system cannot be mounted here, which needs root)`;

const sweep = (most: number) =>
  checked({
    name: 'full',
    units: [{ unit: 'mac', parameters: { lanes: { range: [1, most] }, bits: [4, 8] } }],
    metrics: ['design'],
  });

/** Takes what room there is. */
function fill(): void {
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2))
    for (let i = 0; ; i++)
      try {
        writeFileSync(join(disk, `filler-${size}-${i}`), Buffer.alloc(size));
      } catch {
        break;
      }
}
function empty(): void {
  for (const name of readdirSync(disk)) if (name.startsWith('filler-')) rmSync(join(disk, name));
}

describe.skipIf(why !== '')(`a full disk${why}`, () => {
  afterAll(() => {
    spawnSync('umount', [disk]);
  });

  test('is told with the file; what was finished is kept, and the sweep goes on when there is room', async () => {
    const folder = join(disk, 'out');
    await sweepInto(folder, sweep(2));
    fill();
    await expect(sweepInto(folder, sweep(4))).rejects.toThrow('the disk is full');
    empty();
    let full = false;
    await expect(
      sweepInto(folder, sweep(8), {
        executor: pool(60, 1),
        onProgress({ done, cached }) {
          if (full || done < cached + 2) return;
          full = true;
          fill();
        },
      }),
    ).rejects.toMatchObject({
      name: 'SweepError',
      message: expect.stringContaining('the disk is full'),
      help: 'every point finished before is kept: make room and start the same sweep again',
    });
    empty();
    const outcome = await sweepInto(folder, sweep(8));
    expect(outcome).toMatchObject({ total: 16, done: 16, failed: 0 });
    expect(outcome.cached).toBeGreaterThanOrEqual(4);
    expect(new Set(readResults(folder).rows.map((r) => r.key)).size).toBe(16);
  }, 120_000);
});
