// The figure of docs/units/attention.md: cycles against the length of the sequence, drawn from the units' cycle laws.
// Invariant: every point is `performance` of a unit, which `gatewright verify` holds to the simulated circuit.

import { windowSteps } from '@gatewright/golden';
import { windowParams } from '../src/window/params.ts';
import { stepCycles } from '../src/window/unit.ts';

const LENGTHS = [256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536];

const windowCycles = (schedule: 'sequential' | 'interleaved', maximum: 'none' | 'online'): number[] => {
  const p = windowParams.parse({ window: 512, headDim: 64, schedule, maximum });
  return LENGTHS.map((rows) => stepCycles(p, windowSteps(rows, 512, 0)));
};

/** Rows of the figure: a name, and the cycles for each length. */
export const latencies = (): { readonly name: string; readonly cycles: readonly number[] }[] => [
  { name: 'dense, streaming: a key per cycle', cycles: LENGTHS.map((n) => n * n + 5) },
  { name: 'window 512, one sum: 201 cycles a row', cycles: windowCycles('sequential', 'none') },
  { name: 'window 512, interleaved: 75 cycles a row', cycles: windowCycles('interleaved', 'online') },
];

/** The SVG text. */
export function latencyFigure(): string {
  const [left, top, width, height] = [70, 20, 420, 300];
  const x = (n: number): number => left + (width * Math.log2(n / 256)) / 8;
  const y = (cycles: number): number => top + height - (height * (Math.log10(cycles) - 4)) / 6;
  const text = (at: [number, number], s: string, anchor = 'start'): string =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${s}</text>`;
  const colours = ['#b3541e', '#6b7280', '#1d5fa8'];
  const grid = [4, 5, 6, 7, 8, 9, 10].flatMap((e) => [
    `<path d="M${left} ${y(10 ** e).toFixed(1)}h${width}" stroke="#ddd"/>`,
    text([left - 6, y(10 ** e) + 4], `1e${e}`, 'end'),
  ]);
  const ticks = [256, 1024, 4096, 16384, 65536].map((n) =>
    text([x(n), top + height + 16], String(n), 'middle'),
  );
  const lines = latencies().flatMap(({ name, cycles }, k) => {
    const points = cycles.map((c, n) => `${x(LENGTHS[n]!).toFixed(1)},${y(c).toFixed(1)}`).join(' ');
    return [
      `<polyline points="${points}" fill="none" stroke="${colours[k]}" stroke-width="2"/>`,
      `<g fill="${colours[k]}">${text([left + 12, top + 18 + 16 * k], name)}</g>`,
    ];
  });
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 520 360" font-family="sans-serif" font-size="12">',
    '<title>Cycles per head against the rows of a sequence: dense, and two windows</title>',
    '<rect width="520" height="360" fill="#fff"/>',
    ...grid,
    ...ticks,
    ...lines,
    text([left + width / 2, top + height + 34], 'rows of the sequence', 'middle'),
    text([14, 14], 'cycles per head'),
    '</svg>',
    '',
  ].join('\n');
}
