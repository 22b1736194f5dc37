// A rule of every unit with several products per cycle: no beat holds weights of two groups.

import type { z } from 'zod';

/** A check of zod. */
export function lanesDivideGroups({
  value: p,
  issues,
}: z.core.ParsePayload<{ lanes: number; groupSize: number }>): void {
  if (p.groupSize % p.lanes === 0) return;
  issues.push({
    code: 'custom',
    continue: true,
    input: p,
    path: ['lanes'],
    message: `lanes must divide groupSize: ${p.groupSize} is not a multiple of ${p.lanes}`,
  });
}
