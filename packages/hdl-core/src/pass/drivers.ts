// E03 undriven, E05 driven from two sides, E06 unconditionally overridden; E14 a stream that nothing takes.

import { type Assign, type Decl, eachAssign, type Module, type Stmt } from '../ir/module.ts';
import type { PassContext, Report } from './index.ts';
import { statementsOf } from './walk.ts';

const DRIVEN_ELSEWHERE: Partial<Record<Decl['role'], string>> = {
  input: 'it is an input: the parent module drives it',
  childOutput: 'it is an output of an instance, which drives it',
  node: 'it is a named expression, which has its value already',
};

export function checkDrivers(module: Module, { report }: PassContext): void {
  const stmts = statementsOf(module);
  const driven = new Set<Decl>();
  eachAssign(stmts, (a) => {
    driven.add(a.target);
    const other = DRIVEN_ELSEWHERE[a.target.role];
    if (!other) return;
    report({
      code: 'E05',
      message: `\`${a.target.name}\` has a second driver`,
      place: a.place,
      notes: [{ text: other, place: a.target.place }],
      help: 'assign to a wire of your own instead',
    });
  });
  overrides(stmts, report);

  const streams = takenStreams(module);
  for (const decl of module.decls) {
    if (driven.has(decl) || !NEEDS_DRIVER[decl.role]) continue;
    const stream = decl.readyOf ?? streams.get(decl);
    if (stream !== undefined) {
      report({
        code: 'E14',
        message: `nothing takes the stream \`${stream}\`: its ready is never driven`,
        place: decl.place,
        help: 'set its ready, pass it on with .to(…), or drop what arrives with .discard()',
      });
      continue;
    }
    report({
      code: 'E03',
      message: `${NEEDS_DRIVER[decl.role]} \`${decl.name}\` is never driven`,
      place: decl.place,
      help: decl.role === 'reg' ? 'give it a .next(…), or remove it' : 'give it a .set(…)',
    });
  }
}

/** The streams that come into a module, from outside or from an instance, by their ready. */
function takenStreams(module: Module): Map<Decl, string> {
  const streams = new Map<Decl, string>();
  for (const p of module.ports)
    if (p.part === 'ready' && p.direction === 'out') streams.set(p.decl, p.group.name);
  for (const item of module.items) {
    if (item.kind !== 'instance') continue;
    for (const { port, wire } of item.connections)
      if (port.part === 'ready' && port.direction === 'in')
        streams.set(wire, `${item.name}.${port.group.name}`);
  }
  return streams;
}

const NEEDS_DRIVER: Partial<Record<Decl['role'], string>> = {
  wire: 'the wire',
  output: 'the output',
  childInput: 'the instance input',
  reg: 'the register',
};

/** In each statement list, an assignment that makes every earlier one of the same target in that list dead. */
function overrides(list: readonly Stmt[], report: Report): void {
  const earlier = new Map<Decl, Assign>();
  for (const s of list) {
    if (s.kind === 'assign') {
      const before = earlier.get(s.target);
      if (before) {
        report({
          code: 'E06',
          message: `this assignment to \`${s.target.name}\` always overrides an earlier one`,
          place: s.place,
          notes: [{ text: 'the earlier assignment', place: before.place }],
          help: 'remove one, put one under a condition, or make the first the default value of the wire',
        });
      }
    }
    eachAssign([s], (a) => {
      if (!a.isDefault) earlier.set(a.target, a);
    });
    if (s.kind === 'if') {
      overrides(s.then, report);
      overrides(s.else, report);
    } else if (s.kind === 'switch') {
      for (const arm of s.arms) overrides(arm.body, report);
      if (s.otherwise) overrides(s.otherwise, report);
    }
  }
}
