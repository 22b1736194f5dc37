// What a user reads when a name is illegal or taken, or names a signal of another module.
// The texts are whole; a place stands as the line that it names (rendered.ts).

import { expect, test } from 'vitest';
import { z } from 'zod';
import { bool, defineModule, type Io, input, output } from '../../src/index.ts';
import { faults } from './rendered.ts';

test('E09 signals stay in their module', () => {
  let leaked: Io<{ a: ReturnType<typeof input<typeof bool>> }>['a'] | undefined;
  const Child = defineModule({
    name: 'Child',
    params: z.object({}),
    ports: () => ({ y: output(bool) }),
    build: (io) => io.y.set(leaked!),
  });
  expect(
    faults({ a: input(bool), y: output(bool) }, (io) => {
      leaked = io.a;
      io.y.set(Child.inst('u_child').y.and(io.a));
    }),
  ).toMatchInlineSnapshot(`
    "error[E09]: \`a\` belongs to another module
      ‹io.y.set(Child.inst('u_child').y.and(io.a));› (in module Child)
      \`a\` is declared here (‹const M = defineModule({›)
      help: pass it through a port: signals do not cross a module boundary by closure"
  `);
});

test('E10 names are legal, free and distinct', () => {
  expect(
    faults({ wire: input(bool), y: output(bool), Y: output(bool) }, (io) => {
      io.y.set(io.wire);
      io.Y.set(io.wire);
    }),
  ).toMatchInlineSnapshot(`
    "error[E10]: the name \`Y\` is declared twice (names differ only in case from \`y\`)
      ‹const M = defineModule({› (in module M)
      \`y\` is declared first here (‹const M = defineModule({›)
      help: rename one of them; names must differ in more than case, as some tools ignore it
    error[E10]: the input name \`wire\` is a reserved word of Verilog, SystemVerilog or VHDL
      ‹const M = defineModule({› (in module M)
      help: rename it: letters, digits and _, beginning with a letter"
  `);
});
