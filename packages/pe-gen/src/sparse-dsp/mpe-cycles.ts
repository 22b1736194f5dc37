// How long the engine takes when no stream ever waits: a row of weights per cycle, and what can delay it.
// Invariant: times count from the first transfer; each step starts as early as what it waits for allows.

import { chainOf, columnsOf, type MpeParams } from './mpe-params.ts';
import type { MpeInputs, StreamedProduct } from './mpe-transactions.ts';
import { chainLatency } from './params.ts';

/** Descriptors that wait between scanner and chains. */
const QUEUE = 4;
/** From the last row of a tile to its first column being read, beside the chains' own latency. */
const TO_READ = 2;
/** From a column being read to its result being sent. */
const TO_RESULT = 2;

/** Cycles from the first input transfer to the last output transfer, and those in which a row of weights was used. */
export function mpeCycles(
  p: MpeParams,
  inputs: MpeInputs,
  products: readonly StreamedProduct[],
): { cycles: number; rows: number } {
  const loads: number[] = [];
  for (const { last } of inputs.activations) {
    if (loads.length === 0) loads.push(0);
    loads[loads.length - 1]! += 1;
    if (last) loads.push(0);
  }
  const released: number[] = [];
  const filled: number[] = [];
  /** The cycle from which load `index` can be read. */
  const readable = (index: number): number => {
    while (filled.length <= index) {
      const next = filled.length;
      const free = next < 2 ? 0 : released[next - 2]! + 1;
      filled.push(Math.max(filled.at(-1) ?? 0, free) + loads[next]!);
    }
    return filled[index]!;
  };

  // The first packed row is a cycle late; the others follow it closely.
  const expanded = p.weights === 'packed' ? 2 : 0;
  const popped: number[] = [];
  const read: number[] = [];
  let scan = -1;
  let issue = 0;
  let load = 0;
  let rows = 0;
  for (const { words, wordsPerTile, keep, release, rowsPerBlock } of products) {
    words.forEach((word, w) => {
      const lastWord = (w + 1) % wordsPerTile === 0;
      const found = word.filter((n) => n > 0);
      const sent = found.length === 0 && lastWord ? [0] : found;
      if (sent.length === 0) scan++;
      sent.forEach((n, i) => {
        scan = Math.max(scan + 1, (popped.at(-QUEUE) ?? -1) + 1);
        const free = (read[read.length - p.banks] ?? -1) + 1;
        const length = rowsPerBlock(n);
        const fed = length > 0 ? expanded : 0;
        const start = Math.max(scan + 1, issue, readable(load), free, fed);
        rows += length;
        issue = start + Math.max(1, length);
        popped.push(issue - 1);
        if (!lastWord || i < sent.length - 1) return;
        if (release && w === words.length - 1) {
          released.push(issue - 1);
          load++;
        }
        if (keep) return;
        const complete = issue - 1 + chainLatency(chainOf(p)) + TO_READ;
        read.push(Math.max(complete, (read.at(-1) ?? -1) + 1) + columnsOf(p) - 1);
      });
    });
  }
  return { cycles: read.length === 0 ? 0 : read.at(-1)! + TO_RESULT + 1, rows };
}
