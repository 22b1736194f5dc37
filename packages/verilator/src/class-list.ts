// Reading `Vdut_classes.mk`, the file in which Verilator lists what it generated and which parts of its runtime that needs.
// Invariant: the answer follows the file of the very run, so it holds for every Verilator version and flag.
// It does not run make.

/** What one run of Verilator asks the compiler for. */
export interface ClassList {
  /** Generated `.cpp` files of the code that runs every cycle, without folder or suffix. */
  fast: string[];
  /** Generated `.cpp` files of the code that runs once: constructors, initial blocks, the first settling. */
  slow: string[];
  /** Runtime `.cpp` files, without folder or suffix: `verilated`, `verilated_threads`, … */
  runtime: string[];
  /** Switches such as `VM_TRACE: 0`, which Verilator's own makefile passes as macros. */
  switches: Record<string, string>;
}

/** Reads the text of a `_classes.mk` file. */
export function readClassList(text: string): ClassList {
  const lists: Record<string, string[]> = {};
  const switches: Record<string, string> = {};
  const isMacro = /^VM_(COVERAGE|TIMING|TRACE\w*)$/;
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  for (const line of lines) {
    const assigned = /^(VM_\w+)\s*(\+?)=\s*(.*)$/.exec(line);
    if (!assigned) continue;
    const [, name = '', plus, value = ''] = assigned;
    if (plus) lists[name] = value.split(/\s+/).filter((word) => word !== '');
    else if (isMacro.test(name)) switches[name] = value.trim();
  }
  const all = (...names: string[]) => names.flatMap((name) => lists[name] ?? []);
  return {
    fast: all('VM_CLASSES_FAST', 'VM_SUPPORT_FAST'),
    slow: all('VM_CLASSES_SLOW', 'VM_SUPPORT_SLOW'),
    runtime: all('VM_GLOBAL_FAST', 'VM_GLOBAL_SLOW'),
    switches,
  };
}
