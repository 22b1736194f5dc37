// A timing diagram of the valid/ready handshake on a design's own streams, in WaveDrom's JSON.
// Invariant: it shows the protocol - a transfer, a wait, another transfer - and no latency of the unit.

import { clockOf, type Module } from '@gatewright/hdl-core';

interface Signal {
  readonly name?: string;
  readonly wave?: string;
  readonly data?: readonly string[];
}

/** Channels of AXI4-Lite. */
const isBus = (name: string): boolean => name.startsWith('s_axi_');

/** WaveDrom JSON for the first input and the first output stream; undefined for a design without streams. */
export function handshakeWave(top: Module): string | undefined {
  const wire = (group: string, part: 'valid' | 'ready'): string =>
    top.ports.find((port) => port.group.name === group && port.part === part)!.decl.name;
  const streams = top.groups.filter((group) => group.type.kind === 'stream');
  const shown = [
    streams.find((group) => group.direction === 'in' && !isBus(group.name)),
    streams.find((group) => group.direction === 'out' && !isBus(group.name)),
  ].filter((group) => group !== undefined);
  if (shown.length === 0) return undefined;
  const signal: Signal[] = [
    { name: clockOf(top) ?? 'clk', wave: 'p......' },
    ...shown.flatMap(({ name }) => [
      {},
      { name: wire(name, 'valid'), wave: '01...0.' },
      { name: `${name} payload`, wave: 'x34.5x.', data: ['A', 'B', 'C'] },
      { name: wire(name, 'ready'), wave: '1.01...' },
    ]),
  ];
  const rows = signal.map((s) => `    ${JSON.stringify(s)}`);
  return `{\n  "signal": [\n${rows.join(',\n')}\n  ],\n  "head": { "text": "A and C pass at once, B waits a cycle for ready" }\n}`;
}
