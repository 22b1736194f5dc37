// gatewright report: the results of a sweep as one HTML file that opens from disk.
// Invariant: made from the folder's results alone; nothing is measured again.

import type { ResultTable } from '@gatewright/explore';
import type { AnyUnit } from '@gatewright/sim';

export async function writeReport(
  _table: ResultTable,
  _folder: string,
  _units: readonly AnyUnit[],
): Promise<string | undefined> {
  return undefined;
}
