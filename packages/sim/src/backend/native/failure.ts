// What is said when an assertion or assumption fails.
// Invariant: called after `explain`, before the edge that failed has changed anything.

import { checkLabel } from '@gatewright/hdl-core';
import type { PlacedCheck } from './compile-graph.ts';
import { readMemory } from './layout.ts';

/** A line for every check that fails. */
export function failureText(memory: DataView, checks: readonly PlacedCheck[]): string {
  return checks
    .filter(({ check, event }) => check.check !== 'cover' && memory.getUint8(event) === 1)
    .map(({ check, module, path, shown }) => {
      const where = path === '' ? module.name : `${path} (${module.name})`;
      let k = 0;
      const parts = check.message.map((part) => {
        if (typeof part === 'string') return part;
        const { address, form } = shown[k++]!;
        return String(readMemory(memory, address, form));
      });
      const text = parts.join('');
      return `${checkLabel(check)} failed in ${where}${text ? `: ${text}` : ''} (${check.place.long})`;
    })
    .join('\n');
}
