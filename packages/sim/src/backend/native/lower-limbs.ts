// Expressions with a value or an argument wider than 64 bits, as limbs of 64 bits.
// Invariant: as in lower.ts, a result is held in the form of its expression; what limbs do is lower-wide.ts's.

import type { Expr } from '@gatewright/hdl-core';
import { type Form, type Lowering, limbsFor, type Value, wordOf } from './lower.ts';
import type { SelectExpr } from './lower-select.ts';
import type { Wide, WideLowering } from './lower-wide.ts';
import { Op, type WordType } from './opcode.ts';

/** The value of `e`, given those of its arguments; `wide` computes with limbs. */
export function lowerLimbs(
  l: Lowering,
  wide: WideLowering,
  e: Exclude<Expr, SelectExpr | { kind: 'const' | 'ref' }>,
  args: readonly Value[],
): Value {
  const forms = e.args;
  const limbs = (i: number, n = limbsFor(e.width)): Wide => l.limbs(args[i]!, forms[i]!, n);
  const own = forms[0] ? Math.max(1, limbsFor(forms[0].width)) : 1;
  const result = (all: Wide): Value =>
    wordOf(e.width) === 'wide' ? all : l.word(all, e, wordOf(e.width) as WordType);
  switch (e.kind) {
    case 'add':
      return result(wide.add(limbs(0), limbs(1)));
    case 'sub':
      return result(wide.sub(limbs(0), limbs(1)));
    case 'mul':
      return result(wide.mul(limbs(0), limbs(1)));
    case 'neg':
      return result(
        wide.sub(l.constant(0n, { width: 64 * limbsFor(e.width) + 1, signed: true }) as Wide, limbs(0)),
      );
    case 'and':
      return result(wide.bitwise(Op.and64, limbs(0), limbs(1)));
    case 'or':
      return result(wide.bitwise(Op.or64, limbs(0), limbs(1)));
    case 'xor':
      return result(wide.bitwise(Op.xor64, limbs(0), limbs(1)));
    case 'not':
      return result(normalLimbs(l, wide.not(limbs(0)), e));
    case 'shl':
      return result(wide.shiftLeft(limbs(0), e.amount));
    case 'shr': {
      const shifted = wide.shiftRight(limbs(0, own), forms[0]!.signed, e.amount);
      return result(wide.resize(shifted, forms[0]!.signed, limbsFor(e.width)));
    }
    case 'shlBy':
      return result(wide.shiftLeftBy(limbs(0), byLimbs(l, args[1]!, forms[1]!)));
    case 'shrBy':
      return result(wide.shiftRightBy(limbs(0, own), forms[0]!.signed, byLimbs(l, args[1]!, forms[1]!)));
    case 'slice': {
      const shifted = wide.shiftRight(limbs(0, own), forms[0]!.signed, e.low);
      return cutLimbs(l, wide, shifted, forms[0]!, e);
    }
    case 'wrap':
      return cutLimbs(l, wide, limbs(0, Math.max(own, limbsFor(e.width))), forms[0]!, e);
    case 'concat':
      return result(concat(l, wide, args, forms, limbsFor(e.width)));
    case 'mux': {
      const condition = l.truth(args[0]!, forms[0]!);
      return result(wide.select(condition, limbs(1), limbs(2)));
    }
    case 'reduceAnd':
      return wide.all(limbs(0, own), forms[0]!);
    case 'reduceOr':
      return l.truth(args[0]!, forms[0]!);
    case 'reduceXor':
      return wide.odd(normalLimbs(l, limbs(0, own), { width: forms[0]!.width, signed: false }));
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge': {
      // One bit more than either needs, so that both are read with a sign.
      const n = limbsFor(
        Math.max(forms[0]!.width + (forms[0]!.signed ? 0 : 1), forms[1]!.width + (forms[1]!.signed ? 0 : 1)),
      );
      const signed = forms[0]!.signed || forms[1]!.signed;
      const count = signed ? n : limbsFor(Math.max(forms[0]!.width, forms[1]!.width));
      return wide.compare(e.kind, limbs(0, count), limbs(1, count), signed);
    }
  }
}

/** The low bits of limbs that `form` describes, in the form of `to`. */
function cutLimbs(l: Lowering, wide: WideLowering, all: Wide, form: Form, to: Form): Value {
  const type = wordOf(to.width);
  if (type !== 'wide') return l.normal(l.word(all, form, type), to);
  return normalLimbs(l, wide.resize(all, form.signed, limbsFor(to.width)), to);
}

function normalLimbs(l: Lowering, all: Wide, { width, signed }: Form): Wide {
  const top = l.normal(all.at(-1)!, { width: width - 64 * (all.length - 1), signed });
  return [...all.slice(0, -1), top];
}

/** A shift amount as limbs of 64 bits without a sign. */
function byLimbs(l: Lowering, by: Value, form: Form): Wide {
  return typeof by !== 'number' ? by : [l.word(by, { ...form, signed: false }, 64)];
}

function concat(
  l: Lowering,
  wide: WideLowering,
  args: readonly Value[],
  forms: readonly Form[],
  count: number,
): Wide {
  let joined: Wide = Array.from({ length: count }, () => l.graph.const64(0n));
  let at = 0;
  for (let i = args.length - 1; i >= 0; i--) {
    const form = forms[i]!;
    const own = l.limbs(args[i]!, form, Math.max(1, limbsFor(form.width)));
    const part = normalLimbs(l, own, { width: form.width, signed: false });
    joined = wide.bitwise(Op.or64, joined, wide.shiftLeft(wide.resize(part, false, count), at));
    at += form.width;
  }
  return joined;
}
