// How large a design is: distinct expression nodes, statements, declarations and instances of its modules.

import type { Circuit } from '@gatewright/hdl-core';
import { eachAssign } from '../dist/ir/module.js';
import { eachExpr, rootsOf, statementsOf } from '../dist/pass/walk.js';

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
