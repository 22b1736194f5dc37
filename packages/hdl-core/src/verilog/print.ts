// A design as Verilog-2005 files, one module each.
// Invariant: a function of the IR and the options alone: no date, no path, no host, no global counter.

import type { Module } from '../ir/module.ts';
import { CombGraphs } from '../pass/comb-graph.ts';
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
  const graphs = new CombGraphs();
  return modules.map((m) => ({
    name: `${m.name}.v`,
    module: m.name,
    text: printModule(m, graphs.of(m), options.locations ?? true),
  }));
}
