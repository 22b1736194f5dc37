// A timing diagram of the valid/ready handshake on a design's own streams, in WaveDrom's JSON.
// Invariant: it shows the protocol - a transfer, a wait, another transfer - and no latency of the unit.

import type { Module } from '@gatewright/hdl-core';

interface Signal {
  readonly name?: string;
  readonly wave?: string;
  readonly data?: readonly string[];
}

/** WaveDrom JSON for the first input and the first output stream; undefined for a design without streams. */
export function handshakeWave(top: Module): string | undefined {
  const streams = top.groups.filter((group) => group.type.kind === 'stream');
  const shown = [
    streams.find((group) => group.direction === 'in'),
    streams.find((group) => group.direction === 'out'),
  ].filter((group) => group !== undefined);
  if (shown.length === 0) return undefined;
  const signal: Signal[] = [
    { name: 'clk', wave: 'p......' },
    ...shown.flatMap(({ name }) => [
      {},
      { name: `${name}_valid`, wave: '01...0.' },
      { name: `${name} payload`, wave: 'x34.5x.', data: ['A', 'B', 'C'] },
      { name: `${name}_ready`, wave: '1.01...' },
    ]),
  ];
  const rows = signal.map((s) => `    ${JSON.stringify(s)}`);
  return `{\n  "signal": [\n${rows.join(',\n')}\n  ],\n  "head": { "text": "A and C pass at once, B waits a cycle for ready" }\n}`;
}
