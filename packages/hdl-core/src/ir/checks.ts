// The checks of a module and of a whole design: what simulators report and count.
// Invariant: checks come in source order, modules in order of their instances. It does not judge them.

import { type Check, isStatement, type Module, type Stmt } from './module.ts';

/** A check in one instance of its module. */
export interface CheckPoint {
  readonly check: Check;
  readonly module: Module;
  /** Names of the instances from the top module down to `module`; empty for the top module itself. */
  readonly path: readonly string[];
}

/** `assert_no_overflow`: what a check is called in the Verilog; free in its module's name space. */
export const checkLabel = (c: Pick<Check, 'check' | 'name'>): string => `${c.check}_${c.name}`;

/** `no_overflow: count is 201`: what is said of a check, its values shown by `show`. */
export const checkText = (
  c: Check,
  show: (e: Exclude<Check['message'][number], string>) => string,
): string => {
  const text = c.message.map((part) => (typeof part === 'string' ? part : show(part))).join('');
  return text ? `${c.name}: ${text}` : c.name;
};

/** The checks of a statement list. */
export function checksOf(stmts: readonly Stmt[]): Check[] {
  return stmts.flatMap((s): Check[] => {
    switch (s.kind) {
      case 'assign':
        return [];
      case 'check':
        return [s];
      case 'if':
        return [...checksOf(s.then), ...checksOf(s.else)];
      case 'switch':
        return [...s.arms.flatMap((a) => checksOf(a.body)), ...checksOf(s.otherwise ?? [])];
    }
  });
}

/** The statements with nothing but the checks, those that `keep` takes, and the branches around them. */
export function onlyChecks(stmts: readonly Stmt[], keep: (c: Check) => boolean = () => true): Stmt[] {
  return stmts.flatMap((s): Stmt[] => {
    switch (s.kind) {
      case 'assign':
        return [];
      case 'check':
        return keep(s) ? [s] : [];
      case 'if': {
        const [then, rest] = [onlyChecks(s.then, keep), onlyChecks(s.else, keep)];
        return then.length || rest.length ? [{ ...s, then, else: rest }] : [];
      }
      case 'switch': {
        const arms = s.arms.map((arm) => ({ ...arm, body: onlyChecks(arm.body, keep) }));
        const otherwise = s.otherwise && onlyChecks(s.otherwise, keep);
        return arms.some((a) => a.body.length) || otherwise?.length ? [{ ...s, arms, otherwise }] : [];
      }
    }
  });
}

/** Every check of a design, once for each instance of its module. */
export function checkPoints(top: Module): CheckPoint[] {
  const visit = (module: Module, path: readonly string[]): CheckPoint[] => [
    ...module.items.flatMap((i): CheckPoint[] =>
      isStatement(i) ? checksOf([i]).map((check) => ({ check, module, path })) : [],
    ),
    ...module.items.flatMap((i) => (i.kind === 'instance' ? visit(i.module, [...path, i.name]) : [])),
  ];
  return visit(top, []);
}
