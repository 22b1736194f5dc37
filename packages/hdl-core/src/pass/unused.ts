// E18: a declared signal that nothing reads. It is a warning; the Verilog stays lint-clean either way.

import type { Decl, Module } from '../ir/module.ts';
import type { PassContext } from './index.ts';
import { controlSignals } from './walk.ts';

const READABLE: Partial<Record<Decl['role'], string>> = {
  input: 'input',
  wire: 'wire',
  reg: 'register',
  node: 'named expression',
  memoryRead: 'memory read',
};

export function checkUnused(module: Module, { report, read }: PassContext): void {
  const excused = new Set([...controlSignals(module), ...(module.unused ?? [])]);
  for (const decl of module.decls) {
    const what = READABLE[decl.role];
    if (!what || read.has(decl) || excused.has(decl)) continue;
    report({
      code: 'E18',
      message: `the ${what} \`${decl.name}\` is never read`,
      place: decl.place,
      help: 'remove it, use it, or say unused(…) where that is intended',
    });
  }
}
