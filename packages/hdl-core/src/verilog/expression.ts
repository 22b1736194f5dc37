// Expressions as Verilog text by one rule: `modular(e, W)` is text of exactly W bits that equals e modulo 2^W.
// Invariant: every operand of a context-determined operator is printed at exactly the width of its context, so Verilog's
// implicit extension and sign rules never decide a value (a plain `a * b` or `a + b` at the root of a declaration is the
// one exception, where both operands are declared with the sign of the result). What Verilog cannot say inline gets a
// wire of its own through `spill`.

import type { EnumLabel, Expr } from '../ir/expr.ts';
import { bitLength, constant, isLossless, minOf, wrapValue } from '../ir/expr.ts';
import type { Decl } from '../ir/module.ts';
import type { CountKind } from '../ir/select.ts';
import {
  ATOM,
  atom,
  BREAK,
  bitwise,
  constantAtom,
  constantText,
  infix,
  LEVEL,
  parenthesised,
  SYMBOL,
  signExtended,
  type Text,
  UNARY,
  unary,
  zeroExtended,
} from './text.ts';

const COMPARE = { eq: '==', ne: '!=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;
const REDUCE = { reduceAnd: '&', reduceOr: '|', reduceXor: '^' } as const;

export interface Spiller {
  /** Name of a wire that holds `e`, declared before the text under way. */
  wireFor(e: Expr): string;
  /** True when `e` has, or shall have, a wire of its own. */
  isSpilled(e: Expr): boolean;
  /** Records that bits [high:low] of a signal are read. */
  use(name: string, high: number, low: number): void;
  /** The `localparam` of an enum label, where the module declares one. */
  labelName(label: EnumLabel): string;
  /** The function that counts in an operand of `width` bits, which the module defines. */
  functionName(kind: CountKind, width: number): string;
  /** Name of a declaration in this module's text. */
  nameOf(decl: Decl): string;
}

export class ExpressionPrinter {
  readonly #spiller: Spiller;
  constructor(spiller: Spiller) {
    this.#spiller = spiller;
  }

  /** Text for the right side of an assignment to a signal of `width` bits. */
  root(e: Expr, width: number): string {
    const value = this.#strip(e, width);
    if (value.kind === 'shrBy' && value.signed && width === value.width && !this.#spiller.isSpilled(value)) {
      return this.#arithmeticShift(value);
    }
    return (this.#implicit(value, width) ?? this.#modular(value, width)).text;
  }

  /** Text of a one-bit expression in an `if`. */
  condition(e: Expr): string {
    return this.#modular(e, 1).text;
  }

  /**
   * Text of an index. Verilog would take it for negative where it is signed, and tools differ in the width of one that is
   * computed in place.
   */
  index(e: Expr): string {
    let text = this.#modular(e, e.width);
    if (text.level < ATOM) text = this.#extended(this.#spiller.wireFor(e), e, e.width);
    return text.signed ? `$unsigned(${text.text})` : text.text;
  }

  /** Text of a self-determined operand: exactly the expression's own width. */
  operand(e: Expr): string {
    return this.#modular(e, e.width).text;
  }

  /** Text that a decimal format shows as the value of `e`: signed exactly when `e` is. */
  shown(e: Expr): string {
    if (e.signed) return this.#signed(e, e.width).text;
    const t = this.#modular(e, e.width);
    return t.signed ? `$unsigned(${t.text})` : t.text;
  }

  /** `a + b`, `a - b`, `a * b` of two signals where Verilog's own extension is right and every linter agrees. */
  #implicit(e: Expr, width: number): Text | undefined {
    if (this.#spiller.isSpilled(e)) return undefined;
    if (e.kind === 'mul') {
      const [a, b] = e.args as readonly [Expr, Expr];
      if (width < Math.max(a.width, b.width) || a.signed !== b.signed) return undefined;
      const factor = (f: Expr): Text =>
        f.kind === 'const' ? constantAtom(f.value, width, f.signed) : this.#name(f);
      return infix('*', LEVEL.mul, factor(a), factor(b));
    }
    if (e.kind === 'add' || e.kind === 'sub') {
      const [a, b] = e.args as readonly [Expr, Expr];
      if (width !== a.width + 1 || a.width !== b.width || a.signed !== b.signed) return undefined;
      if (!this.#isName(a) || !this.#isName(b)) return undefined;
      return infix(SYMBOL[e.kind], LEVEL[e.kind], this.#name(a), this.#name(b));
    }
    return undefined;
  }

  #isName(e: Expr): boolean {
    return e.kind === 'ref' || this.#spiller.isSpilled(e);
  }

  /** A declared name, or a conversion that Verilog can say, whose sign is that of the expression. */
  #name(e: Expr): Text {
    if (e.kind === 'wrap' && e.signed && !this.#spiller.isSpilled(e)) {
      return atom(`$signed(${this.#modular(e, e.width).text})`, true);
    }
    const name = this.#reference(e);
    this.#spiller.use(name, e.width - 1, 0);
    return atom(name, e.signed);
  }

  /** The name that holds `e`, its bits not yet counted as read. */
  #reference(e: Expr): string {
    return e.kind === 'ref' ? this.#spiller.nameOf(e.decl) : this.#spiller.wireFor(e);
  }

  /** A `wrap` that a context of `width` bits performs anyway is not printed. */
  #strip(e: Expr, width: number): Expr {
    let value = e;
    while (
      value.kind === 'wrap' &&
      (width <= value.width || isLossless(value)) &&
      !this.#spiller.isSpilled(value)
    ) {
      value = value.args[0]!;
    }
    return value;
  }

  #modular(e: Expr, width: number): Text {
    if (e.kind === 'ref' || this.#spiller.isSpilled(e)) return this.#extended(this.#reference(e), e, width);
    const [a, b] = e.args as readonly [Expr, Expr];
    switch (e.kind) {
      case 'const':
        if (e.label && width === e.width) return atom(this.#spiller.labelName(e.label));
        return constantAtom(wrapValue(e.value, width, e.signed), width, e.signed);
      case 'add':
      case 'sub':
        return this.#sum(e.kind, a, b, width);
      case 'mul':
        if (width > e.width) return this.#extended(this.#reference(e), e, width);
        return infix('*', LEVEL.mul, this.#modular(a, width), this.#modular(b, width));
      case 'and':
      case 'or':
      case 'xor':
        if (width > e.width && !e.signed) return zeroExtended(this.#modular(e, e.width), e.width, width);
        return bitwise(e.kind, this.#modular(a, width), this.#modular(b, width));
      case 'neg':
        return unary('-', this.#modular(a, width));
      case 'not':
        if (width > e.width && !e.signed) return zeroExtended(this.#modular(e, e.width), e.width, width);
        return unary('~', this.#modular(a, width));
      case 'mux':
        return this.#mux(e, width);
      case 'shl':
        if (width <= e.amount) return atom(constantText(0n, width, false));
        return atom(
          `{${this.#modular(a, width - e.amount).text},${BREAK} ${constantText(0n, e.amount, false)}}`,
        );
      case 'shr':
        return this.#bits(a, a.width - 1, e.amount, e, width);
      case 'slice':
        return this.#bits(a, e.high, e.low, e, width);
      case 'shlBy':
        return this.#shift('<<', this.#modular(a, width), b);
      case 'shrBy':
        if (e.signed || width < e.width) return this.#extended(this.#reference(e), e, width);
        return this.#shift('>>', this.#modular(a, width), b);
      case 'concat':
        return this.#concat(e, width);
      case 'wrap':
        return this.#wrap(e, width);
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
        return zeroExtended(this.#compare(e.kind, a, b), 1, width);
      case 'popCount':
      case 'leadingZeros':
      case 'trailingZeros': {
        if (width < e.width) return this.#extended(this.#reference(e), e, width);
        const call = `${this.#spiller.functionName(e.kind, a.width)}(${this.#modular(a, a.width).text})`;
        return zeroExtended(atom(call), e.width, width);
      }
      case 'bitsAt':
        if (width < e.width) return this.#extended(this.#reference(e), e, width);
        return zeroExtended(this.#bitsAt(e, a, b), e.width, width);
      case 'index':
        return this.#choice(e, width);
      case 'reduceAnd':
      case 'reduceOr':
      case 'reduceXor': {
        const reduced = unary(REDUCE[e.kind], this.#modular(a, a.width));
        return zeroExtended({ ...reduced, signed: false }, 1, width);
      }
    }
  }

  /** A named signal in a context of `width` bits: whole, sliced, or extended by its sign. */
  #extended(name: string, e: Expr, width: number): Text {
    if (width < e.width) {
      this.#spiller.use(name, width - 1, 0);
      return atom(width === 1 ? `${name}[0]` : `${name}[${width - 1}:0]`);
    }
    this.#spiller.use(name, e.width - 1, 0);
    if (width === e.width) return atom(name, e.signed);
    const more = width - e.width;
    if (!e.signed) return atom(`{${constantText(0n, more, false)}, ${name}}`);
    const sign = e.width === 1 ? name : `${name}[${e.width - 1}]`;
    return signExtended(sign, more, name);
  }

  /** Bits [high:low] of `a`, read as the shifted or sliced value `e`, in `width` bits. */
  #bits(a: Expr, high: number, low: number, e: Expr, width: number): Text {
    if (low === 0 && high < a.width && width <= high + 1) return this.#modular(a, width);
    if (low > high) {
      // A shift past the end leaves the sign only.
      if (!e.signed) return atom(constantText(0n, width, false));
      return this.#bits(a, a.width - 1, a.width - 1, e, width);
    }
    const inside = a.kind === 'wrap' ? a.args[0]! : a;
    if (inside !== a && high < inside.width && !this.#spiller.isSpilled(a))
      return this.#bits(inside, high, low, e, width);
    const count = high - low + 1;
    const kept = Math.min(width, count);
    const name = this.#reference(a);
    const top = low + kept - 1;
    this.#spiller.use(name, top, low);
    const picked = a.width === 1 ? name : top === low ? `${name}[${low}]` : `${name}[${top}:${low}]`;
    if (width <= count) return atom(picked);
    if (!e.signed) return atom(`{${constantText(0n, width - count, false)}, ${picked}}`);
    const sign = a.width === 1 ? name : `${name}[${high}]`;
    this.#spiller.use(name, high, high);
    return signExtended(sign, width - count, picked);
  }

  /** `a[n]`, `a[n +: 4]`: the index exactly as wide as the places of `a` need. */
  #bitsAt(e: Expr, a: Expr, low: Expr): Text {
    const [viewed] = a.args;
    const isView = a.kind === 'wrap' && viewed!.width === a.width && !this.#spiller.isSpilled(a);
    const name = this.#reference(isView ? viewed! : a);
    this.#spiller.use(name, a.width - 1, 0);
    const place = this.#modular(low, bitLength(BigInt(a.width - 1))).text;
    const bits = atom(e.width === 1 ? `${name}[${place}]` : `${name}[${place} +: ${e.width}]`);
    if (low.max + BigInt(e.width) <= BigInt(a.width)) return bits;
    const inside = parenthesised(this.#compare('lt', low, constant(BigInt(a.width))), LEVEL.relation);
    const text = `${inside}${BREAK} ? ${bits.text}${BREAK} : ${constantText(0n, e.width, false)}`;
    return { text, level: LEVEL.mux, signed: false };
  }

  /** A few elements by index: `n == 2'd0 ? a : n == 2'd1 ? b : c`. */
  #choice(e: Expr, width: number): Text {
    const [at, ...elements] = e.args as readonly [Expr, ...Expr[]];
    const last = elements.pop()!;
    const [first] = elements;
    if (elements.length === 1 && at.width === 1) {
      const [yes, no] = [this.#modular(last, width), this.#modular(first!, width)];
      const condition = parenthesised(this.#modular(at, 1), LEVEL.relation);
      const text = `${condition}${BREAK} ? ${parenthesised(yes, LEVEL.mux + 1)}${BREAK} : ${no.text}`;
      return { text, level: LEVEL.mux, signed: yes.signed && no.signed };
    }
    const arms = elements.map((element, i) => {
      const isHere = this.#compare('eq', at, constant(BigInt(i), at.width, false));
      const here = parenthesised(isHere, LEVEL.equality).replaceAll(BREAK, '');
      return `${here}${BREAK} ? ${parenthesised(this.#modular(element, width), LEVEL.mux + 1)}${BREAK} : `;
    });
    return { text: arms.join('') + this.#modular(last, width).text, level: LEVEL.mux, signed: false };
  }

  #sum(kind: 'add' | 'sub', a: Expr, b: Expr, width: number): Text {
    const left = this.#modular(a, width);
    // a + (-5) and a - (-5) print as a - 5 and a + 5.
    if (b.kind === 'const' && b.value < 0n && b.value !== minOf(width, true) && b.width <= width) {
      const flipped = kind === 'add' ? 'sub' : 'add';
      return infix(SYMBOL[flipped], LEVEL[flipped], left, atom(constantText(-b.value, width, false)));
    }
    if (b.kind === 'const') {
      const text = constantText(wrapValue(b.value, width, false), width, false);
      return infix(SYMBOL[kind], LEVEL[kind], left, atom(text));
    }
    return infix(SYMBOL[kind], LEVEL[kind], left, this.#modular(b, width));
  }

  #mux(e: Expr, width: number): Text {
    const [c, a, b] = e.args as readonly [Expr, Expr, Expr];
    const condition = parenthesised(this.#modular(c, 1), LEVEL.relation);
    const arm = this.#modular(a, width);
    const yes = { text: parenthesised(arm, LEVEL.mux + 1), signed: arm.signed };
    const no = this.#modular(b, width);
    const text = `${condition}${BREAK} ? ${yes.text}${BREAK} : ${no.text}`;
    return { text, level: LEVEL.mux, signed: yes.signed && no.signed };
  }

  #concat(e: Expr, width: number): Text {
    const parts: Text[] = [];
    let room = width;
    // From the least significant part up; what does not fit in the context is left out.
    for (const part of [...e.args].reverse()) {
      if (room <= 0) break;
      parts.unshift(this.#modular(part, Math.min(part.width, room)));
      room -= part.width;
    }
    if (room > 0) parts.unshift(constantAtom(0n, room, false));
    if (parts.length === 1) return parts[0]!;
    const texts = parts.map((p) => p.text);
    if (texts.every((t) => t === texts[0])) return atom(`{${texts.length}{${texts[0]}}}`);
    return atom(`{${texts.join(`,${BREAK} `)}}`);
  }

  #wrap(e: Expr & { kind: 'wrap' }, width: number): Text {
    const a = e.args[0]!;
    if (width <= e.width || isLossless(e)) return this.#modular(a, width);
    if (!e.signed) return zeroExtended(this.#modular(a, e.width), e.width, width);
    if (a.kind !== 'ref' || a.width < e.width) return this.#extended(this.#spiller.wireFor(e), e, width);
    const name = this.#spiller.nameOf(a.decl);
    this.#spiller.use(name, e.width - 1, 0);
    const low = a.width === e.width ? name : e.width === 1 ? `${name}[0]` : `${name}[${e.width - 1}:0]`;
    const sign = a.width === 1 ? name : `${name}[${e.width - 1}]`;
    return signExtended(sign, width - e.width, low);
  }

  #compare(kind: keyof typeof COMPARE, a: Expr, b: Expr): Text {
    const width = Math.max(a.width, b.width);
    const isOrder = kind !== 'eq' && kind !== 'ne';
    const side = (e: Expr): Text => (isOrder && a.signed ? this.#signed(e, width) : this.#modular(e, width));
    let left = side(a);
    const right = side(b);
    // The bits of two signed names are compared as unsigned only if one of them says so.
    if (isOrder && !a.signed && left.signed && right.signed) left = atom(`$unsigned(${left.text})`);
    const level = isOrder ? LEVEL.relation : LEVEL.equality;
    return { ...infix(COMPARE[kind], level, left, right), signed: false };
  }

  /** Text that Verilog itself takes as signed, `width` bits wide. */
  #signed(e: Expr, width: number): Text {
    if (e.kind === 'const') return constantAtom(e.value, width, true);
    if (e.signed && e.width === width && this.#isName(e)) return this.#name(e);
    return atom(`$signed(${this.#modular(e, width).text})`, true);
  }

  #shift(symbol: string, value: Text, by: Expr): Text {
    const amount = atom(parenthesised(this.#modular(by, by.width), UNARY));
    const left = atom(parenthesised(value, UNARY));
    return { ...infix(symbol, LEVEL.shift, left, amount), signed: value.signed };
  }

  /** The text of an arithmetic right shift by a signal: it stands alone on its line, so its sign is its own. */
  #arithmeticShift(e: Expr): string {
    const [a, by] = e.args as readonly [Expr, Expr];
    return infix('>>>', LEVEL.shift, this.#signed(a, e.width), this.#modular(by, by.width)).text;
  }
}
