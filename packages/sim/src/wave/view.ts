// What `t.wave` and `t.waveDrom` show: patterns and options applied to the last cycles.
// Invariant: the same selection rules for every way to draw.

import { asciiWave, type RadixOf } from './ascii-wave.ts';
import { failureWave } from './failure-wave.ts';
import { lastColumns, type Radix, type Samples, selected } from './samples.ts';
import { type WaveDrom, waveDrom } from './wavedrom.ts';

/** How a wave is drawn. */
export interface WaveOptions {
  /** Of all integers, or by signal name; decimal up to 64 bits by default. */
  readonly radix?: Radix | Readonly<Record<string, Radix>> | undefined;
  /** Only so many of the last cycles. */
  readonly last?: number | undefined;
  /** Up to ten cycles around the last change: what changes is drawn, the rest is listed, as when a test fails. */
  readonly changes?: boolean | undefined;
}

/** Names of signals, in which `*` stands for anything, and options. */
export type WaveRequest = readonly (string | WaveOptions)[];

/** The selected signals and cycles as text. */
export function wantedWave(samples: Samples, request: WaveRequest): string {
  const { shown, radixOf, changes } = wanted(samples, request);
  return changes ? failureWave(shown, radixOf).join('\n') : asciiWave(shown, radixOf);
}

/** The selected signals and cycles as WaveJSON. */
export function wantedWaveDrom(samples: Samples, request: WaveRequest): WaveDrom {
  const { shown, radixOf } = wanted(samples, request);
  return waveDrom(shown, radixOf);
}

function wanted(samples: Samples, request: WaveRequest) {
  const patterns = request.filter((part) => typeof part === 'string');
  const options: WaveOptions = Object.assign({}, ...request.filter((part) => typeof part !== 'string'));
  const { radix, last = Number.POSITIVE_INFINITY, changes = false } = options;
  return {
    changes,
    shown: lastColumns(selected(samples, patterns), last),
    radixOf: ((name) => (typeof radix === 'object' ? radix[name] : radix)) satisfies RadixOf,
  };
}
