// The bulk path of the verilator back end: the C++ loop that moves the rows of streams.
// Invariant: follows `Bulk` in backend.ts to the letter. The loop is generated for the design, so that a row is a few
// plain loads and stores, and a cycle one evaluation where that is known to be enough.

import { CombGraphs, type Module } from '@gatewright/hdl-core';
import type { BulkLayout, PlacedStream } from '../bulk-layout.ts';

const elementType = (bytes: number): string => (bytes > 8 ? 'std::uint32_t' : `std::uint${bytes * 8}_t`);

/**
 * True when nothing that the loop looks at before an edge follows a payload input combinationally. As the run ends when a
 * handshake input is to change, only its first cycle must settle before the edge then.
 */
function payloadWaits(top: Module, streams: readonly PlacedStream[]): boolean {
  const payload = new Set<object>();
  const looked = streams.flatMap(({ direction, valid, ready, leaves }) => {
    if (direction === 'out') return [valid, ...leaves.filter((leaf) => leaf !== undefined)];
    for (const leaf of leaves) if (leaf !== undefined) payload.add(top.ports[leaf]!.decl);
    return [ready];
  });
  const graph = new CombGraphs().of(top);
  const seen = new Set(looked.map((port) => top.ports[port]!.decl as Parameters<typeof graph.edges>[0]));
  for (const vertex of seen) {
    if (payload.has(vertex)) return false;
    for (const next of graph.edges(vertex)) seen.add(next);
  }
  return true;
}

/** The C++ function \`run(Dut&, limit)\`; `forgets`: the function of that name is there. */
export function bulkSource(top: Module, { streams }: BulkLayout, forgets: boolean): string {
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
  const settled = forgets && payloadWaits(top, streams);
  const offset = (port: number): string =>
    `reinterpret_cast<const unsigned char*>(&d.model.p${port}) - d.ports`;
  const unlike = streams.flatMap(({ direction, valid, ready, leaves }) => {
    if (direction === 'in') return [];
    const changed = leaves.flatMap((leaf) =>
      leaf === undefined
        ? []
        : [`std::memcmp(before + (${offset(leaf)}), row + (${offset(leaf)}), sizeof d.model.p${leaf})`],
    );
    return [
      `    if (before[${offset(valid)}] & ~before[${offset(ready)}] & 1) {
        if (${[`!row[${offset(valid)}]`, ...changed].join(' || ')}) return true;
    }\n`,
    ];
  });
  return `// The row recorded last, if there is one.
inline const unsigned char* last(Dut& d) {
    const std::uint32_t* const ring = d.ring;
    if (!ring || ring[1] == 0) return nullptr;
    const std::uint32_t at = ring[0] == 0 ? ring[2] - 1 : ring[0] - 1;
    return reinterpret_cast<const unsigned char*>(ring + 4) + at * d.portBytes;
}
// An offer of an output stream that nobody accepted is no longer there one edge later.
inline bool breaks(Dut& d, const unsigned char* before, const unsigned char* row) {
    (void)d, (void)before, (void)row;
${unlike.join('')}    return false;
}
// Moves the rows of all streams: the loop that Bulk.run stands for.
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
    const unsigned char* before = last(d);
    bool over = false;
    do {
${each((stream, s) =>
  stream.direction === 'in'
    ? [`m.p${stream.valid} = n${s} < e${s};`, `if (n${s} < e${s}) {`, ...copies(stream, s), '}']
    : [`m.p${stream.ready} = n${s} < e${s};`],
)}
        ${settled ? `if (cycle == 0 || !forgets(*m.rootp, 0)) ` : ''}evaluate(d, 0);
        dump(d);
${each((stream, s) => [
  `const bool t${s} = m.p${stream.valid} & m.p${stream.ready};`,
  ...(stream.direction === 'out' ? [`if (t${s}) {`, ...copies(stream, s), '}'] : []),
])}
        d.passed = cycle;
        if (d.ring) {
            const unsigned char* const row = record(d);
            if (before) over |= breaks(d, before, row);
            before = row;
        }
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
    } while (!over && cycle < limit && d.thread.status == 0);
${each((_, s) => [`k${s}->next = n${s};`, `k${s}->first = f${s};`, `k${s}->last = l${s};`])}
    return cycle;
}
`;
}
