// gatewright prune: what stays of a real model, what the table says, refusals; and a pruned layer on the matrix engine.

import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pruneSparse } from '@gatewright/golden';
import { sparseMpe } from '@gatewright/pe-gen';
import { runWorkload } from '@gatewright/sim';
import { layerWorkload, loadTinyLm, parseSafetensors } from '@gatewright/tiny-lm';
import { expect, test } from 'vitest';
import { runCommand } from '../../test/run-command.ts';

const MODEL = fileURLToPath(new URL('../../../../examples/tiny-lm/data/model.safetensors', import.meta.url));
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'gatewright-prune-'));

test('4 of 16 in a real model: the largest stay as they were, all else is zero or copied', async () => {
  const cwd = await folder();
  const run = await runCommand(['prune', '--n', '4', '--only', '*.q.weight', '-o', 'p.safetensors', MODEL], {
    cwd,
  });
  expect(run.stderr).not.toContain('error');
  expect(run.code).toBe(0);
  const before = parseSafetensors(await readFile(MODEL));
  const after = parseSafetensors(await readFile(join(cwd, 'p.safetensors')));
  let wrong = 0;
  for (const [name] of before.tensors) {
    const [old, now] = [before.tensor(name).data, after.tensor(name).data];
    if (!name.endsWith('.q.weight')) {
      if (now.some((v, i) => v !== old[i])) wrong++;
      continue;
    }
    for (let i = 0; i < old.length; i += 16) {
      const [was, is] = [old.subarray(i, i + 16), now.subarray(i, i + 16)];
      const kept = is.filter((v) => v !== 0).length;
      const fourth = [...was].map(Math.abs).sort((x, y) => y - x)[3]!;
      // What stays is as it was and not below the fourth largest; what went is not above it.
      const right = is.every((v, k) =>
        v === 0 ? Math.abs(was[k]!) <= fourth : v === was[k] && Math.abs(v) >= fourth,
      );
      if (!right || kept > 4) wrong++;
    }
  }
  expect(wrong).toBe(0);
}, 300_000);

test('a density: the table adds up, and without --out nothing is written', async () => {
  const cwd = await folder();
  const run = await runCommand(['prune', '--density', '0.25', '--json', MODEL], { cwd });
  const { tensors } = JSON.parse(run.stdout) as {
    tensors: { name: string; blocks: number[]; density: number; cycles: number; denseCycles: number }[];
  };
  expect(tensors).toHaveLength(29);
  for (const t of tensors) {
    expect(t.density).toBeGreaterThan(0.24);
    expect(t.density).toBeLessThanOrEqual(0.25);
    expect(t.cycles).toBe(t.blocks.reduce((sum, count, i) => sum + (count * [0, 2, 4, 8, 16][i]!) / 2, 0));
    expect(t.denseCycles).toBe(8 * t.blocks.reduce((a, b) => a + b, 0));
  }
  expect(await readdir(cwd)).toEqual([]);
}, 60_000);

test.each([
  [['--density', '2', MODEL], 'give a number from 0 to 1'],
  [['--n', '3', MODEL], 'give one of 0, 2, 4, 8, 16'],
  [[MODEL, '--only', 'nothing'], 'has no matrix to prune'],
  [['missing.safetensors'], 'cannot read'],
])('%j is refused: %s', async (args, message) => {
  const run = await runCommand(['prune', ...args], { cwd: await folder() });
  expect(run.code).not.toBe(0);
  expect(run.stderr).toContain(message);
});

test('a real layer, pruned to a quarter, on the engine: exact, as fast as its blocks, 95 % of the cycles used', async () => {
  const layer = layerWorkload(loadTinyLm(), 'layers.0.gate', 'To be, or not to be, that is the');
  const { weights, counts } = pruneSparse(layer.weights, layer, { density: 0.25 });
  const gemm = { ...layer, depth: layer.inFeatures, outputs: layer.outFeatures };
  const params = { pairs: 2, output: 'int32' as const };
  const pruned = await runWorkload(sparseMpe, params, { ...gemm, weights });
  const dense = await runWorkload(sparseMpe, params, gemm);
  for (const report of [pruned, dense]) {
    expect([report.mismatchCount, report.cycles]).toEqual([0, report.predictedCycles]);
    expect(report.checks).toBe(layer.tokens * layer.outFeatures);
  }
  const passes = layer.tokens / 4;
  const rows = passes * counts.reduce((sum, n) => sum + n / 2, 0);
  expect(rows / pruned.cycles).toBeGreaterThan(0.95);
  expect(dense.cycles / pruned.cycles).toBeGreaterThan(3.9);
}, 300_000);
