// The ordered list of checks. Each pass reads one module (children have been done before) and adds diagnostics.
// Invariant: a pass never changes the IR, and never stops at the first fault.

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { controlPorts } from '../ir/domain.ts';
import type { Decl, Module } from '../ir/module.ts';
import { CombGraphs } from './comb-graph.ts';
import { type ClockSummary, checkCrossings, externSummary } from './crossings.ts';
import { checkDrivers } from './drivers.ts';
import { checkLatches } from './latches.ts';
import { checkLoops } from './loops.ts';
import { checkMemories } from './memories.ts';
import { checkNames } from './names.ts';
import { checkResets } from './resets.ts';
import { checkScopes } from './scopes.ts';
import { checkUnused } from './unused.ts';
import { readDecls } from './walk.ts';

export type Report = (d: Omit<Diagnostic, 'module'>) => void;
export interface PassContext {
  readonly report: Report;
  /** What the module's expressions read. */
  readonly read: ReadonlySet<Decl>;
  /** What depends on what, in each module of the design. */
  readonly graphs: CombGraphs;
  /** What is known of the clocks of the modules done before; nothing to know in a design of one clock. */
  readonly clocks: Map<Module, ClockSummary> | undefined;
}
export interface Pass {
  readonly name: string;
  readonly about: string;
  readonly run: (module: Module, context: PassContext) => void;
}

export const PASSES: readonly Pass[] = [
  { name: 'names', about: 'names are legal, not reserved, and free (E10)', run: checkNames },
  { name: 'scopes', about: 'every signal belongs to the module that uses it (E09)', run: checkScopes },
  {
    name: 'drivers',
    about: 'everything is driven, once, and not overridden (E03, E05, E06)',
    run: checkDrivers,
  },
  { name: 'latches', about: 'a wire has a value in every case (E04)', run: checkLatches },
  {
    name: 'loops',
    about: 'no combinational loops; valid does not wait for ready (E07, E14)',
    run: checkLoops,
  },
  {
    name: 'crossings',
    about: 'signals cross clock domains by synchronisers only (E08, E15)',
    run: checkCrossings,
  },
  { name: 'memories', about: 'a RAM has no more ports than its style (E13)', run: checkMemories },
  { name: 'resets', about: 'a reset has one style, and is there where it is needed (E15)', run: checkResets },
  { name: 'unused', about: 'signals that nothing reads (E18)', run: checkUnused },
];

/** Runs all checks over `modules`, children before parents. */
export function runPasses(modules: readonly Module[], diagnostics: Diagnostic[]): void {
  const graphs = new CombGraphs();
  const several = modules.some((m) => controlPorts(m).filter((p) => p.kind === 'clock').length > 1);
  const inside = modules.some((m) => m.domains.some(({ domain }) => domain.driven));
  const clocks = several || inside ? new Map<Module, ClockSummary>() : undefined;
  for (const module of modules) {
    const report: Report = (d) => diagnostics.push({ ...d, module: module.name });
    if (module.extern) clocks?.set(module, externSummary(module));
    else {
      const context = { report, read: readDecls(module), graphs, clocks };
      for (const pass of PASSES) pass.run(module, context);
    }
  }
}
