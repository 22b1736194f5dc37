// The last cycles as a failure shows them: what moved is drawn, what stood still is listed.
// Invariant: bounded, however large the design. When nothing moved for long, the cycles before that are shown.

import { asciiWave, type RadixOf } from './ascii-wave.ts';
import { bitsText, columnsOf, lastColumns, type Samples, signalsOf } from './samples.ts';

const columns = 10;
const drawn = 16;
const listed = 24;

/** Lines without indentation. */
export function failureWave(all: Samples, radixOf: RadixOf = () => undefined): string[] {
  const end = all.cycles.length;
  const last = lastChange(all);
  const samples =
    last > 0 && end - last > columns
      ? columnsOf(all, last + 2 - columns, last + 2)
      : lastColumns(all, columns);
  const count = samples.cycles.length;
  const moving: number[] = [];
  const steady: number[] = [];
  samples.signals.forEach((_, signal) => {
    let moves = false;
    for (let c = 1; c < count && !moves; c++) moves = samples.bits(signal, c) !== samples.bits(signal, 0);
    (moves ? moving : steady).push(signal);
  });
  const lines: string[] = [];
  if (moving.length > 0)
    lines.push(...asciiWave(signalsOf(samples, moving.slice(0, drawn)), radixOf).split('\n'));
  if (moving.length > drawn) lines.push(`and ${moving.length - drawn} more that change`);
  if (steady.length > 0) lines.push(steadyLine(samples, steady, radixOf));
  if (samples.cycles.at(-1) !== all.cycles.at(-1))
    lines.push(`nothing changes from cycle ${all.cycles[last]} to ${all.cycles.at(-1)}`);
  return lines;
}

/** The last column that differs from the one before; 0 when none does. */
function lastChange({ signals, cycles, bits }: Samples): number {
  for (let c = cycles.length - 1; c > 0; c--)
    if (signals.some((_, signal) => bits(signal, c) !== bits(signal, c - 1))) return c;
  return 0;
}

function steadyLine(samples: Samples, steady: readonly number[], radixOf: RadixOf): string {
  const shown = steady.slice(0, listed).map((i) => {
    const { name, type } = samples.signals[i]!;
    return `${name} = ${bitsText(type, samples.bits(i, 0), radixOf(name))}`;
  });
  const rest = steady.length - shown.length;
  const [from, to] = [samples.cycles[0], samples.cycles.at(-1)];
  return `unchanged in cycles ${from}..${to}: ${shown.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}
