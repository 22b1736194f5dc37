// E04: a combinational signal that is assigned in some cases but not in all would be a latch.
// Invariant: every statement is looked at once, for all of its targets together.

import type { Decl, Module, Stmt } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import type { PassContext } from './index.ts';
import { statementsOf } from './walk.ts';

/** The first branch that leaves a signal without a value. */
interface Gap {
  readonly text: string;
  readonly place: SourcePlace;
}
type Coverage = Gap | 'covered';

export function checkLatches(module: Module, { report }: PassContext): void {
  for (const [target, gap] of coverageOf(statementsOf(module))) {
    if (gap === 'covered') continue;
    report({
      code: 'E04',
      message: `\`${target.name}\` has no value in some cases (a latch)`,
      place: gap.place,
      notes: [{ text: gap.text }, { text: `\`${target.name}\` is declared here`, place: target.place }],
      help: `assign it in that case too, or give it a default: wires({ … }, { ${target.name}: 0 }) or a .set(…) before the when`,
    });
  }
}

/** What a statement list does to each combinational signal that it assigns. */
function coverageOf(stmts: readonly Stmt[]): Map<Decl, Coverage> {
  const all = new Map<Decl, Coverage>();
  const add = (target: Decl, c: Coverage): void => {
    if (c === 'covered' || !all.has(target)) all.set(target, c);
  };
  for (const s of stmts) {
    switch (s.kind) {
      case 'check':
        break;
      case 'assign':
        if (s.target.role !== 'reg') add(s.target, 'covered');
        break;
      case 'if': {
        const then = { text: 'when this condition holds, nothing assigns it', body: s.then };
        const rest = { text: 'when this condition does not hold, nothing assigns it', body: s.else };
        for (const [target, c] of inEvery([then, rest], s.place)) add(target, c);
        break;
      }
      case 'switch': {
        const arms = s.arms.map((a) => ({ text: `the arm ${a.label} does not assign it`, body: a.body }));
        if (s.otherwise) arms.push({ text: 'the default arm does not assign it', body: s.otherwise });
        for (const [target, c] of inEvery(arms, s.place)) add(target, c);
      }
    }
  }
  return all;
}

/** A signal is covered when every branch covers it. */
function inEvery(
  branches: readonly { readonly text: string; readonly body: readonly Stmt[] }[],
  place: SourcePlace,
): Map<Decl, Coverage> {
  const each = branches.map(({ text, body }) => ({ text, coverage: coverageOf(body) }));
  const all = new Map<Decl, Coverage>();
  for (const { coverage } of each) for (const target of coverage.keys()) all.set(target, 'covered');
  for (const target of all.keys()) {
    for (const { text, coverage } of each) {
      const c = coverage.get(target) ?? { text, place };
      if (c === 'covered') continue;
      all.set(target, c);
      break;
    }
  }
  return all;
}
