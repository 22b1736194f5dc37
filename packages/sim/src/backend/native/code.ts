// Bytes of a WebAssembly module: numbers in LEB128, sections, function bodies.
// Invariant: only grows. It knows the binary format and nothing of designs.

export class Bytes {
  #bytes = new Uint8Array(256);
  length = 0;

  byte(value: number): this {
    if (this.length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.length++] = value;
    return this;
  }

  /** An unsigned number. */
  unsigned(value: number): this {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  /** A signed number of 32 bits. */
  signed(value: number): this {
    let rest = value | 0;
    for (;;) {
      const bits = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (bits & 0x40) === 0) || (rest === -1 && (bits & 0x40) !== 0)) return this.byte(bits);
      this.byte(bits | 0x80);
    }
  }

  /** A signed number of 64 bits, as two halves. */
  signed64(low: number, high: number): this {
    if (high === low >> 31) return this.signed(low);
    let rest = (BigInt(high) << 32n) | BigInt(low >>> 0);
    for (;;) {
      const bits = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && (bits & 0x40) === 0) || (rest === -1n && (bits & 0x40) !== 0))
        return this.byte(bits);
      this.byte(bits | 0x80);
    }
  }

  /** 32 bits as they are in memory. */
  word32(value: number): this {
    for (let at = 0; at < 32; at += 8) this.byte((value >> at) & 0xff);
    return this;
  }

  text(value: string): this {
    const bytes = Uint8Array.from(value, (c) => c.charCodeAt(0));
    return this.unsigned(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  append(other: Bytes): this {
    return this.raw(other.view());
  }

  /** With its length before it. */
  block(other: Bytes): this {
    return this.unsigned(other.length).append(other);
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more));
    wider.set(this.view());
    this.#bytes = wider;
  }
}

export interface FunctionCode {
  /** Number of i32 parameters, 0 or 1, and results, 0 or 1. */
  readonly parameters: 0 | 1;
  readonly results: 0 | 1;
  /** Locals declaration and code, without the final `end`. */
  readonly body: Bytes;
  readonly exported?: string | undefined;
}

/** A function of the module that the memory comes from. */
export interface ImportedFunction extends Pick<FunctionCode, 'parameters' | 'results'> {
  readonly name: string;
}
/** What a module that runs in the memory of another takes from it; its functions come first in the numbering. */
export interface Imports {
  readonly module: string;
  readonly functions: readonly ImportedFunction[];
}

const I32 = 0x7f;
/** Kinds of what is imported and exported. */
const FUNCTION = 0;
const MEMORY = 2;
const typeOf = ({ parameters, results }: Pick<FunctionCode, 'parameters' | 'results'>): number =>
  2 * parameters + results;

/**
 * A module with the functions, and a memory of `pages` pages of 64 KiB called `memory`: its own, which it exports, or one
 * that it imports.
 */
export function moduleBytes(
  functions: readonly FunctionCode[],
  pages: number,
  imports?: Imports,
): Uint8Array<ArrayBuffer> {
  const out = new Bytes();
  for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(b);
  const section = (id: number, fill: (s: Bytes) => void): void => {
    const s = new Bytes();
    fill(s);
    out.byte(id).block(s);
  };
  section(1, (s) => {
    s.unsigned(4);
    for (const parameters of [0, 1]) {
      for (const results of [0, 1]) {
        s.byte(0x60).unsigned(parameters);
        if (parameters) s.byte(I32);
        s.unsigned(results);
        if (results) s.byte(I32);
      }
    }
  });
  if (imports)
    section(2, (s) => {
      s.unsigned(imports.functions.length + 1);
      s.text(imports.module).text('memory').byte(MEMORY).byte(0).unsigned(pages);
      for (const f of imports.functions)
        s.text(imports.module).text(f.name).byte(FUNCTION).unsigned(typeOf(f));
    });
  section(3, (s) => {
    s.unsigned(functions.length);
    for (const f of functions) s.unsigned(typeOf(f));
  });
  if (!imports) section(5, (s) => s.unsigned(1).byte(0).unsigned(pages));
  section(7, (s) => {
    const first = imports?.functions.length ?? 0;
    const exported = functions.flatMap((f, i) =>
      f.exported === undefined ? [] : [{ name: f.exported, index: first + i }],
    );
    s.unsigned(exported.length + (imports ? 0 : 1));
    if (!imports) s.text('memory').byte(MEMORY).unsigned(0);
    for (const { name, index } of exported) s.text(name).byte(FUNCTION).unsigned(index);
  });
  section(10, (s) => {
    s.unsigned(functions.length);
    for (const { body } of functions) {
      s.unsigned(body.length + 1)
        .append(body)
        .byte(0x0b);
    }
  });
  return Uint8Array.from(out.view());
}
