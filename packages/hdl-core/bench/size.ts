// How large a design is: distinct expression nodes, statements, declarations and instances of its modules.

import type { Circuit } from '../src/index.ts';
import { eachAssign } from '../src/ir/module.ts';
import { eachExpr, rootsOf, statementsOf } from '../src/pass/walk.ts';

export function sizeOf(circuit: Circuit): { readonly nodes: number; readonly instances: number } {
  let nodes = 0;
  let instances = 0;
  for (const m of circuit.modules) {
    eachExpr(rootsOf(m), () => nodes++);
    eachAssign(statementsOf(m), () => nodes++);
    nodes += m.decls.length + m.items.length;
    instances += m.items.filter((i) => i.kind === 'instance').length;
  }
  return { nodes, instances };
}
