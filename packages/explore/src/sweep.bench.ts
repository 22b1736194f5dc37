// What a sweep costs beside the tools: orchestration per point, answers from the cache, scaling with workers, memory.
// The rows are printed; compare ratios, since wall times depend on the machine.

import { availableParallelism } from 'node:os';
import { bench, describe } from 'vitest';
import { checked, newFolder, pool, sweepInto } from '../test/surroundings.ts';

const MB = 2 ** 20;
const slope = (points: readonly (readonly [number, number])[]): number => {
  const logs = points.map(([n, t]) => [Math.log(n), Math.log(t)] as const);
  const mean = (i: 0 | 1): number => logs.reduce((sum, p) => sum + p[i], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  return (
    logs.reduce((s, p) => s + (p[0] - x) * (p[1] - y), 0) / logs.reduce((s, p) => s + (p[0] - x) ** 2, 0)
  );
};

/** A sweep of n points that measures nothing: all of its time is orchestration. */
const dry = (n: number) =>
  checked({
    name: 'dry',
    units: [{ unit: 'mac', parameters: { pause: { range: [0, n - 1] } } }],
    metrics: [],
  });

const once = { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 };

describe('sweeps', () => {
  bench(
    'dry sweeps of 100 to 10,000 points, and again from the cache',
    async () => {
      const times: [number, number][] = [];
      for (const n of [100, 1000, 10_000]) {
        const folder = newFolder();
        global.gc?.();
        const before = process.memoryUsage.rss();
        const { seconds } = await sweepInto(folder, dry(n));
        const grown = (process.memoryUsage.rss() - before) / MB;
        const again = await sweepInto(folder, dry(n));
        times.push([n, seconds]);
        console.log(
          `${n} points: ${seconds.toFixed(2)} s, ${((1000 * seconds) / n).toFixed(2)} ms each; cached ${(n / again.seconds).toFixed(0)} points/s; memory +${grown.toFixed(0)} MB`,
        );
      }
      console.log(`log-log slope ${slope(times).toFixed(3)}`);
    },
    once,
  );

  bench(
    'workers: the same points of 20 ms each with one worker and with one per core',
    async () => {
      // Pausing points, not computing ones: what is measured is the pool, not the memory bandwidth of this machine.
      const sweep = checked({
        name: 'scaling',
        units: [
          {
            unit: 'mac',
            parameters: { lanes: { range: [1, 8] }, bits: { range: [2, 8] }, pause: { range: [20, 24] } },
          },
        ],
        workloads: [{ name: 'gemm', gemm: { tokens: 1, depth: 8, outputs: 1 } }],
        metrics: ['simulation'],
      });
      const cores = availableParallelism();
      const time = async (workers: number): Promise<number> =>
        (await sweepInto(newFolder(), sweep, { executor: pool(60, workers) })).seconds;
      const [one, all] = [await time(1), await time(cores)];
      console.log(
        `1 worker ${one.toFixed(1)} s, ${cores} workers ${all.toFixed(1)} s: ${(one / all / cores).toFixed(2)} of linear`,
      );
    },
    once,
  );
});
