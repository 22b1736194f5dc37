// The verbs of sweeps as a user meets them, on a real unit: sweep, best, compare, report.

import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCommand, type Seen } from '../../test/run-command.ts';

let cwd = '';
let first: Seen;
const sweep = {
  name: 'lanes',
  units: [
    {
      unit: 'mixpe',
      parameters: { lanes: { pow2: [1, 4] }, multiplier: ['and_shift', 'booth4'], groupSize: 32 },
      constraints: ['lanes != 2'],
    },
  ],
  workloads: [{ name: 'q', model: 'tiny-lm', layer: 'layers.0.q', tokens: 1 }],
  metrics: ['design', 'simulation'],
  objectives: ['min design.portBits', 'max q.macPerCycle'],
};
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'gatewright-cli-sweep-'));
  await writeFile(join(cwd, 'lanes.json'), JSON.stringify(sweep));
  first = await runCommand(['sweep', 'lanes.json', '--jobs', '1'], {
    cwd,
    env: process.env as Record<string, string>,
  });
}, 600_000);

test('a sweep prints its front and leaves results and a report', async () => {
  expect(first.stderr).toMatch(/4\/4 points/);
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(
    /^Pareto front: \d of 4 \(min design\.portBits, max q\.macPerCycle\)|^Pareto front: \d points of 4/,
  );
  expect(first.stdout).toContain('mixpe: 6 combinations, without 2 outside the constraints');
  expect(first.stdout).toMatch(/4 points: 4 measured in [\d.]+ s, 0 from the cache, 0 failed, 0 wrong\n/);
  const report = await readFile(join(cwd, 'out/lanes/report.html'), 'utf8');
  expect(report).toContain('gatewright generate mixpe --groupSize 32');
  const csv = await readFile(join(cwd, 'out/lanes/results.csv'), 'utf8');
  expect(csv.split('\r\n')).toHaveLength(6);
});

test('best, with other objectives and constraints', async () => {
  const best = (...words: string[]) => runCommand(['best', 'out/lanes', ...words], { cwd });
  const { code, stdout } = await best(
    '--objective',
    'max q.macPerCycle / lanes',
    '--constraint',
    'lanes >= 4',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout).best).toMatchObject([{ params: { lanes: 4 } }, { params: { lanes: 4 } }]);
  expect(await best('--objective', 'min xcup.lut')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("there is no 'xcup.lut'"),
  });
  expect(await best('--constraint', 'lanes > 9')).toMatchObject({
    code: 2,
    stderr: 'error: no point of 4 fulfils lanes > 9\n',
  });
});

test('compare: two points, and a folder with itself', async () => {
  const points = await runCommand(['compare', 'out/lanes#1', 'out/lanes#3'], { cwd });
  expect(points.stdout).toMatch(/lanes +1 +4\n/);
  const same = await runCommand(['compare', 'out/lanes', 'out/lanes', '--fail-on-change'], { cwd });
  expect(same).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('4 points in both, 0 only in a, 0 only in b'),
  });
  expect(await runCommand(['compare', 'out/lanes', 'out/lanes#9'], { cwd })).toMatchObject({ code: 2 });
});

test('misuse names the place', async () => {
  await writeFile(join(cwd, 'wrong.json'), JSON.stringify({ ...sweep, metrics: ['simulaton'] }));
  expect(await runCommand(['sweep', 'wrong.json'], { cwd })).toEqual({
    ...{ code: 2, stdout: '' },
    stderr: "error: metrics[0]: there is no metric 'simulaton'\nhelp: did you mean simulation?\n",
  });
  expect(await runCommand(['report', 'nowhere'], { cwd })).toMatchObject({ code: 2 });
  expect(await runCommand(['sweep', 'lanes.json', '--count'], { cwd })).toMatchObject({
    stdout: '4 points\n',
  });
});
