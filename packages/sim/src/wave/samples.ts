// Signals and their values over some cycles: what every way to show a wave works on.
// Invariant: a value is the signal's bits as they are on the wire; types only say how a person reads them.

import { isSigned } from '@gatewright/hdl-core';
import type { LeafType } from '../value/leaf-type.ts';

/** One Verilog signal. */
export interface WaveSignal {
  /** The Verilog name. */
  readonly name: string;
  readonly type: LeafType;
}

/** Values of signals just before each of some rising edges. */
export interface Samples {
  readonly signals: readonly WaveSignal[];
  /** Ascending; a jump means that nobody looked at the cycles between. */
  readonly cycles: readonly number[];
  /** The bits of a signal in a column, both by index. */
  bits(signal: number, column: number): bigint;
}

/** How integers are written; bools and enums are always 0, 1 and labels. */
export type Radix = 'dec' | 'hex' | 'bin';

/** Integers wider than this are hexadecimal unless said otherwise. */
const widestDecimal = 64;

/** Bits as a person reads them. */
export function bitsText(type: LeafType, bits: bigint, radix?: Radix): string {
  if (type.kind === 'bool') return bits === 0n ? '0' : '1';
  if (type.kind === 'enum') return type.labels[Number(bits)] ?? `<${bits}>`;
  const value = isSigned(type) ? BigInt.asIntN(type.width, bits) : bits;
  if (type.kind === 'fixed' && !radix) return `${Number(value) / 2 ** type.fractionBits}`;
  switch (radix ?? (type.width > widestDecimal ? 'hex' : 'dec')) {
    case 'hex':
      return `0x${bits.toString(16).padStart(Math.ceil(type.width / 4), '0')}`;
    case 'bin':
      return `0b${bits.toString(2).padStart(type.width, '0')}`;
    case 'dec':
      return `${value}`;
  }
}

/** The same samples with only the signals that match a pattern (`*` stands for anything), in the patterns' order. */
export function selected(samples: Samples, patterns: readonly string[]): Samples {
  if (patterns.length === 0) return samples;
  const chosen = matching(samples.signals, patterns);
  return signalsOf(
    samples,
    chosen.map((signal) => samples.signals.indexOf(signal)),
  );
}

/** The signals that match a pattern, in the patterns' order. Throws a RangeError for a pattern that matches none. */
export function matching<S extends WaveSignal>(signals: readonly S[], patterns: readonly string[]): S[] {
  const chosen = new Set<S>();
  for (const pattern of patterns) {
    const matcher = new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`);
    let known = false;
    for (const signal of signals) {
      if (!matcher.test(signal.name)) continue;
      known = true;
      chosen.add(signal);
    }
    if (!known) {
      const names = signals.slice(0, named).map(({ name }) => name);
      const rest = signals.length - names.length;
      if (rest > 0) names.push(`${rest} more`);
      throw new RangeError(`no signal is called ${pattern}; there are ${names.join(', ') || 'none'}`);
    }
  }
  return [...chosen];
}

/** Signals named in a message. */
const named = 40;

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

/** The same samples with only these signals, by index. */
export function signalsOf(samples: Samples, order: readonly number[]): Samples {
  return {
    signals: order.map((i) => samples.signals[i]!),
    cycles: samples.cycles,
    bits: (signal, column) => samples.bits(order[signal]!, column),
  };
}

/** The columns from `from` up to and without `to`, as far as they exist. */
export function columnsOf(samples: Samples, from: number, to: number): Samples {
  const begin = Math.max(0, from);
  return {
    signals: samples.signals,
    cycles: samples.cycles.slice(begin, to),
    bits: (signal, column) => samples.bits(signal, column + begin),
  };
}

/** The last `count` columns. */
export const lastColumns = (samples: Samples, count: number): Samples =>
  columnsOf(samples, samples.cycles.length - count, samples.cycles.length);
