// Sweep files, right ones and wrong ones: what is said, and where.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { units } from '../../test/units.ts';
import { loadSweep } from './load-sweep.ts';
import { readSweep } from './read-sweep.ts';
import { type Point, pointsOf, surveySpace } from './space.ts';
import { SweepError } from './sweep-error.ts';
import type { SweepInput } from './sweep-schema.ts';

const read = (sweep: unknown) => readSweep(sweep, { units, models: ['tiny-lm'] });
const spaceOf = (unit: Partial<SweepInput['units'][number]>) =>
  read({ name: 's', units: [{ unit: 'mac', ...unit }] }).spaces;
const pointsIn = (unit: Partial<SweepInput['units'][number]>): Point[] => [...pointsOf(spaceOf(unit))];
const lanes = (points: readonly Point[]): unknown[] => points.map((p) => p.params.lanes);

test('axes: a value, a list, a range, powers of two', () => {
  expect(lanes(pointsIn({ parameters: { lanes: 3 } }))).toEqual([3]);
  expect(lanes(pointsIn({ parameters: { lanes: [4, 1] } }))).toEqual([4, 1]);
  expect(lanes(pointsIn({ parameters: { lanes: { range: [1, 8], step: 3 } } }))).toEqual([1, 4, 7]);
  expect(lanes(pointsIn({ parameters: { lanes: { pow2: [2, 8] } } }))).toEqual([2, 4, 8]);
  expect(pointsIn({})).toEqual([{ unit: 'mac', params: { lanes: 2, bits: 8, fault: 'none', pause: 0 } }]);
});

test('constraints, rules of the unit, and combinations that are the same after defaults', () => {
  const parameters = { lanes: { pow2: [1, 16] }, bits: [4, 8] } as const;
  const all = spaceOf({ parameters });
  expect(surveySpace(all)).toMatchObject({
    points: 9,
    reports: [{ combinations: 10, illegal: 1, reasons: new Map([['a beat has at most 64 bits', 1]]) }],
  });
  expect(lanes(pointsIn({ parameters, constraints: ['lanes * bits == 32'] }))).toEqual([4, 8]);
  expect(lanes(pointsIn({ parameters, constraints: [(p: { lanes: number }) => p.lanes === 16] }))).toEqual([
    16,
  ]);
  const twice = read({ name: 's', units: [{ unit: 'mac' }, { unit: 'mac', parameters: { lanes: [2, 3] } }] });
  expect(surveySpace(twice.spaces)).toMatchObject({ points: 2, reports: [{}, { duplicates: 1 }] });
});

test('samples: seeded, each point once; a Latin hypercube meets every value of an axis', () => {
  const parameters = { lanes: { range: [1, 8] }, bits: { range: [2, 8] } } as const;
  const sample = { method: 'latin-hypercube', points: 8, seed: 3 } as const;
  const drawn = pointsIn({ parameters, sample });
  expect(drawn).toEqual(pointsIn({ parameters, sample }));
  expect(lanes(drawn).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(pointsIn({ parameters, sample: { ...sample, seed: 4 } })).not.toEqual(drawn);
  const random = pointsIn({ parameters, sample: { method: 'random', points: 20 } });
  expect(new Set(random.map((p) => JSON.stringify(p))).size).toBe(20);
});

/** The complaint about a sweep, with its help. */
function complaint(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    if (error instanceof SweepError) return [error.message, error.help].filter(Boolean).join('\n  help: ');
    throw error;
  }
  return 'no complaint';
}

test('complaints name the place', () => {
  const sweeps: Record<string, unknown>[] = [
    {},
    { name: 's', units: [] },
    { name: 's', units: [{ unit: 'mca' }] },
    { name: 's', units: [{ unit: 'mac', parameters: { lames: 3 } }] },
    { name: 's', units: [{ unit: 'mac', parameters: { lanes: [1, 99, 'x'] } }] },
    { name: 's', units: [{ unit: 'mac', parameters: { lanes: { range: [8, 1] } } }] },
    { name: 's', units: [{ unit: 'mac', parameters: { lanes: { pow2: [5, 7] } } }] },
    { name: 's', units: [{ unit: 'mac', parameters: { lanes: { from: 1 } } }] },
    { name: 's', units: [{ unit: 'mac', constraints: ['lanes <'] }] },
    { name: 's', units: [{ unit: 'mac', constraints: ['lane < 4'] }] },
    { name: 's', units: [{ unit: 'mac' }], metrics: ['simulation', 'xcvu'] },
    { name: 's', units: [{ unit: 'mac' }], metric: ['simulation'] },
    { name: 's', units: [{ unit: 'mac' }], workloads: [{ name: 'q', model: 'llama-2-8b', layer: 'q' }] },
    { name: 's', units: [{ unit: 'mac' }], workloads: [{ name: 'q', model: 'llama-2-7b', layer: 'qq' }] },
    { name: 's', units: [{ unit: 'mac' }], workloads: [{ name: 'q' }] },
    { name: 's', units: [{ unit: 'mac' }], metrics: ['xcup'], objectives: ['min xcup.luts'] },
    { name: 's', units: [{ unit: 'mac' }], metrics: ['xcup'], objectives: ['xcup.lut'] },
    { name: 's', units: [{ unit: 'mac' }], metrics: ['xcup'], derived: { twice: '2 * xcup.l' } },
  ];
  const text = sweeps.map((sweep) => complaint(() => read(sweep))).join('\n');
  expect(text).toMatchInlineSnapshot(`
    "name: is missing
    units: is missing
    units: must have at least 1 element
    units[0].unit: there is no unit 'mca'
      help: did you mean mac?
    units[0].parameters.lames: mac has no parameter 'lames'
      help: did you mean lanes?
    units[0].parameters.lanes[1]: 99 must be at most 16
    units[0].parameters.lanes[2]: x must be a number
      help: \`gatewright describe mac\` lists the parameters with their ranges
    units[0].parameters.lanes: it begins at 8 and ends at 1, which leaves nothing
    units[0].parameters.lanes: there is no power of two from 5 to 7
    units[0].parameters.lanes: these are no values for a parameter
      help: give a value, a list, { "range": [1, 8], "step": 1 } or { "pow2": [1, 16] }
    units[0].constraints[0]: 'lanes <' is no expression: Expected expression after < at column 8
    units[0].constraints[0]: 'lane < 4': there is no 'lane'; did you mean lanes?
    metrics[1]: there is no metric 'xcvu'
      help: did you mean xcup?
    metric: nothing is called so in a sweep
      help: did you mean metrics?
    workloads[0].model: there is no model 'llama-2-8b'
      help: did you mean llama-2-7b?
    workloads[0].layer: llama-2-7b has no layer 'qq'
      help: did you mean q?
    workloads[0]: this is no workload
      help: give name with model and layer, with gemm { tokens, depth, outputs }, or with tensors, activations and weights
    objectives[0]: 'xcup.luts': there is no 'xcup.luts'; did you mean xcup.lut?
    objectives[0]: 'xcup.lut' is no objective: write min or max, and an expression
    derived.twice: '2 * xcup.l': there is no 'xcup.l'; did you mean xcup.lut?"
  `);
});

test('workloads for a unit that does not say how they map on it', () => {
  const { workload: _, ...mute } = units[0]!;
  const sweep = {
    ...{ name: 's', metrics: ['simulation'], units: [{ unit: 'mac' }, { unit: 'mute' }] },
    workloads: [{ name: 'q', gemm: { tokens: 1, depth: 8, outputs: 1 } }],
  };
  const surroundings = { units: [...units, { ...mute, name: 'mute' }], models: [] };
  expect(complaint(() => readSweep(sweep, surroundings))).toBe(
    'units[1].unit: mute does not say how a matrix product maps on it, and there are workloads\n  help: leave out the workloads (its own scenarios are simulated then), or take one of: mac',
  );
  expect(complaint(() => readSweep({ ...sweep, metrics: ['design'] }, surroundings))).toBe('no complaint');
});

test('an empty space: which constraint, or which rule, refuses everything', () => {
  const survey = (unit: Partial<SweepInput['units'][number]>) => complaint(() => surveySpace(spaceOf(unit)));
  const parameters = { lanes: { pow2: [1, 16] } } as const;
  expect(
    [
      survey({ parameters, constraints: ['lanes > 0', 'lanes > 16'] }),
      survey({ parameters, constraints: ['lanes > 4', 'lanes < 4'] }),
      survey({ parameters: { lanes: [12, 16] } }),
      survey({ parameters, constraints: ['lanes * 2'] }),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "units[0].constraints[1]: 'lanes > 16' refuses all 5 combinations
    units[0].constraints: together they refuse all 5 combinations: they contradict each other
    units[0].parameters: mac allows none of 2 combinations: a beat has at most 64 bits
      help: \`gatewright describe mac\` lists the parameters with their ranges
    units[0].constraints[0]: 'lanes * 2' is 2, neither true nor false"
  `);
});

test('files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-sweep-file-'));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  expect(await loadSweep(write('a.json', '{ "name": "a" }'))).toEqual({ name: 'a' });
  const typed = write('b.ts', "const lanes: number = 3;\nexport const sweep = { name: 'b', lanes };\n");
  expect(await loadSweep(typed)).toEqual({ name: 'b', lanes: 3 });
  const fault = (file: string) =>
    loadSweep(file).then(
      () => 'no complaint',
      (error: Error) => error.message.replaceAll(folder, ''),
    );
  expect(await fault(write('c.json', '{\n  "name": }'))).toMatch(/^\/c.json(:2:11)?: this is no JSON: /);
  expect(await fault(write('d.ts', 'export const swoop = 1;'))).toBe('/d.ts: it exports no sweep');
  expect(await fault(write('e.ts', "throw new Error('no');"))).toBe('/e.ts: it cannot be loaded: no');
  expect(await fault(join(folder, 'f.json'))).toBe('/f.json: there is no such file');
});
