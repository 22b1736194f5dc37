// The bulk path of the verilator back end: where streams' rows lie, and the C++ loop that moves them.
// Invariant: follows `Bulk` in backend.ts to the letter. The loop is generated for the design, so that a row is a few
// plain loads and stores.

import type { Module, PortGroup, Stream } from '@gatewright/hdl-core';
import type { BulkStream } from '../backend.ts';
import { type Column, columnsOf } from '../column.ts';
import { clockPorts } from './wrapper.ts';

/** Bytes that a stream's rows may take. */
const budget = 128 * 1024;
const countersSize = 16;

interface PlacedStream extends BulkStream {
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
  if (groups.length === 0 || clockPorts(top).length > 1) return undefined;
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

const elementType = (bytes: number): string => (bytes > 8 ? 'std::uint32_t' : `std::uint${bytes * 8}_t`);

/** The C++ function \`run(Dut&, limit)\`. */
export function bulkSource({ streams }: BulkLayout): string {
  const each = (text: (stream: PlacedStream, s: number) => string | readonly string[]): string =>
    streams
      .flatMap(text)
      .map((line) => `        ${line}\n`)
      .join('');
  const copies = (stream: PlacedStream, s: number): string[] =>
    stream.layout.flatMap((column, c) =>
      column.leaves.flatMap((leaf, k) => {
        const port = `m.p${stream.leaves[leaf]}`;
        const words = column.bytes > 8 ? column.bytes / 4 : 1;
        return Array.from({ length: words }, (_, w) => {
          const wire = words > 1 ? `${port}[${w}]` : port;
          const cell = `s${s}c${c}[n${s} * ${column.leaves.length * words} + ${k * words + w}]`;
          return stream.direction === 'in' ? `${wire} = ${cell};` : `${cell} = ${wire};`;
        });
      }),
    );
  return `// Moves the rows of all streams: the loop that Bulk.run stands for.
struct Counters { std::uint32_t next, count, first, last; };
std::uint32_t run(Dut& d, std::uint32_t limit) {
    Vdut& m = d.model;
${each((stream, s) => [
  `auto* const k${s} = reinterpret_cast<Counters*>(d.bulk + ${stream.counters});`,
  `std::uint32_t n${s} = k${s}->next, f${s} = 0, l${s} = 0;`,
  `const std::uint32_t e${s} = k${s}->count;`,
  ...stream.columns.map(
    (offset, c) =>
      `auto* const s${s}c${c} = reinterpret_cast<${elementType(stream.layout[c]!.bytes)}*>(d.bulk + ${offset});`,
  ),
])}
    std::uint32_t cycle = 0;
    bool over = false;
    do {
${each((stream, s) =>
  stream.direction === 'in'
    ? [`m.p${stream.valid} = n${s} < e${s};`, `if (n${s} < e${s}) {`, ...copies(stream, s), '}']
    : [`m.p${stream.ready} = n${s} < e${s};`],
)}
        evaluate(d, 0);
        dump(d);
${each((stream, s) => [
  `const bool t${s} = m.p${stream.valid} & m.p${stream.ready};`,
  ...(stream.direction === 'out' ? [`if (t${s}) {`, ...copies(stream, s), '}'] : []),
])}
        evaluate(d, 1);
        dump(d);
        ++cycle;
${each((_, s) => [
  `if (t${s}) {`,
  `    l${s} = cycle;`,
  `    if (f${s} == 0) f${s} = cycle;`,
  `    over |= ++n${s} == e${s};`,
  '}',
])}
    } while (!over && cycle < limit && gw_model_state == 0);
${each((_, s) => [`k${s}->next = n${s};`, `k${s}->first = f${s};`, `k${s}->last = l${s};`])}
    return cycle;
}
`;
}
