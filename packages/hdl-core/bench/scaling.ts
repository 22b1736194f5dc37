// How the cost of a design grows with its size: npm run bench -w @gatewright/hdl-core [-- --shapes Flat --sizes 1000,10000]
// Every shape from 1k to 1M IR nodes: processor time for building, checking and printing, and the slope of log(time) over
// log(nodes), where 1 is linear. Then the two designs of known size: a 64 x 64 array of one processing element, and
// 100,000 operations in one module. The built package is measured, as users have it; times are of the processor, as a
// wall clock measures the neighbours too.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    shapes: { type: 'string', default: 'Flat,Control,OneBlock,Deep,Inputs,Pick' },
    sizes: { type: 'string', default: '1000,10000,100000,1000000' },
    repeat: { type: 'string', default: '3' },
  },
});

interface Result {
  readonly nodes: number;
  readonly instances: number;
  readonly build: number;
  readonly check: number;
  readonly print: number;
  readonly total: number;
  /** On the wall clock. */
  readonly wall: number;
  readonly megabytes: number;
}
/** The fastest of some runs: what disturbs a run only adds. */
function measure(shape: string, params: object): Result {
  const runs = Array.from({ length: Number(values.repeat) }, () => {
    const script = fileURLToPath(new URL('run.ts', import.meta.url));
    const flags = ['--import', 'tsx', '--max-old-space-size=8192'];
    const out = execFileSync(process.execPath, [...flags, script, shape, JSON.stringify(params)]);
    return JSON.parse(out.toString()) as Result;
  });
  return runs.reduce((a, b) => (b.total < a.total ? b : a));
}

/** Least-squares slope of log(y) over log(x). */
function slope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (k: 0 | 1): number => logs.reduce((sum, p) => sum + p[k], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return covariance / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

const cells = (row: readonly (string | number)[]): string =>
  row.map((c, i) => (i === 0 ? String(c).padEnd(10) : String(c).padStart(10))).join('');
const perNode = (ms: number, nodes: number): string => ((1e6 * ms) / nodes).toFixed(0);

console.log(cells(['shape', 'nodes', 'build', 'check', 'print', 'total', 'ns/node', 'MB', 'slope']));
for (const shape of values.shapes.split(',')) {
  const results = values.sizes.split(',').map((n) => measure(shape, { n: Number(n) }));
  results.forEach((r, i) => {
    const parts = [r.build, r.check, r.print, r.total].map((ms) => `${ms.toFixed(0)} ms`);
    // Below 10k nodes the engine is still warming up, which would flatter the slope.
    const large = results.slice(Math.max(0, i - 1), i + 1).map((x) => [x.nodes, x.total] as const);
    const steps = i === 0 ? '' : slope(large).toFixed(2);
    console.log(
      cells([
        i === 0 ? shape : '',
        r.nodes,
        ...parts,
        perNode(r.total, r.nodes),
        r.megabytes.toFixed(0),
        steps,
      ]),
    );
  });
  if (results.length > 1)
    console.log(
      cells([
        '  overall',
        '',
        '',
        '',
        '',
        '',
        '',
        '',
        slope(results.map((r) => [r.nodes, r.total])).toFixed(2),
      ]),
    );
}
const array = measure('Systolic', { rows: 64, columns: 64 });
console.log(
  `64 x 64 array: ${array.instances} instances, ${array.total.toFixed(0)} ms (${array.wall.toFixed(0)} on the wall clock), ${array.megabytes.toFixed(0)} MB at most`,
);
const flat = measure('Flat', { n: 100_000 });
console.log(
  `100,000 operations in one module: ${flat.total.toFixed(0)} ms (${flat.wall.toFixed(0)} on the wall clock), ${flat.megabytes.toFixed(0)} MB at most`,
);
