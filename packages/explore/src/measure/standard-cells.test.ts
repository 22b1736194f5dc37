// Area, timing and power in standard cells as metrics of a sweep, by the real tools.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checked, newFolder, sweepInto } from '../../test/surroundings.ts';
import { readResults } from '../results/result-table.ts';

const library = ['/usr/share/qflow/tech/osu018/osu018_stdcells.lib'].find((path) => existsSync(path));
const sta = spawnSync('which', ['sta']).status === 0;

const sweep = checked({
  name: 'cells',
  units: [{ unit: 'mac', parameters: { lanes: [1, 2], bits: 4 } }],
  metrics: ['design', 'osu018'],
});

const why = library
  ? ''
  : ' (SKIPPED: no OSU 0.18 um library here; `apt install qflow-tech-osu018` brings it)';
describe.skipIf(library === undefined)(`with the library${why}`, () => {
  test(`area${sta ? ', timing and power' : ' (no OpenSTA here: `apt install opensta` adds timing and power)'}`, async () => {
    const folder = newFolder();
    expect(await sweepInto(folder, sweep)).toMatchObject({ done: 2, failed: 0 });
    const [one, two] = readResults(folder).rows;
    // Two lanes have the second multiplier more: bigger, but not twice, since they share the accumulator.
    const [a, b] = [one!.measured['osu018.areaUm2']!, two!.measured['osu018.areaUm2']!];
    expect(b).toBeGreaterThan(1.05 * a);
    expect(b).toBeLessThan(2 * a);
    for (const { measured } of [one!, two!]) {
      expect(measured['osu018.delayNs'] !== undefined).toBe(sta);
      // A 32 bit accumulator in 0.18 um takes nanoseconds, and milliwatts at 100 MHz.
      if (!sta) continue;
      expect(measured['osu018.delayNs']).toBeGreaterThan(1);
      expect(measured['osu018.delayNs']).toBeLessThan(50);
      expect(measured['osu018.powerMw']).toBeGreaterThan(0.1);
    }
  }, 300_000);
});

describe.skipIf(library !== undefined)('without the library', () => {
  test('each point is a row that says what to install, with what was measured before', async () => {
    const folder = newFolder();
    expect(await sweepInto(folder, sweep)).toMatchObject({ done: 2, failed: 2 });
    const [row] = readResults(folder).rows;
    expect(row!.error).toMatchObject({
      metric: 'osu018',
      message: expect.stringContaining('qflow-tech-osu018'),
    });
    expect(row!.measured['design.modules']).toBe(1);
  }, 300_000);
});
