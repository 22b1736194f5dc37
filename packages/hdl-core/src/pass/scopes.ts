// E09: a signal of another module, or of another elaboration, is used here: the classic closure mistake.

import { type Decl, eachAssign, type Module } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import type { PassContext } from './index.ts';
import { statementsOf } from './walk.ts';

export function checkScopes(module: Module, { report, read }: PassContext): void {
  const own = new Set(module.decls);
  const foreign = new Set<Decl>();
  const check = (decl: Decl, use: SourcePlace): void => {
    if (own.has(decl) || foreign.has(decl)) return;
    foreign.add(decl);
    report({
      code: 'E09',
      message: `\`${decl.name}\` belongs to another module`,
      place: use,
      notes: [{ text: `\`${decl.name}\` is declared here`, place: decl.place }],
      help: 'pass it through a port: signals do not cross a module boundary by closure',
    });
  };
  eachAssign(statementsOf(module), (a) => check(a.target, a.place));
  for (const decl of read) check(decl, module.place);
}
