// Where the rows of streams lie for the bulk path, the same in every back end.
// Invariant: offsets count from the beginning of the bulk memory, and follow `BulkStream` in backend.ts. How rows are moved
// is each back end's own.

import { controlPorts, type Module, type PortGroup, type Stream } from '@gatewright/hdl-core';
import type { BulkStream } from './backend.ts';
import { type Column, columnsOf } from './column.ts';

/** Bytes that a stream's rows may take. */
const budget = 128 * 1024;
const countersSize = 16;

export interface PlacedStream extends BulkStream {
  readonly direction: 'in' | 'out';
  readonly layout: readonly Column[];
  /** Index in `top.ports` of the handshake wires and of each payload leaf. */
  readonly valid: number;
  readonly ready: number;
  readonly leaves: readonly number[];
}

/** Where everything is. */
export interface BulkLayout {
  readonly bytes: number;
  readonly streams: readonly PlacedStream[];
}

/** The layout; undefined for a design of several clocks or without streams. */
export function bulkLayout(top: Module): BulkLayout | undefined {
  const groups = top.groups.filter((group) => group.type.kind === 'stream');
  const clocks = controlPorts(top).filter(({ kind }) => kind === 'clock');
  if (groups.length === 0 || clocks.length > 1) return undefined;
  let at = groups.length * countersSize;
  const streams = groups.map((group, k): PlacedStream => {
    const layout = columnsOf((group.type as Stream).payload);
    const rowBytes = layout.reduce((sum, { leaves, bytes }) => sum + leaves.length * bytes, 0);
    const capacity = 2 ** Math.floor(Math.log2(Math.min(4096, Math.max(16, budget / Math.max(1, rowBytes)))));
    const columns = layout.map(({ leaves, bytes }) => {
      at = (at + 7) & ~7;
      const offset = at;
      at += capacity * leaves.length * bytes;
      return offset;
    });
    return {
      capacity,
      counters: k * countersSize,
      columns,
      direction: group.direction,
      layout,
      ...pinsOf(top, group),
    };
  });
  return { bytes: (at + 7) & ~7, streams };
}

function pinsOf(top: Module, group: PortGroup): Pick<PlacedStream, 'valid' | 'ready' | 'leaves'> {
  const own = top.ports.map((port, i) => ({ port, i })).filter(({ port }) => port.group.name === group.name);
  const index = (part: string): number => own.find(({ port }) => port.part === part)!.i;
  return {
    valid: index('valid'),
    ready: index('ready'),
    // Leaves of no width have no port: their index is never asked for.
    leaves: withGaps(
      group,
      own.filter(({ port }) => port.part === 'data').map(({ i }) => i),
    ),
  };
}

/** Port indices by the leaf numbers of `columnsOf`, which also count leaves of no width. */
function withGaps(group: PortGroup, ports: readonly number[]): number[] {
  const leaves: number[] = [];
  const numbers = columnsOf((group.type as Stream).payload).flatMap((column) => column.leaves);
  for (const [k, leaf] of numbers.sort((a, b) => a - b).entries()) leaves[leaf] = ports[k]!;
  return leaves;
}
