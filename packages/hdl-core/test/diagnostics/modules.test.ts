// What a user reads when modules are built or nested wrongly, and in which order faults come.
// The texts are whole; a place stands as the line that it names (rendered.ts).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bool, bundle, type DesignError, defineModule, input, output, uint, when } from '../../src/index.ts';
import { rendered } from './rendered.ts';

test('E16 no endless hierarchy', () => {
  const Loop = defineModule({
    name: 'Loop',
    params: z.object({}),
    ports: () => ({ a: input(bool), y: output(bool) }),
    build(io): void {
      const inner = Loop.inst('u_inner');
      inner.a.set(io.a);
      io.y.set(inner.y);
    },
  });
  expect(rendered(() => Loop.elaborate())).toMatchInlineSnapshot(`
    "error[E16]: Loop instantiates itself with the same parameters
      ‹const inner = Loop.inst('u_inner');› (in module Loop)
      help: change a parameter on the way down, and stop at a base case"
  `);
});

test('E16 modules are not nested without end', () => {
  const Deeper = defineModule({
    name: 'Deeper',
    params: z.object({ n: z.int().default(0) }),
    ports: () => ({ a: input(bool), y: output(bool) }),
    build(io, p): void {
      const inner = Deeper.inst('u_inner', { n: p.n + 1 });
      inner.a.set(io.a);
      io.y.set(inner.y);
    },
  });
  expect(rendered(() => Deeper.elaborate())).toMatchInlineSnapshot(`
    "error[E16]: Deeper_n_200 is inside 200 modules
      ‹const inner = Deeper.inst('u_inner', { n: p.n + 1 });› (in module Deeper_n_200)
      the innermost have the parameters {"n":197}, {"n":198}, {"n":199}
      the outermost has {"n":0}
      help: let a parameter reach a base case that instantiates nothing"
  `);
});

test('E17 a module holds something', () => {
  const Empty = defineModule({
    name: 'Empty',
    params: z.object({ width: z.int().default(0) }),
    ports: ({ width }) => ({ tag: input(uint(width)) }),
    build() {},
  });
  const elaborated = () => Empty.elaborate();
  expect(rendered(elaborated)).toMatchInlineSnapshot(`
    "error[E17]: Empty is empty: it has no port with bits and nothing inside
      ‹const Empty = defineModule({› (in module Empty)
      it is asked for here (‹const elaborated = () => Empty.elaborate();›)
      help: give it a port, or leave its instance out for these parameters"
  `);
});

test('E19 parameters stay as they are given', () => {
  const Changed = defineModule({
    name: 'Changed',
    params: z.object({ width: z.int().default(4) }),
    ports: ({ width }) => ({ a: input(uint(width)), y: output(uint(width)) }),
    build(io, p) {
      p.width = 5;
      io.y.set(io.a.trunc(p.width));
    },
  });
  expect(rendered(() => Changed.elaborate())).toMatchInlineSnapshot(`
    "error[E19]: the parameter \`width\` of Changed is changed
      ‹p.width = 5;› (in module Changed)
      Changed is defined here (‹const Changed = defineModule({›)
      help: parameters are what the instance was given: compute into a variable of your own"
  `);
});

test('E19 building happens inside build()', () => {
  const outside = (): never => when(undefined as never, () => {}) as never;
  expect(rendered(outside)).toMatchInlineSnapshot(`
    "error[E19]: when() was called outside build()
      ‹const outside = (): never => when(undefined as never, () => {}) as never;› (in module -)
      help: call it inside the build() function of a module, and not after an await or in a later callback"
  `);
  const Late = defineModule({
    name: 'Late',
    params: z.object({}),
    ports: () => ({ y: output(bool) }),
    build: (async (io: { y: { set(v: boolean): void } }) => io.y.set(true)) as unknown as () => void,
  });
  const late = () => Late.elaborate();
  expect(rendered(late)).toMatchInlineSnapshot(`
    "error[E19]: build() of Late is asynchronous
      ‹const late = () => Late.elaborate();› (in module Late)
      help: make build() a plain function: hardware is described, not awaited"
  `);
});

test('all faults of a design are reported together, each with its file, line and column', () => {
  const M = defineModule({
    name: 'M',
    params: z.object({}),
    ports: () => ({ a: input(uint(8)), y: output(uint(4)), z: output(bundle({ p: bool, q: uint(2) })) }),
    build(io) {
      // @ts-expect-error - both widths are literals, so tsc sees it too
      io.y.set(io.a);
      io.z.p.set(true);
    },
  });
  const thrown = (() => {
    try {
      M.elaborate();
    } catch (e) {
      return e as DesignError;
    }
  })();
  const here = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
  const found = thrown?.diagnostics.map(({ code, place }) => {
    const at = place!.place!;
    expect(at.file).toBe(fileURLToPath(import.meta.url));
    expect(thrown.message).toContain(`modules.test.ts:${at.line}:${at.column}`);
    return [code, here[at.line - 1]!.slice(at.column - 1)];
  });
  expect(found).toEqual([
    ['E03', 'defineModule({'],
    ['E02', 'set(io.a);'],
  ]);
});
