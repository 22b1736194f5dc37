// Expected against received values, bit by bit.
// Invariant: every leaf of every expected value is compared once; a value that never came is a mismatch.

import type { HwType, Ports, Stream } from '@gatewright/hdl-core';
import type { LeafValue } from '../value/leaf-type.ts';
import { PayloadCodec } from '../value/payload-codec.ts';
import type { AnyStreams } from './unit.ts';

/** One leaf of one output value that is not what the golden model says. */
export interface Mismatch {
  readonly scenario: string;
  /** Output stream. */
  readonly port: string;
  /** Which value of the stream, from 0. */
  readonly index: number;
  /** Where in the value, such as `sum[3]`; empty for a stream of plain values. */
  readonly path: string;
  readonly expected: LeafValue;
  /** Undefined when the value never came. */
  readonly actual: LeafValue | undefined;
}

/** What a comparison found. */
export interface Comparison {
  checks: number;
  mismatchCount: number;
  /** The first few. */
  readonly mismatches: Mismatch[];
}

/** Mismatches kept per comparison. */
const kept = 16;

/** Expected values, packed: what a design must answer to be right. */
export class Expected {
  readonly counts: ReadonlyMap<string, number>;
  readonly #streams: readonly {
    readonly port: string;
    readonly codec: PayloadCodec;
    readonly rows: Uint32Array;
  }[];

  /** Throws a ValueError when the golden model answers something that the port cannot carry. */
  constructor(codecs: ReadonlyMap<string, PayloadCodec>, outputs: AnyStreams) {
    this.#streams = [...codecs].map(([port, codec]) => ({
      port,
      codec,
      rows: codec.packAll(outputs[port] ?? []),
    }));
    this.counts = new Map([...codecs.keys()].map((port) => [port, outputs[port]?.length ?? 0]));
  }

  /** Compares with what was received: `taken` rows per stream. */
  compare(
    scenario: string,
    received: ReadonlyMap<string, { readonly rows: Uint32Array; readonly taken: number }>,
  ): Comparison {
    const found: Comparison = { checks: 0, mismatchCount: 0, mismatches: [] };
    for (const { port, codec, rows } of this.#streams) {
      const actual = received.get(port);
      const count = this.counts.get(port)!;
      found.checks += count * codec.leaves.length;
      for (let index = 0; index < count; index++) {
        const at = index * codec.words;
        const there = actual !== undefined && index < actual.taken;
        if (there && same(rows, actual.rows, at, codec.words)) continue;
        for (const leaf of codec.leaves) {
          const word = at + leaf.word;
          if (there && same(rows, actual.rows, word, leaf.words)) continue;
          found.mismatchCount++;
          if (found.mismatches.length >= kept) continue;
          found.mismatches.push({
            scenario,
            port,
            index,
            path: leaf.path,
            expected: codec.unpackLeaf(leaf, rows, at),
            actual: there ? codec.unpackLeaf(leaf, actual.rows, at) : undefined,
          });
        }
      }
    }
    return found;
  }
}

function same(a: Uint32Array, b: Uint32Array, at: number, words: number): boolean {
  for (let k = at; k < at + words; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** A codec per output stream; `name` appears in the errors of golden models. */
export function outputCodecs(ports: Ports): ReadonlyMap<string, PayloadCodec> {
  const codecs = new Map<string, PayloadCodec>();
  for (const [name, { direction, type }] of Object.entries(ports))
    if (direction === 'out' && (type as HwType).kind === 'stream')
      codecs.set(name, new PayloadCodec((type as Stream).payload, name));
  return codecs;
}
