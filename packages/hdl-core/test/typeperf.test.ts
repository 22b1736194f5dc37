// What the types cost and say, measured by tsc itself on programs written as a user writes them.
// Instantiations are counted, not time: they are the same on every machine. The budget is per module, over an empty program.

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Below the package, so that it resolves the built declarations as a dependent does. */
const folder = join(root, 'packages/hdl-core/dist/typeperf');

const HEAD = `import {
  arbiter, assertAlways, bool, bundle, connect, defineModule, enumOf, fsm, input, match, msg, mux, named, output, regs,
  requant, sfix, sint, stream, sumTree, uint, vec, when, wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';
`;

/** A module with everything in it: ports of every kind, registers, a state machine, streams, operators. */
const moduleText = (i: number): string => `
export const Unit${i} = defineModule({
  name: 'Unit${i}',
  params: z.object({ width: z.int().default(${8 + (i % 5)}), lanes: z.int().default(4) }),
  ports: (p) => ({
    in: input(stream(bundle({ a: vec(p.lanes, sint(p.width)), b: vec(p.lanes, sint(p.width)), last: bool }))),
    other: input(stream(uint(${4 + (i % 7)}))),
    out: output(stream(sint(24))),
    mode: input(enumOf('Add${i}', 'Sub', 'Pass')),
    x: input(sfix(4, 4)),
    count: output(uint(${8 + (i % 3)})),
    busy: output(bool),
  }),
  build(io, p) {
    const { acc, full, tick } = regs(
      { acc: sint(24), full: bool, tick: uint(${8 + (i % 3)}) },
      { acc: 0, full: false, tick: 0 },
    );
    const { sum } = wires({ sum: sint(32) }, { sum: 0 });
    const { middle } = wires({ middle: stream(sint(24)) });
    const products = named('product', io.in.data.a.map((a, k) => a.mul(io.in.data.b.at(k))));
    match(io.mode, {
      Add${i}: () => sum.set(sumTree(products).extend(32)),
      Sub: () => sum.set(sumTree(products).neg().extend(32)),
      Pass: () => sum.set(1),
    });
    const control = fsm(
      'control',
      {
        Idle: (go) => when(io.in.fire, () => go('Run')),
        Run: (go) => when(io.in.data.last, () => go('Idle')),
      },
      { init: 'Idle' },
    );
    io.in.ready.set(full.not());
    middle.valid.set(full);
    middle.data.set(acc);
    connect(io.out, middle.stage().queue(2));
    arbiter('bus', [io.other.queue(2), io.other.map(uint(${4 + (i % 7)}), (d) => d.addWrap(1))]).out.discard();
    when(io.in.fire, () => acc.next(acc.add(sum).trunc(24))).otherwise(() => full.next(io.x.gt(0.5)));
    tick.next(mux(full, tick.addWrap(1), tick.rotl(1)).trunc(${8 + (i % 3)}));
    io.count.set(requant(tick, { scale: 3, shift: 2, to: uint(${8 + (i % 3)}) }));
    io.busy.set(control.is('Run'));
    assertAlways('bounded', tick.lt(200), msg\`tick is \${tick} in \${p.width}\`);
  },
});
`;

function check(name: string, text: string): { readonly output: string; readonly instantiations: number } {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, text);
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'ES2023', '--module', 'NodeNext'];
  const tsc = spawnSync(
    join(root, 'node_modules/.bin/tsc'),
    [...options, '--types', '', '--ignoreConfig', '--extendedDiagnostics', '--pretty', 'false', file],
    { cwd: folder, encoding: 'utf8' },
  );
  const output = tsc.stdout + tsc.stderr;
  return { output, instantiations: Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1]) };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 854 measured with TypeScript 7.0.2. */
const BUDGET = 1_200;

test('a module with everything in it stays within the budget of instantiations', () => {
  const modules = (count: number): string =>
    HEAD + Array.from({ length: count }, (_, i) => moduleText(i)).join('');
  const [few, many] = [check('few', modules(5)), check('many', modules(45))];
  expect(few.output).not.toContain('error TS');
  expect(many.output).not.toContain('error TS');
  const each = (many.instantiations - few.instantiations) / 40;
  expect(each).toBeGreaterThan(0);
  expect(each, `${each} instantiations per module`).toBeLessThan(BUDGET);
});

test('a width that does not fit is told in our own words', () => {
  const { output } = check(
    'widths',
    `${HEAD}
defineModule({
  name: 'Widths',
  params: z.object({}),
  ports: () => ({ a: input(uint(16)), s: input(sint(100)), y: output(uint(9)), z: output(sint(99)) }),
  build(io) {
    const { r } = regs({ r: uint(8) });
    io.y.set(io.a);
    io.z.set(io.s);
    r.next(io.a.trunc(9));
    io.y.set(io.a.trunc(8));
    io.y.set(io.a.trunc(9));
    io.y.set(io.a.add(1));
  },
});
`,
  );
  const errors = output.split('\n').filter((line) => line.includes('error TS'));
  const said = [...new Set([...output.matchAll(/width mismatch: [^"]*/g)].map((m) => m[0]))];
  expect(errors.length).toBe(3);
  expect(said).toEqual([
    'width mismatch: 16 bits do not fit in 9; use .trunc(9) or .saturate(9)',
    'width mismatch: 100 bits do not fit in 99; use .trunc(99) or .saturate(99)',
    'width mismatch: 9 bits do not fit in 8; use .trunc(8) or .saturate(8)',
  ]);
});
