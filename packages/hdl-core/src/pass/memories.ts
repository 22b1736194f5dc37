// E13: a memory that is to be a RAM and has more ports than such a RAM.
// Invariant: a style that leaves the choice to the tool, or asks for registers, is never judged.

import type { Memory } from '../ir/memory.ts';
import type { Module } from '../ir/module.ts';
import type { PassContext } from './index.ts';

export function checkMemories(module: Module, { report }: PassContext): void {
  for (const item of module.items) {
    if (item.kind !== 'memory') continue;
    const fault = tooManyPorts(item);
    if (!fault) continue;
    report({
      code: 'E13',
      message: `the memory \`${item.name}\` has ${fault}`,
      place: item.writes.at(-1)!.place,
      notes: [
        { text: 'another write is here', place: item.writes[0]!.place },
        { text: `\`${item.name}\` is declared here`, place: item.place },
      ],
      help: "share ports with .port(…), which reads or writes, or say style: 'registers'",
    });
  }
}

/** Block RAM has two ports, each of which writes or reads; the RAM of lookup tables writes by one. */
function tooManyPorts({ style, writes, reads }: Memory): string | undefined {
  if (writes.length < 2 || style === 'auto' || style === 'registers') return undefined;
  if (style === 'distributed') return `${writes.length} write ports; distributed RAM has one`;
  const ports = writes.length + reads.filter((r) => r.shared === undefined).length;
  return ports > 2 ? `${ports} ports, ${writes.length} of which write; ${style} RAM has two` : undefined;
}
