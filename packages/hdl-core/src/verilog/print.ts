// A design as Verilog-2005 files, one module each.
// Invariant: a function of the IR and the options alone: no date, no path, no host, no global counter.

import type { Module } from '../ir/module.ts';
import { type CombSummary, combInputs, instancePaths } from '../pass/loops.ts';
import { printModule } from './module.ts';

export interface PrintOptions {
  /** `// dot.ts:30` comments that name the TypeScript line of a statement; default true. */
  readonly locations?: boolean;
}
export interface VerilogFile {
  /** `<Module>.v` */
  readonly name: string;
  readonly module: string;
  readonly text: string;
}

/** `modules`: children before their parents. */
export function printModules(modules: readonly Module[], options: PrintOptions = {}): VerilogFile[] {
  const summaries = new Map<Module, CombSummary>();
  return modules.map((m) => {
    const paths = { inputsOf: combInputs(m, summaries), behind: instancePaths(m, summaries) };
    return { name: `${m.name}.v`, module: m.name, text: printModule(m, paths, options.locations ?? true) };
  });
}
