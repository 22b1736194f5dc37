// E04: a combinational signal that is assigned in some cases but not in all would be a latch.

import { type Decl, eachAssign, type Module, type Stmt } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import type { PassContext } from './index.ts';
import { statementsOf } from './walk.ts';

/** The first branch that leaves `target` without a value, or undefined when every case is covered. */
interface Gap {
  readonly text: string;
  readonly place: SourcePlace;
}

export function checkLatches(module: Module, { report }: PassContext): void {
  const byTarget = new Map<Decl, Stmt[]>();
  for (const s of statementsOf(module)) {
    const targets = new Set<Decl>();
    eachAssign([s], (a) => {
      if (a.target.role !== 'reg') targets.add(a.target);
    });
    for (const t of targets) {
      const list = byTarget.get(t);
      if (list) list.push(s);
      else byTarget.set(t, [s]);
    }
  }
  for (const [target, stmts] of byTarget) {
    const gap = uncovered(stmts, target);
    if (!gap) continue;
    report({
      code: 'E04',
      message: `\`${target.name}\` has no value in some cases (a latch)`,
      place: gap.place,
      notes: [{ text: gap.text }, { text: `\`${target.name}\` is declared here`, place: target.place }],
      help: `assign it in that case too, or give it a default: wires({ … }, { ${target.name}: 0 }) or a .set(…) before the when`,
    });
  }
}

/** Undefined when every path through `stmts` assigns `target`. */
function uncovered(stmts: readonly Stmt[], target: Decl): Gap | undefined {
  let gap: Gap | undefined;
  for (const s of stmts) {
    let here: Gap | undefined;
    switch (s.kind) {
      case 'check':
        continue;
      case 'assign':
        if (s.target === target) return undefined;
        continue;
      case 'if':
        here =
          uncoveredBranch(s.then, target, 'when this condition holds, nothing assigns it', s.place) ??
          uncoveredBranch(s.else, target, 'when this condition does not hold, nothing assigns it', s.place);
        break;
      case 'switch':
        for (const arm of s.arms)
          here ??= uncoveredBranch(arm.body, target, `the arm ${arm.label} does not assign it`, s.place);
        if (s.otherwise)
          here ??= uncoveredBranch(s.otherwise, target, 'the default arm does not assign it', s.place);
    }
    if (!here) return undefined;
    gap ??= here;
  }
  return gap;
}
function uncoveredBranch(
  body: readonly Stmt[],
  target: Decl,
  text: string,
  place: SourcePlace,
): Gap | undefined {
  let assigns = false;
  eachAssign(body, (a) => {
    assigns ||= a.target === target;
  });
  return assigns ? uncovered(body, target) : { text, place };
}
