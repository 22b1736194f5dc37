// What is inside a design and can be watched: its registers, and the words of its memories.
// Invariant: a name is what the Verilog says below the top, with dots: `row_0.acc`, `ram[3]`.

import { type LeafType, type Module, uint } from '@gatewright/hdl-core';
import { matching } from '../wave/samples.ts';

/** A register, what a synchronous read port holds, or a word of a memory. */
export interface InsideSignal {
  readonly name: string;
  readonly type: LeafType;
}

/** Signals that one run may watch: each is copied in every cycle. */
const most = 1024;

/**
 * The signals that match a pattern, in the patterns' order: `acc`, `row_*.acc`, `ram[3]`, `ram[*]`. Throws a RangeError for
 * a pattern that matches nothing, and for too many signals.
 */
export function insideOf(top: Module, patterns: readonly string[]): readonly InsideSignal[] {
  if (patterns.length === 0) return [];
  const found = matching(
    [
      ...signalsIn(
        top,
        patterns.some((pattern) => pattern.endsWith(']')),
      ),
    ],
    patterns,
  );
  if (found.length <= most) return found;
  throw new RangeError(
    `watch: ${patterns.join(', ')} are ${found.length} signals; at most ${most} can be watched`,
  );
}

/** Registers first, in the order of the instances; the words of memories only when they are wanted. */
function* signalsIn(module: Module, words: boolean, path = ''): Generator<InsideSignal> {
  for (const { name, role, domain, type } of module.decls)
    if (role === 'reg' || (role === 'memoryRead' && domain)) yield { name: path + name, type };
  for (const item of module.items) {
    if (item.kind === 'instance') yield* signalsIn(item.module, words, `${path}${item.name}.`);
    if (item.kind !== 'memory' || !words) continue;
    const type = item.leaves.length === 1 ? item.leaves[0]!.type : uint(item.width);
    for (let k = 0; k < item.depth; k++) yield { name: `${path}${item.name}[${k}]`, type };
  }
}
