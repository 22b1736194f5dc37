// A memory as text: the array with its attributes, its words at power-up, and a block for the ports of each clock in the
// form that synthesis tools take for block or distributed RAM (docs/rationale-state.md has what they make of it).
// Invariant: read data is registered, never the address; the array is named by nothing but its own ports.

import { type Domain, sameClock } from '../ir/domain.ts';
import * as ir from '../ir/expr.ts';
import type { Memory, MemoryRead, MemoryWrite } from '../ir/memory.ts';
import type { Attributes, Decl } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import { attributesText } from './attributes.ts';
import type { Dialect } from './dialect.ts';
import type { ExpressionPrinter } from './expression.ts';
import { range, vectorText } from './header.ts';
import { BLANK, type Line, line } from './layout.ts';
import { BREAK, constantText } from './text.ts';

export interface MemoryContext {
  readonly expressions: ExpressionPrinter;
  readonly comment: (place: SourcePlace) => string | undefined;
  /** The opening of a block at the clock of a domain. */
  readonly always: (domain: Domain, block: string) => string;
  readonly dialect: Dialect;
  /** A free name for what the text needs besides. */
  readonly claim: (name: string) => string;
  /** True once for read data that is still to be declared. */
  readonly takeUndeclared: (d: Decl) => boolean;
  /** Puts lines, after the wires that they read. */
  readonly put: (...lines: readonly Line[]) => void;
  /** The name of the wires that an expression of a port may need begins with it. */
  readonly consumer: (name: string) => void;
}

/** The registers that a bypass is printed as, in place of the one that a read port holds its data in. */
export interface BypassNames {
  /** Whether what was written is to be seen, a bit per lane. */
  readonly hit: string;
  readonly data: string;
  /** What was read. */
  readonly old: string;
}

/** Synchronous reads that see what is written at the same edge, by a bypass. */
export const hasBypass = (memory: Memory, read: MemoryRead): boolean =>
  read.kind === 'sync' && memory.collision === 'new' && bypassed(memory, read).length > 0;
const bypassed = (memory: Memory, read: MemoryRead): readonly MemoryWrite[] =>
  memory.writes.filter((w) => w.shared === undefined && sameClock(w.domain, read.domain!));

export class MemoryPrinter {
  readonly #memory: Memory;
  readonly #context: MemoryContext;
  readonly #bypass = new Map<MemoryRead, BypassNames>();

  constructor(memory: Memory, context: MemoryContext) {
    this.#memory = memory;
    this.#context = context;
  }

  /** Returns the bypasses that the text has. */
  print(): ReadonlyMap<MemoryRead, BypassNames> {
    const { name, width, depth, reads, writes, init } = this.#memory;
    const { put, consumer, takeUndeclared } = this.#context;
    consumer(name);
    const attributes = attributesText(memoryAttributes(this.#memory));
    put(BLANK, ...(attributes ? [line(1, attributes)] : []));
    const array = line(
      1,
      [this.#context.dialect.variable, range(width), name, `[0:${depth - 1}];`].filter(Boolean).join(' '),
    );
    // Two clocks that write one array are what the design asks for: the one warning that no other text avoids.
    const isShared = writes.some((w) => !sameClock(w.domain, writes[0]!.domain));
    if (isShared)
      put(
        line(1, '/* verilator lint_off MULTIDRIVEN */'),
        array,
        line(1, '/* verilator lint_on MULTIDRIVEN */'),
      );
    else put(array);
    for (const read of reads.filter((r) => r.kind === 'sync')) {
      if (hasBypass(this.#memory, read)) this.#declareBypass(read);
      else if (takeUndeclared(read.data))
        put(declaration(this.#context.dialect.variable, read.data.signed, read.data.width, read.data.name));
    }
    if (init?.length) put(BLANK, ...this.#initial(init));
    const blocks = this.#blocks();
    // What an initial block or a second block assigns as well, no always_ff may.
    const block = init || blocks.length > 1 ? 'always' : this.#context.dialect.flipFlops;
    for (const ports of blocks) this.#block(ports, block);
    put(BLANK);
    for (const read of reads) {
      if (read.kind === 'async') this.#assign(read.data, this.#word(read), read.place);
      else if (this.#bypass.has(read)) this.#assign(read.data, this.#selected(read), read.place);
    }
    put(BLANK);
    return this.#bypass;
  }

  /** Ports that share a block: those of one clock; a shared port has a block of its own. */
  #blocks(): (MemoryRead | MemoryWrite)[][] {
    const blocks: (MemoryRead | MemoryWrite)[][] = [];
    for (const port of [...this.#memory.writes, ...this.#memory.reads]) {
      if (port.kind === 'async') continue;
      const block = blocks.find(
        ([first]) => first!.shared === port.shared && sameClock(first!.domain!, port.domain!),
      );
      if (block) block.push(port);
      else blocks.push([port]);
    }
    return blocks;
  }

  #block(ports: readonly (MemoryRead | MemoryWrite)[], block: string): void {
    const { always, put } = this.#context;
    const [first] = ports;
    const body: Line[] = [];
    if (first!.shared !== undefined) {
      const [write, read] = ports as readonly [MemoryWrite, MemoryRead];
      const writing = this.#guarded(write.enable, this.#writeLines(write, 3), write.place);
      const reading = this.#guarded(read.selected!, this.#readLines(read, 3), undefined);
      // What follows the write of a port that is always selected needs no condition.
      const isBare = reading[0]!.indent === 3;
      body.push(
        ...writing.slice(0, -1),
        isBare ? line(2, 'end else begin') : { ...reading[0]!, cells: [`end else ${reading[0]!.cells[0]}`] },
        ...(isBare ? [...reading, line(2, 'end')] : reading.slice(1)),
      );
    } else {
      for (const port of ports)
        body.push(
          ...this.#guarded(
            port.enable,
            port.kind === 'write' ? this.#writeLines(port, 3) : this.#readLines(port, 3),
            port.place,
          ),
        );
    }
    put(BLANK, line(1, always(first!.domain!, block)), ...body.map(outdented(body)), line(1, 'end'));
  }

  /** `lines` under an `if`, or as they are when the condition is always true. */
  #guarded(condition: ir.Expr, lines: readonly Line[], place: SourcePlace | undefined): Line[] {
    const comment = place && this.#context.comment(place);
    if (condition.kind === 'const' && condition.value) {
      const [first, ...rest] = lines;
      return [{ ...first!, comment, place }, ...rest];
    }
    const text = this.#context.expressions.condition(condition);
    return [line(2, `if (${text}) begin`, comment, place), ...lines, line(2, 'end')];
  }

  #writeLines(write: MemoryWrite, indent: number): Line[] {
    const { name, width, lanes } = this.#memory;
    const { expressions } = this.#context;
    const target = `${name}[${expressions.index(write.address)}]`;
    if (!write.mask) return [line(indent, `${target} <= ${expressions.root(write.data, width)};`)];
    const size = width / lanes;
    return Array.from({ length: lanes }, (_, i) => {
      const [high, low] = [(i + 1) * size - 1, i * size];
      const select = lanes === 1 ? '' : size === 1 ? `[${low}]` : `[${high}:${low}]`;
      const data = expressions.root(part(write.data, high, low), size);
      return this.#guarded(
        part(write.mask!, i, i),
        [line(indent + 1, `${target}${select} <= ${data};`)],
        undefined,
      ).map((l): Line => (l.indent === 2 ? { ...l, indent } : l));
    }).flat();
  }

  #readLines(read: MemoryRead, indent: number): Line[] {
    const bypass = this.#bypass.get(read);
    const word = this.#word(read);
    if (!bypass) return [line(indent, `${read.data.name} <= ${word};`)];
    const { expressions } = this.#context;
    const [write] = bypassed(this.#memory, read) as readonly [MemoryWrite];
    const same = ir.bitwise('and', write.enable, ir.compare('eq', write.address, read.address));
    // A write past the end does nothing, so it is not to be seen either.
    const meets = this.#memory.outOfRange === 'zero' ? ir.bitwise('and', same, this.#inside(read)) : same;
    const { lanes, width } = this.#memory;
    const all = ir.concat(Array.from({ length: lanes }, () => meets));
    const hit = write.mask ? ir.bitwise('and', write.mask, all) : meets;
    return [
      line(indent, `${bypass.old} <= ${word};`),
      line(indent, `${bypass.hit} <= ${expressions.root(hit, hit.width)};`),
      line(indent, `${bypass.data} <= ${expressions.root(write.data, width)};`),
    ];
  }

  #declareBypass(read: MemoryRead): void {
    const { claim, put } = this.#context;
    const { name } = read.data;
    const { width, lanes } = this.#memory;
    const [write] = bypassed(this.#memory, read);
    const made = { old: claim(`${name}_old`), hit: claim(`${name}_hit`), data: claim(`${name}_new`) };
    this.#bypass.set(read, made);
    put(
      declaration(this.#context.dialect.variable, false, width, made.old),
      declaration(this.#context.dialect.variable, false, write!.mask ? lanes : 1, made.hit),
      declaration(this.#context.dialect.variable, false, width, made.data),
    );
  }

  /** The word that a bypass gives, lane by lane. */
  #selected(read: MemoryRead): string {
    const { old, hit, data } = this.#bypass.get(read)!;
    const { width, lanes } = this.#memory;
    const [write] = bypassed(this.#memory, read);
    if (!write!.mask || lanes === 1) return `${hit} ? ${data} : ${old}`;
    const size = width / lanes;
    const select = (i: number): string => (size === 1 ? `[${i}]` : `[${(i + 1) * size - 1}:${i * size}]`);
    const parts = Array.from({ length: lanes }, (_, k) => {
      const i = lanes - 1 - k;
      return `${hit}[${i}] ? ${data}${select(i)} : ${old}${select(i)}`;
    });
    return `{${parts.join(`,${BREAK} `)}}`;
  }

  /** Whether a read is of a word that there is; constant where the range of the address decides it. */
  #inside({ address }: MemoryRead): ir.Expr {
    const depth = BigInt(this.#memory.depth);
    return ir.compare('lt', address, ir.constant(depth, ir.bitLength(depth), false));
  }

  /** The word that a read port finds; 0 past the end where the memory says so. */
  #word(read: MemoryRead): string {
    const { name, width, outOfRange } = this.#memory;
    const { expressions } = this.#context;
    const word = `${name}[${expressions.index(read.address)}]`;
    if (outOfRange === 'undefined') return word;
    const inside = this.#inside(read);
    if (inside.kind === 'const') return word;
    return `(${expressions.condition(inside)}) ? ${word} : ${constantText(0n, width, false)}`;
  }

  #assign(d: Decl, text: string, place: SourcePlace): void {
    const { put, takeUndeclared, comment } = this.#context;
    if (takeUndeclared(d))
      put({
        indent: 1,
        run: 'wire',
        cells: ['wire', vectorText(d.signed, d.width), d.name, `= ${text};`],
        comment: comment(place),
        place,
      });
    else
      put({
        indent: 1,
        run: 'assign',
        cells: ['assign', d.name, `= ${text};`],
        comment: comment(place),
        place,
      });
  }

  #initial(init: readonly bigint[]): Line[] {
    const { name, width } = this.#memory;
    return [
      line(1, 'initial begin'),
      ...init.map(
        (word, i): Line => ({
          indent: 2,
          run: 'word',
          cells: [`${name}[${i}]`, `= ${constantText(word, width, false)};`],
        }),
      ),
      line(1, 'end'),
    ];
  }
}

/** What tells synthesis the style, and that no read relies on what a colliding write gives. */
function memoryAttributes({ style, collision, writes, reads, attributes }: Memory): Attributes {
  const meets = writes.some((w) =>
    reads.some((r) => r.kind === 'sync' && (collision !== 'old' || !sameClock(w.domain, r.domain!))),
  );
  return {
    ...(style === 'auto' ? {} : { [writes.length ? 'ram_style' : 'rom_style']: style }),
    ...(meets ? { no_rw_check: true } : {}),
    ...attributes,
  };
}

const declaration = (kind: string, signed: boolean, width: number, name: string): Line => ({
  indent: 1,
  run: 'memory',
  cells: [kind, vectorText(signed, width), `${name};`],
});

/** Statements without an `if` around them stand where the `if` would. */
const outdented =
  (body: readonly Line[]) =>
  (l: Line, i: number): Line => {
    let open = false;
    for (let k = i; k >= 0; k--)
      if (body[k]!.indent === 2) {
        open = body[k]!.cells[0]!.endsWith('begin');
        break;
      }
    return open || l.indent < 3 ? l : { ...l, indent: l.indent - 1 };
  };

/** Bits [high:low] of a value: of the part of a concatenation that holds them all, where there is one. */
function part(e: ir.Expr, high: number, low: number): ir.Expr {
  if (e.kind !== 'concat') return ir.slice(e, high, low);
  let at = e.width;
  for (const p of e.args) {
    at -= p.width;
    if (low >= at && high < at + p.width) {
      const isWhole = high - low + 1 === p.width;
      return isWhole ? ir.wrap(p, p.width, false) : part(p, high - at, low - at);
    }
  }
  return ir.slice(e, high, low);
}
