// E04: a combinational signal that is assigned in some cases but not in all would be a latch.
// Invariant: every statement is looked at once, for all of its targets together.

import type { Decl, If, Module, Stmt } from '../ir/module.ts';
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
      case 'if':
        for (const [target, c] of inEvery(branchesOf(s))) add(target, c);
        break;
      case 'switch': {
        const { place } = s;
        const arms = s.arms.map(
          ({ label, body }): Branch => ({
            gap: { text: `the arm ${label} does not assign it`, place },
            body,
          }),
        );
        if (s.otherwise)
          arms.push({ gap: { text: 'the default arm does not assign it', place }, body: s.otherwise });
        for (const [target, c] of inEvery(arms)) add(target, c);
      }
    }
  }
  return all;
}

/** Statements that apply in some case, and what is wrong when they do not assign a signal. */
interface Branch {
  readonly gap: Gap;
  readonly body: readonly Stmt[];
}

/** The branches of a whole `if … else if … else`. */
function branchesOf(s: If): Branch[] {
  const branches: Branch[] = [];
  for (let at = s; ; ) {
    const { place } = at;
    branches.push({ gap: { text: 'when this condition holds, nothing assigns it', place }, body: at.then });
    const [only] = at.else;
    if (at.else.length === 1 && only!.kind === 'if') at = only!;
    else {
      const gap = { text: 'when this condition does not hold, nothing assigns it', place };
      return [...branches, { gap, body: at.else }];
    }
  }
}

/** A signal is covered when every branch covers it. */
function inEvery(branches: readonly Branch[]): Map<Decl, Coverage> {
  const each = branches.map(({ gap, body }) => ({ gap, coverage: coverageOf(body) }));
  const all = new Map<Decl, Coverage>();
  for (const { coverage } of each) for (const target of coverage.keys()) all.set(target, 'covered');
  for (const target of all.keys()) {
    for (const { gap, coverage } of each) {
      const c = coverage.get(target) ?? gap;
      if (c === 'covered') continue;
      all.set(target, c);
      break;
    }
  }
  return all;
}
