// The cost flow on circuits whose cost is known by hand, with the tools that this machine has.

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallLibrary } from '../../test/small-library.ts';
import { YosysError } from '../run-yosys.ts';
import { YosysPool } from '../yosys-pool.ts';
import { findLiberty, KNOWN_LIBRARIES } from './liberty.ts';
import { measureCost } from './measure-cost.ts';
import { findOpenSta, readStaReport } from './opensta.ts';

const pool = new YosysPool(2);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatewright-cost-'));
});
afterAll(async () => {
  pool.close();
  await rm(folder, { recursive: true, force: true });
});

const sum = {
  top: 'top',
  clock: 'clk',
  files: [
    {
      name: 'top.v',
      text: `module add (input wire [7:0] a, input wire [7:0] b, output wire [7:0] y); assign y = a + b; endmodule
        module top (input wire clk, input wire [7:0] a, output reg [7:0] sum);
        wire [7:0] next; add u_add (.a(a), .b(sum), .y(next));
        always @(posedge clk) sum <= next; endmodule`,
    },
  ],
};
const options = { clockMhz: 50, run: pool.run };

test('an accumulator on each target, measured at once in two processes', async () => {
  const [xc7, xcup, gates] = await Promise.all([
    measureCost(sum, 'xc7', options),
    measureCost(sum, 'xcup', { ...options, flatten: true }),
    measureCost(sum, 'gates', options),
  ]);
  for (const { figures } of [xc7, xcup])
    expect(figures).toEqual({ lut: 8, ff: 8, carry: 2, dsp: 0, srl: 0, ram: 0 });
  expect(gates.figures).toMatchObject({ ff: 8 });
  expect(gates.figures.transistors).toBeGreaterThan(8 * 16 + 8 * 20);
});

test('products stay in LUTs when DSP slices are forbidden', async () => {
  const product = {
    top: 'm',
    files: [
      {
        name: 'm.v',
        text: 'module m (input wire [7:0] a, input wire [7:0] b, output wire [15:0] y); assign y = a * b; endmodule',
      },
    ],
  };
  const [slices, luts] = await Promise.all([
    measureCost(product, 'xc7', options),
    measureCost(product, 'xc7', { ...options, dsp: false }),
  ]);
  expect(slices.figures).toMatchObject({ dsp: 1, lut: 0 });
  expect(luts.figures.dsp).toBe(0);
  expect(luts.figures.lut).toBeGreaterThan(40);
});

test('the area of a library that the user names is the sum of its cells', async () => {
  const path = join(folder, 'small.lib');
  await writeFile(path, smallLibrary);
  const files = [
    {
      name: 'm.v',
      text: 'module m (input wire clk, input wire a, input wire b, output reg y); always @(posedge clk) y <= ~(a & b); endmodule',
    },
  ];
  const { figures } = await measureCost({ top: 'm', clock: 'clk', files }, path, {
    ...options,
    openSta: join(folder, 'no-sta'),
  });
  expect(figures).toEqual({ areaUm2: 13 });
});

test('a figure measured before is read back, and a changed design is measured anew', async () => {
  const cacheFolder = join(folder, 'cache');
  let runs = 0;
  const run: typeof pool.run = (...args) => {
    runs++;
    return pool.run(...args);
  };
  const measure = (text: string) =>
    measureCost({ top: 'm', files: [{ name: 'm.v', text }] }, 'gates', { clockMhz: 50, run, cacheFolder });
  const and = 'module m (input wire a, input wire b, output wire y); assign y = a & b; endmodule';
  const first = await measure(and);
  expect(await measure(and)).toEqual(first);
  expect(runs).toBe(1);
  await measure(and.replace('a & b', 'a'));
  expect(runs).toBe(2);
  const [name] = await readdir(cacheFolder);
  await writeFile(join(cacheFolder, name!), 'half a fi');
  await measure(and);
  await measure(and.replace('a & b', 'a'));
  expect(runs).toBe(3);
});

test('what is not installed is a sentence beside the figures that there are', async () => {
  const missing = { openSta: join(folder, 'no-sta') };
  const path = join(folder, 'small2.lib');
  await writeFile(path, smallLibrary);
  const inverter = {
    top: 'm',
    files: [{ name: 'm.v', text: 'module m (input wire a, output wire y); assign y = ~a; endmodule' }],
  };
  expect(await measureCost(inverter, path, { ...options, ...missing })).toEqual({
    figures: { areaUm2: 2 },
    unavailable: 'install opensta (sudo apt-get install opensta): timing and power',
  });
  expect(await measureCost(inverter, join(folder, 'none.lib'), options)).toEqual({
    figures: {},
    unavailable: `${join(folder, 'none.lib')} cannot be read`,
  });
  const notThere = await findLiberty('osu050');
  if (!existsSync(KNOWN_LIBRARIES.osu050!.path))
    expect(notThere).toEqual({
      unavailable:
        'install qflow-tech-osu050 (sudo apt-get install qflow-tech-osu050): OSU standard cells, 0.5 um',
    });
});

test('a design that Yosys refuses rejects its own promise only', async () => {
  const bad = { top: 'm', files: [{ name: 'm.v', text: 'module m (input wire a; endmodule' }] };
  const [refused, fine] = await Promise.allSettled([
    measureCost(bad, 'gates', options),
    measureCost(sum, 'gates', options),
  ]);
  expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(YosysError) });
  expect(fine.status).toBe('fulfilled');
});

test('the figures in reports that OpenSTA 2.0.17 printed', async () => {
  const report = (name: string) =>
    readFile(new URL(`../../test/opensta/${name}.txt`, import.meta.url), 'utf8');
  expect(readStaReport(await report('mixpe'), { clockMhz: 100 })).toEqual({
    delayNs: 4.0299,
    powerMw: 1.278309,
  });
  expect(readStaReport(await report('violated'), { clockMhz: 1000 })).toEqual({
    delayNs: 4.0299,
    powerMw: 12.78286,
  });
  expect(readStaReport(await report('no-path'), { clockMhz: 100 }).delayNs).toBe(0);
  const brokenOff = (await report('mixpe')).replace(/^Total.*/m, '');
  expect(readStaReport(brokenOff, { clockMhz: 100 })).toEqual({ delayNs: 4.0299 });
  expect(() => readStaReport('', { clockMhz: 100 })).toThrow('OpenSTA: no figures in its report');
  expect(() => readStaReport('Error: cannot read file netlist.v.\n', { clockMhz: 100 })).toThrow(
    'OpenSTA: Error: cannot read file netlist.v.',
  );
});

const sta = await findOpenSta();
const osu018 = await findLiberty('osu018');
if ('unavailable' in sta || 'unavailable' in osu018)
  test('OpenSTA or osu018 is not installed here: critical path and power were NOT checked', () => {
    const reasons = [sta, osu018].flatMap((x) => ('unavailable' in x ? x.unavailable : []));
    console.warn(`not run: the real OpenSTA; ${reasons.join('; ')}`);
    expect(reasons).not.toEqual([]);
  });
else {
  test('bits of one output that come from an input, a constant and a gate', async () => {
    const text = `module top (input wire clk, input wire [3:0] x, output wire [3:0] y);
      reg [1:0] q; always @(posedge clk) q <= x[1:0] + q; assign y = {x[3], q, 1'b0}; endmodule`;
    const mixed = { ...sum, files: [{ name: 'top.v', text }] };
    const { figures } = await measureCost(mixed, 'osu018', options);
    expect(figures.delayNs).toBeGreaterThan(0.1);
    expect(figures.powerMw).toBeGreaterThan(0);
  });

  test('an accumulator in osu018 by the real OpenSTA: twice the clock is twice the power', async () => {
    const [slow, fast] = await Promise.all(
      [50, 100].map((clockMhz) => measureCost(sum, 'osu018', { ...options, clockMhz })),
    );
    // Eight flip-flops of 96 um2 and eight adders.
    expect(slow!.figures.areaUm2).toBeGreaterThan(8 * 96 + 8 * 56);
    expect(slow!.figures.delayNs).toBeGreaterThan(0.3);
    expect(slow!.figures.delayNs).toBeLessThan(10);
    expect(fast!.figures.powerMw! / slow!.figures.powerMw!).toBeCloseTo(2, 1);
  });

  test("power of data: a wire that switches each cycle is OpenSTA's own activity of 1; one that rests only leaks", async () => {
    const files = [{ name: 'm.v', text: 'module m (input wire a, output wire y); assign y = ~a; endmodule' }];
    const powers = (activity: number, values: number[]) =>
      measureCost({ top: 'm', files, stimulus: values.map((a) => ({ a })) }, 'osu018', {
        ...options,
        activity,
      });
    const busy = await powers(1, [0, 1, 0, 1, 0, 1]);
    expect(busy.figures.dataPowerMw).toBeCloseTo(busy.figures.powerMw!, 5);
    const idle = await powers(1, [0, 1, 1, 1, 1, 1].fill(1));
    expect(idle.figures.dataPowerMw).toBeLessThan(busy.figures.dataPowerMw! / 100);
    const half = await powers(1, [0, 0, 1, 1, 0]);
    expect(half.figures.dataPowerMw! / busy.figures.dataPowerMw!).toBeCloseTo(0.5, 2);
  });
}
