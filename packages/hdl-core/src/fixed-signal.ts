// Fixed-point signals: an integer expression and a binary point, which costs nothing.
// Invariant: value = integer / 2^fractionBits. Every operator is exact and its width follows from the exact range; bits are
// lost in `to`, `toSInt` and `toUInt` alone, which say how.

import { report } from './builder.ts';
import * as ir from './ir/expr.ts';
import { type Rounding, roundShift, saturate } from './ir/round.ts';
import { greatest, least } from './ir/select.ts';
import { LeafSignal } from './leaf-base.ts';
import { BoolSignal, describeValue, IntSignal } from './leaf-signal.ts';
import { type Fixed, fixed } from './types.ts';

type Operand = FixedSignal | number;

export class FixedSignal extends LeafSignal {
  readonly type: Fixed;
  readonly #fraction: number;

  constructor(node: ir.Expr, fractionBits: number) {
    super(node);
    this.#fraction = fractionBits;
    this.type = fixed(node.signed, node.width - fractionBits, fractionBits);
  }

  get range(): { readonly min: number; readonly max: number } {
    const scale = 2 ** this.#fraction;
    return { min: Number(this.node.min) / scale, max: Number(this.node.max) / scale };
  }
  add(o: Operand): FixedSignal {
    return this.#aligned(o, 'add', ir.add);
  }
  sub(o: Operand): FixedSignal {
    return this.#aligned(o, 'sub', ir.sub);
  }
  mul(o: Operand): FixedSignal {
    const b = this.#operand(o, 'mul');
    const [x, y] = sameSign(this.node, b.node);
    return new FixedSignal(ir.mul(x, y), this.#fraction + b.#fraction);
  }
  neg(): FixedSignal {
    return new FixedSignal(ir.neg(this.node), this.#fraction);
  }
  abs(): FixedSignal {
    if (!this.node.signed) return this;
    return new FixedSignal(new IntSignal(this.node).abs().node, this.#fraction);
  }
  min(o: Operand): FixedSignal {
    return this.#aligned(o, 'min', least);
  }
  max(o: Operand): FixedSignal {
    return this.#aligned(o, 'max', greatest);
  }
  /** x * 2^n: the binary point moves, the bits stay. */
  scale(n: number): FixedSignal {
    const fraction = this.#fraction - n;
    return fraction >= 0
      ? new FixedSignal(this.node, fraction)
      : new FixedSignal(ir.shl(this.node, -fraction), 0);
  }
  eq(o: Operand): BoolSignal {
    return this.#compare('eq', o);
  }
  ne(o: Operand): BoolSignal {
    return this.#compare('ne', o);
  }
  lt(o: Operand): BoolSignal {
    return this.#compare('lt', o);
  }
  le(o: Operand): BoolSignal {
    return this.#compare('le', o);
  }
  gt(o: Operand): BoolSignal {
    return this.#compare('gt', o);
  }
  ge(o: Operand): BoolSignal {
    return this.#compare('ge', o);
  }
  to(type: Fixed, how: { round?: Rounding; overflow?: 'saturate' | 'wrap' } = {}): FixedSignal {
    const lost = this.#fraction - type.fractionBits;
    if (lost > 0 && !how.round) this.#wouldLose(type, `${lost} fraction bits`, "round: 'half-even'");
    const node = withFraction(this.node, -lost, how.round ?? 'floor');
    const inside = ir.fits(node.min, node.max, type.width, type.signed);
    if (!inside && !how.overflow) this.#wouldLose(type, 'high bits', "overflow: 'saturate'");
    const bits =
      how.overflow === 'saturate'
        ? saturate(node, type.width, type.signed)
        : ir.wrap(node, type.width, type.signed);
    return new FixedSignal(bits, type.fractionBits);
  }
  toSInt(round: Rounding): IntSignal {
    const value = new IntSignal(roundShift(this.node, this.#fraction, round));
    return value.node.signed ? value : value.toSInt();
  }
  toUInt(round: Rounding): IntSignal {
    const value = new IntSignal(roundShift(this.node, this.#fraction, round));
    return value.node.signed ? value.toUInt() : value;
  }
  asUInt(): IntSignal {
    return new IntSignal(this.node).asUInt();
  }
  asSInt(): IntSignal {
    return new IntSignal(this.node).asSInt();
  }

  /** This where `condition` holds, else `other`. */
  choose(condition: ir.Expr, other: FixedSignal): FixedSignal {
    return this.#aligned(other, 'mux', (a, b) => ir.mux(condition, a, b));
  }

  /** The integer that is the same value with `fractionBits` bits behind the point, which are no fewer than now. */
  withFraction(fractionBits: number): ir.Expr {
    return ir.shl(this.node, fractionBits - this.#fraction);
  }

  #wouldLose(type: Fixed, what: string, option: string): void {
    report('E02', `.to() from ${textOf(this)} to ${textOf({ type })} would lose ${what}`, {
      help: `say how: .to(type, { ${option} })`,
    });
  }

  #aligned(o: Operand, operator: string, f: (a: ir.Expr, b: ir.Expr) => ir.Expr): FixedSignal {
    const [a, b, fraction] = this.#pair(o, operator);
    return new FixedSignal(f(a, b), fraction);
  }

  #compare(kind: ir.CompareKind, o: Operand): BoolSignal {
    const [a, b] = this.#pair(o, kind);
    return new BoolSignal(ir.compare(kind, a, b));
  }

  /** Both operands with one binary point and one sign. */
  #pair(o: Operand, operator: string): [ir.Expr, ir.Expr, number] {
    const b = this.#operand(o, operator);
    const fraction = Math.max(this.#fraction, b.#fraction);
    return [...sameSign(this.withFraction(fraction), b.withFraction(fraction)), fraction];
  }

  #operand(o: Operand, operator: string): FixedSignal {
    if (o instanceof FixedSignal) return o;
    const scaled = typeof o === 'number' ? scaledLiteral(o, this.#fraction) : undefined;
    if (scaled !== undefined) return new FixedSignal(ir.constant(scaled), this.#fraction);
    const isNumber = typeof o === 'number';
    report(isNumber ? 'E02' : 'E01', `.${operator}() of ${textOf(this)} with ${describeValue(o)}`, {
      help: isNumber
        ? `it is no multiple of 2^-${this.#fraction}; write a value that is, or a literal() of a finer type`
        : 'give an integer a binary point: .asFixed(fractionBits)',
    });
    return new FixedSignal(ir.constant(0n), 0);
  }
}

const textOf = ({ type }: { readonly type: Fixed }): string =>
  `${type.signed ? 'sfix' : 'ufix'}(${type.integerBits}, ${type.fractionBits})`;

/** `value` * 2^fractionBits where that is an integer. */
export function scaledLiteral(value: number, fractionBits: number): bigint | undefined {
  const scaled = value * 2 ** fractionBits;
  return Number.isSafeInteger(scaled) ? BigInt(scaled) : undefined;
}

function withFraction(e: ir.Expr, more: number, round: Rounding): ir.Expr {
  return more >= 0 ? ir.shl(e, more) : roundShift(e, -more, round);
}

/** An unsigned operand next to a signed one gets a sign of its own. */
function sameSign(a: ir.Expr, b: ir.Expr): [ir.Expr, ir.Expr] {
  if (a.signed === b.signed) return [a, b];
  const signed = (e: ir.Expr): ir.Expr => (e.signed ? e : ir.wrap(e, e.width + 1, true));
  return [signed(a), signed(b)];
}
