// Memories as a user writes them: declared depth, element, collision and style; each call of `write` or `read…` is a port.
// Invariant: the enable of a port includes the conditions around the call, so that what stands in a `when` happens there.

import { builder, type ModuleBuilder, report } from './builder.ts';
import * as ir from './ir/expr.ts';
import type { Collision, Memory, MemoryRead, MemoryStyle, MemoryWrite } from './ir/memory.ts';
import type { Attributes } from './ir/module.ts';
import { BoolSignal, describe, describeValue, IntSignal, leafSignal } from './leaf-signal.ts';
import { initialWords, leavesOfWord, wordOf } from './memory-word.ts';
import { face, inner, signalOf } from './signal.ts';
import type { BoolSig, Init, Literal, SigOf, Source, UIntSig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { type HwType, isSigned, type UInt, uint } from './types.ts';

export interface MemSource<T extends HwType> {
  /** Number of words, at least 2. */
  readonly depth: number;
  /** What a word holds: any type but a stream. */
  readonly type: T;
  /**
   * What a synchronous read gives of a word that is written at the same clock edge; to be said where that can happen.
   * 'undefined' is free on every device. 'old' is free in Xilinx block RAM. 'new' costs a bypass of one word.
   */
  readonly collision?: Collision;
  /** Default auto: the tool chooses. */
  readonly style?: MemoryStyle;
  /** Words at power-up, fewer than `depth` leaves the rest unknown. A memory that is never written is a ROM. */
  readonly init?: readonly Init<T>[] | ((address: number) => Init<T>);
  /** Equal parts of a word that the mask of a write selects. */
  readonly lanes?: number;
  /** What a read past the end gives, where the range of an address does not rule it out. Default undefined. */
  readonly outOfRange?: 'undefined' | 'zero';
  readonly attributes?: Attributes;
}

export interface WriteOptions {
  readonly en?: BoolSig;
  /** Which lanes are written, lane 0 least significant. */
  readonly mask?: UIntSig | readonly (BoolSig | boolean)[];
}
export interface ReadOptions {
  /** The name of the data in the Verilog; default `<memory>_data`. */
  readonly name?: string;
  /** The word that is read is not one that another clock is writing: the design's own pointers see to it (E08). */
  readonly stable?: boolean;
}

export interface Mem<T extends HwType> {
  readonly depth: number;
  /** The type of an address. */
  readonly address: UInt;
  /** Writes a word at the next clock edge, if `en`. */
  write(address: UIntSig | Literal, data: SigOf<T> | Source<T>, options?: WriteOptions): void;
  /** The word after the next clock edge; it holds while `en` is false. */
  readSync(address: UIntSig | Literal, options?: ReadOptions & { readonly en?: BoolSig }): SigOf<T>;
  /** The word now. */
  readAsync(address: UIntSig | Literal, options?: ReadOptions): SigOf<T>;
  /**
   * A port that reads or writes, as block RAM has them (two of them: true dual port). It writes `data` when `en` and
   * `write`; when `en` and not `write` it reads; otherwise, and while it writes, the data it gives holds.
   */
  port(
    address: UIntSig | Literal,
    options: WriteOptions & ReadOptions & { readonly write: BoolSig; readonly data: SigOf<T> | Source<T> },
  ): SigOf<T>;
}

const TRUE = ir.constant(1n, 1, false);

/** A memory of the module being built, in the domains of its ports. */
export function mem<T extends HwType>(name: string, source: MemSource<T>): Mem<T> {
  const b = builder('mem()');
  const place = SourcePlace.capture();
  b.claim({ name, place });
  return new MemoryBuilder<T>(b, name, source, place);
}

class MemoryBuilder<T extends HwType> implements Mem<T> {
  readonly #b: ModuleBuilder;
  readonly #source: MemSource<T>;
  readonly #writes: MemoryWrite[] = [];
  readonly #reads: MemoryRead[] = [];
  readonly #item: Memory;
  #ports = 0;
  #asked = false;

  constructor(b: ModuleBuilder, name: string, source: MemSource<T>, place: SourcePlace) {
    this.#b = b;
    this.#source = source;
    const { depth, type, style = 'auto', collision = 'undefined', outOfRange = 'undefined' } = source;
    const leaves = leavesOfWord(type);
    const width = leaves.reduce((sum, l) => sum + l.type.width, 0);
    const fault = (message: string, help: string): void => b.report({ code: 'E13', message, place, help });
    if (!Number.isInteger(depth) || depth < 2)
      fault(
        `the memory \`${name}\` has a depth of ${depth}`,
        'give a whole number from 2; one word is a register',
      );
    if (width === 0)
      b.report({
        code: 'E17',
        message: `a word of the memory \`${name}\` has no bits`,
        place,
        help: 'give it a type with bits, or leave the memory out for these parameters',
      });
    let lanes = source.lanes ?? 1;
    if (!(Number.isInteger(lanes) && lanes > 0 && width % lanes === 0)) {
      fault(
        `a word of \`${name}\` has ${width} bits, which are not ${lanes} equal lanes`,
        'choose a number of lanes that divides the width',
      );
      lanes = 1;
    }
    this.#item = {
      kind: 'memory',
      name,
      depth: Math.max(2, Math.trunc(depth) || 2),
      element: type,
      leaves,
      width: Math.max(1, width),
      lanes,
      collision,
      outOfRange,
      style,
      init: initialWords(name, source, leaves, place),
      writes: this.#writes,
      reads: this.#reads,
      attributes: source.attributes,
      place,
    };
    b.item(this.#item);
  }

  get depth(): number {
    return this.#item.depth;
  }
  get address(): UInt {
    return uint(addressBits(this.#item.depth));
  }

  write(address: UIntSig | Literal, data: unknown, options: WriteOptions = {}): void {
    this.#write(address, data, options, enableOf(this.#b, options.en), SourcePlace.capture());
  }

  readSync(address: UIntSig | Literal, options: ReadOptions & { readonly en?: BoolSig } = {}): SigOf<T> {
    return this.#read('sync', address, options, enableOf(this.#b, options.en), SourcePlace.capture());
  }

  readAsync(address: UIntSig | Literal, options: ReadOptions = {}): SigOf<T> {
    return this.#read('async', address, options, TRUE, SourcePlace.capture());
  }

  port(
    address: UIntSig | Literal,
    options: WriteOptions & ReadOptions & { readonly write: BoolSig; readonly data: unknown },
  ): SigOf<T> {
    const place = SourcePlace.capture();
    const selected = enableOf(this.#b, options.en);
    const write = boolExpr(options.write, 'write', place);
    const shared = this.#ports++;
    this.#write(address, options.data, options, ir.bitwise('and', selected, write), place, shared);
    const reads = ir.bitwise('and', selected, ir.not(write));
    return this.#read('sync', address, options, reads, place, { shared, selected });
  }

  #write(
    address: UIntSig | Literal,
    data: unknown,
    { mask }: WriteOptions,
    enable: ir.Expr,
    place: SourcePlace,
    shared?: number,
  ): void {
    const { domain } = this.#b;
    this.#b.use(domain, false);
    this.#writes.push({
      kind: 'write',
      domain,
      enable,
      address: this.#address(address, place),
      data: wordOf(this.#item, data, place),
      mask: mask === undefined ? undefined : this.#mask(mask, place),
      shared,
      place,
    });
    this.#askCollision(place);
  }

  #read(
    kind: MemoryRead['kind'],
    address: UIntSig | Literal,
    { name = `${this.#item.name}_data`, stable = false }: ReadOptions,
    enable: ir.Expr,
    place: SourcePlace,
    port: Pick<MemoryRead, 'shared' | 'selected'> = {},
  ): SigOf<T> {
    const { leaves, width, element } = this.#item;
    const [only] = leaves;
    const isLeaf = only !== undefined && only.path.length === 0;
    const domain = kind === 'sync' ? this.#b.domain : undefined;
    if (domain) this.#b.use(domain, false);
    const type = isLeaf ? only.type : uint(width);
    const data = this.#b.declare(name, 'memoryRead', type, place, {
      domain,
      ...(stable ? { crosses: true } : {}),
    });
    this.#reads.push({ kind, domain, enable, address: this.#address(address, place), data, ...port, place });
    this.#askCollision(place);
    const byPath = new Map(leaves.map((l) => [l.path.join('.'), l]));
    const signal = signalOf(element, (path, leaf) => {
      if (isLeaf) return leafSignal(leaf, ir.ref(data));
      const { low } = byPath.get(path.join('.'))!;
      const bits = ir.slice(ir.ref(data), low + leaf.width - 1, low);
      return leafSignal(leaf, ir.wrap(bits, leaf.width, isSigned(leaf)));
    });
    return face(signal);
  }

  /** Of one clock, a write and a synchronous read can meet: what that gives is to be said. */
  #askCollision(place: SourcePlace): void {
    const synchronous = this.#reads.find((r) => r.kind === 'sync' && r.shared === undefined);
    const write = this.#writes.find((w) => w.shared === undefined);
    if (this.#asked || this.#source.collision !== undefined || !synchronous || !write) return;
    this.#asked = true;
    this.#b.report({
      code: 'E13',
      message: `\`${this.#item.name}\` does not say what a read of a word gives that is written at the same edge`,
      place,
      notes: [
        { text: 'written here', place: write.place },
        { text: 'read here', place: synchronous.place },
      ],
      help: "add collision: 'undefined' (free everywhere; the design never relies on it), 'old', or 'new'",
    });
  }

  #address(address: UIntSig | Literal, place: SourcePlace): ir.Expr {
    const { name, depth } = this.#item;
    const bits = addressBits(depth);
    const fault = (what: string, help: string): ir.Expr => {
      report('E13', `${what} \`${name}\`, which has ${depth} words`, { place, help });
      return ir.constant(0n, bits, false);
    };
    if (typeof address === 'number' || typeof address === 'bigint') {
      const at = BigInt(Number.isInteger(Number(address)) ? address : -1);
      if (at >= 0n && at < BigInt(depth)) return ir.constant(at, bits, false);
      return fault(`the address ${address} is outside`, `use 0 to ${depth - 1}`);
    }
    const s = inner(address);
    if (!(s instanceof IntSignal) || s.kind !== 'uint')
      return fault(`${describeValue(address)} cannot address`, 'give an unsigned integer');
    if (s.node.min >= BigInt(depth))
      return fault(`a ${describe(s.node)} is always outside`, `use 0 to ${depth - 1}`);
    if (s.node.max >= 1n << BigInt(bits))
      return fault(
        `a ${describe(s.node)} is too wide an address for`,
        `write .trunc(${bits}), which the address needs`,
      );
    return ir.wrap(s.node, bits, false);
  }

  #mask(mask: UIntSig | readonly (BoolSig | boolean)[], place: SourcePlace): ir.Expr | undefined {
    const { lanes, name } = this.#item;
    const bits = Array.isArray(mask)
      ? ir.concat(mask.map((m) => boolExpr(m as BoolSig | boolean, 'mask', place)).reverse())
      : (inner(mask as UIntSig) as IntSignal).node;
    if (this.#source.lanes !== undefined && bits?.width === lanes && !bits.signed) return bits;
    report(
      'E13',
      `a mask of ${bits?.width ?? 0} bits for \`${name}\`, which has ${lanes} lane${lanes > 1 ? 's' : ''}`,
      {
        place,
        help:
          this.#source.lanes === undefined
            ? 'declare the lanes: mem(…, { lanes: 4 })'
            : 'give a bit per lane',
      },
    );
    return undefined;
  }
}

/** Bits of an address of `depth` words. */
const addressBits = (depth: number): number => Math.max(1, ir.bitLength(BigInt(depth) - 1n));

const enableOf = (b: ModuleBuilder, en: BoolSig | undefined): ir.Expr =>
  ir.bitwise('and', b.guard, en === undefined ? TRUE : boolExpr(en, 'en', SourcePlace.capture()));

function boolExpr(value: BoolSig | boolean, what: string, place: SourcePlace): ir.Expr {
  if (typeof value === 'boolean') return ir.constant(value ? 1n : 0n, 1, false);
  const s = inner(value);
  if (s instanceof BoolSignal) return s.node;
  report('E01', `\`${what}\` of a memory port must be a bool, not ${describeValue(value)}`, {
    place,
    help: 'compare first: .ne(0), .eq(…), .any()',
  });
  return TRUE;
}
