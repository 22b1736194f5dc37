// Waves as VCD (IEEE 1364-2005, 18): a scope per instance that shows something, written as time passes.
// Invariant: memory does not grow with the run; only changes are written; a cycle is two time units, its rising edge at
// the odd one. What a back end can trace by itself (the inside of the design) is not this file's business.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EdgeObserver } from '../testbench/clock.ts';
import type { LeafType } from '../value/leaf-type.ts';

/** A signal and how to read its bits now. */
export interface VcdSignal {
  readonly name: string;
  readonly type: LeafType;
  bits(): bigint;
}

/** Characters gathered before they are written. */
const chunk = 1 << 16;

export class VcdWriter implements EdgeObserver {
  readonly lookback = Number.POSITIVE_INFINITY;
  readonly #file: number;
  readonly #signals: readonly VcdSignal[];
  readonly #ids: readonly string[];
  readonly #last: (bigint | undefined)[];
  #text: string;
  #time = 0;
  #open = true;

  /** Makes the file (and its folder). */
  constructor(path: string, scope: string, signals: readonly VcdSignal[]) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'w');
    this.#signals = signals;
    this.#ids = signals.map((_, i) => idOf(i + 1));
    this.#last = signals.map(() => undefined);
    this.#text = header(scope, signals, this.#ids);
  }

  beforeEdge(): void {
    this.#sample();
    this.#text += `#${this.#time + 1}\n1${idOf(0)}\n`;
    this.#time += 2;
    if (this.#text.length > chunk) this.#flush();
  }

  /** Writes what the signals are now and closes the file. May be called again. */
  close(): void {
    if (!this.#open) return;
    this.#sample();
    this.#flush();
    this.#open = false;
    closeSync(this.#file);
  }

  #sample(): void {
    let changes = `#${this.#time}\n0${idOf(0)}\n`;
    this.#signals.forEach((signal, i) => {
      const bits = signal.bits();
      if (bits === this.#last[i]) return;
      this.#last[i] = bits;
      changes +=
        signal.type.width === 1 ? `${bits}${this.#ids[i]}\n` : `b${bits.toString(2)} ${this.#ids[i]}\n`;
    });
    this.#text += changes;
  }

  #flush(): void {
    writeSync(this.#file, this.#text);
    this.#text = '';
  }
}

/** A short name of printable characters. */
function idOf(index: number): string {
  let [id, rest] = ['', index];
  do {
    id += String.fromCharCode(33 + (rest % 94));
    rest = Math.floor(rest / 94);
  } while (rest > 0);
  return id;
}

function header(scope: string, signals: readonly VcdSignal[], ids: readonly string[]): string {
  const variable = (name: string, width: number, id: string): string =>
    `$var wire ${width} ${id} ${name}${width > 1 ? ` [${width - 1}:0]` : ''} $end`;
  return [
    '$version Gatewright $end',
    '$timescale 1 ns $end',
    // Nothing in a comment that differs from run to run: the same run gives the same bytes.
    ...signals.flatMap(({ name, type }) =>
      type.kind === 'enum' ? [`$comment ${name}: ${labels(type)} $end`] : [],
    ),
    ...scopeLines(scope, [
      { path: ['clk'], line: variable('clk', 1, idOf(0)) },
      ...signals.map(({ name, type }, i) => {
        const path = name.split('.');
        return { path, line: variable(path.at(-1)!, type.width, ids[i]!) };
      }),
    ]),
    '$enddefinitions $end',
    '',
  ].join('\n');
}

/** A declaration, and where it is: names of instances, then its own. */
interface Declared {
  readonly path: readonly string[];
  readonly line: string;
}

/** A scope with what is declared in it, then the scopes of the instances below it. */
function scopeLines(scope: string, declared: readonly Declared[]): string[] {
  const here = declared.filter(({ path }) => path.length === 1).map(({ line }) => line);
  const below = new Map<string, Declared[]>();
  for (const { path, line } of declared) {
    if (path.length === 1) continue;
    const [name, ...rest] = path;
    const inside = below.get(name!) ?? [];
    below.set(name!, inside);
    inside.push({ path: rest, line });
  }
  return [
    `$scope module ${scope} $end`,
    ...here,
    ...[...below].flatMap(([name, inside]) => scopeLines(name, inside)),
    '$upscope $end',
  ];
}

const labels = (type: LeafType & { readonly kind: 'enum' }): string =>
  type.labels.map((label, code) => `${code} ${label}`).join(', ');
