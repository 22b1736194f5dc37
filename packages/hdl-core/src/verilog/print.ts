// A design as Verilog-2005 or SystemVerilog-2017 files, one module each.
// Invariant: a function of the IR and the options alone: no date, no path, no host, no global counter.

import type { Module } from '../ir/module.ts';
import { CombGraphs } from '../pass/comb-graph.ts';
import { withDecidedComparisons } from '../pass/constants.ts';
import { DIALECTS, type Language } from './dialect.ts';
import { printModule } from './module.ts';
import { keepOrigin, type Origin } from './origin.ts';

export interface PrintOptions {
  /** `'verilog'` (Verilog-2005, the default) or `'systemverilog'` (SystemVerilog-2017). */
  readonly language?: Language;
  /** `// dot.ts:30` comments that name the TypeScript line of a statement; default true. */
  readonly locations?: boolean;
}
export interface VerilogFile {
  /** `<Module>.v`, or `<Module>.sv` */
  readonly name: string;
  readonly module: string;
  readonly text: string;
}

/** `modules`: children before their parents. */
export function printModules(modules: readonly Module[], options: PrintOptions = {}): VerilogFile[] {
  const graphs = new CombGraphs();
  const dialect = DIALECTS[options.language ?? 'verilog'];
  const design: Origin[] = [];
  // What is written in Verilog goes along once, as it is, whatever its parameters.
  const outside = new Set<string>();
  return modules.flatMap((m): VerilogFile[] => {
    if (m.extern) {
      const { source } = m.extern;
      if (source === undefined || outside.has(m.name)) return [];
      outside.add(m.name);
      return [{ name: `${m.name}.v`, module: m.name, text: source }];
    }
    const { text, places, bypasses } = printModule(
      withDecidedComparisons(m),
      graphs.of(m),
      dialect,
      options.locations ?? true,
    );
    const file: VerilogFile = { name: `${m.name}${dialect.suffix}`, module: m.name, text };
    const origin: Origin = { places, definedAt: m.definedAt, bypasses, design };
    design.push(origin);
    keepOrigin(file, origin);
    return [file];
  });
}
