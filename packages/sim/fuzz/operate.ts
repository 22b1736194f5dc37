// One operator of a recipe as a call of the language, its operands made legal first.
// Invariant: a result is at most `WIDEST` bits wide; wider ones are truncated, so that a chain of products stays small.

import type { BoolSig, EnumSig, Sig } from '@gatewright/hdl-core';
import { bool, literal, ROUNDINGS } from '@gatewright/hdl-core';
import { integerOf, mix } from './choice.ts';
import {
  type LooseInt,
  labelsOf,
  looseCat,
  looseLiteral,
  looseMux,
  looseOneHot,
  looseReplicate,
  looseSum,
} from './loose.ts';
import { type Entry, fitted, ofKind, type Pool } from './pool.ts';
import type { OpRecipe } from './recipe.ts';

const WIDEST = 200;
const MOST_SHIFT = 9;

/** The entry that `op` makes of entries of the pool; undefined when there is nothing of the kind it needs. */
export function operate(
  op: OpRecipe,
  pool: Pool,
  nameIt: <S extends Sig>(sig: S, choice: number) => S,
): Entry | undefined {
  const { n } = op;
  const left = pool.int(op.a);
  const a = left.sig;
  const width = a.type.width;
  const right = pool.int(op.b);
  const p = pool.bool(op.a);
  const q = pool.bool(op.b);
  const c = pool.bool(n);
  const both = Math.max(left.rank, right.rank);
  const int = (sig: LooseInt, rank = left.rank): Entry => ({ kind: 'int', sig: narrowed(sig, n), rank });
  const truth = (sig: BoolSig, rank = left.rank): Entry => ({ kind: 'bool', sig, rank });
  /** The other operand: a signal of the same kind, or a literal. */
  const operand = (): { o: LooseInt | bigint; rank: number } => {
    if (n % 4 === 0)
      return { o: integerOf(op.b, 1 + (n % 11) + (n % 3 ? width : 0), a.kind === 'sint'), rank: left.rank };
    return { o: ofKind(right.sig, a.kind === 'sint', n), rank: both };
  };
  const sameWidth = (): { o: LooseInt | bigint; rank: number } => {
    if (n % 4 === 0) return { o: integerOf(op.b, width, a.kind === 'sint'), rank: left.rank };
    return { o: fitted(right.sig, width, a.kind === 'sint', n), rank: both };
  };
  const amount = (): { by: LooseInt; rank: number } => {
    const by = ofKind(right.sig, false, n);
    return { by: by.fitsIn(MOST_SHIFT - 3) ? by : by.trunc(1 + (n % (MOST_SHIFT - 3))), rank: both };
  };
  /** The other operand as an index below `size`. */
  const index = (size: number): { at: LooseInt; rank: number } => {
    const at = ofKind(right.sig, false, n);
    const bits = Math.floor(Math.log2(Math.max(1, size)));
    return { at: at.type.width > bits ? at.trunc(bits) : at, rank: both };
  };
  switch (op.op) {
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
    case 'xor':
    case 'mul': {
      const { o, rank } = operand();
      return int(a[op.op](o), rank);
    }
    case 'addWrap':
    case 'subWrap': {
      const { o, rank } = sameWidth();
      return int(a[op.op](o), rank);
    }
    case 'addSat':
    case 'subSat': {
      const { o, rank } = sameWidth();
      return width === 0 ? undefined : int(a[op.op](o), rank);
    }
    case 'absDiff':
    case 'min':
    case 'max': {
      const { o, rank } = operand();
      return width === 0 ? undefined : int(a[op.op](o), rank);
    }
    case 'round':
      return width === 0 ? undefined : int(a.round(n % (width + 2), ROUNDINGS[op.b % ROUNDINGS.length]));
    case 'rotl':
    case 'rotr':
      return width === 0 ? undefined : int(a[op.op](n % width));
    case 'rotlBy': {
      const { at, rank } = index(width);
      return width === 0 || at.type.width === 0 ? undefined : int(n % 2 ? a.rotl(at) : a.rotr(at), rank);
    }
    case 'bitBy': {
      const { at, rank } = index(width);
      return width === 0 ? undefined : truth(a.bit(at), rank);
    }
    case 'bitsAt': {
      const { at, rank } = index(width);
      return width === 0 ? undefined : int(a.bitsAt(at, 1 + (n % width)), rank);
    }
    case 'reverse':
    case 'popCount':
    case 'leadingZeros':
    case 'trailingZeros':
    case 'lowestOne':
      return width === 0 ? undefined : int(a[op.op]());
    case 'oneHot': {
      const { at, rank } = index(32);
      return at.type.width === 0 ? undefined : int(looseOneHot(at), rank);
    }
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge': {
      const { o, rank } = operand();
      return truth(a[op.op](o), rank);
    }
    case 'neg':
    case 'not':
    case 'asUInt':
    case 'asSInt':
      return width === 0 ? undefined : int(a[op.op]());
    case 'shl':
    case 'shr':
      return int(a[op.op](n % 5 === 0 ? n % (width + 3) : n % MOST_SHIFT));
    case 'shlBy':
    case 'shrBy': {
      const { by, rank } = amount();
      return int(op.op === 'shlBy' ? a.shl(by) : a.shr(by), rank);
    }
    case 'trunc':
      return int(a.trunc(a.kind === 'uint' && n % 17 === 16 ? 0 : 1 + (n % (width + 2))));
    case 'extend':
      return int(a.extend(width + (n % 5)));
    case 'saturate':
      return int(a.saturate(1 + (n % (width + 1))));
    case 'bits': {
      if (width === 0) return undefined;
      const low = op.b % width;
      return int(a.bits(low + (n % (width - low)), low));
    }
    case 'bit':
      return width === 0 ? undefined : truth(a.bit(n % width));
    case 'isNegative':
      return width === 0 ? undefined : truth(a.isNegative());
    case 'toSInt':
      return int(ofKind(a, false, n).toSInt());
    case 'toUInt':
      return int(a.range.min < 0n ? a.abs() : a.toUInt());
    case 'abs':
      return width === 0 ? undefined : int(ofKind(a, true, n).abs());
    case 'allOnes':
    case 'any':
    case 'parity':
      return truth(a[op.op]());
    case 'mux':
      return int(
        looseMux(
          c.sig,
          a,
          n % 3 === 0
            ? fitted(right.sig, width, a.kind === 'sint', n)
            : ofKind(right.sig, a.kind === 'sint', n),
        ),
        Math.max(both, c.rank),
      );
    case 'boolMux':
      return truth(looseMux(c.sig, p.sig, q.sig), Math.max(p.rank, q.rank, c.rank));
    case 'enumMux': {
      const x = pool.find('enum', op.a);
      const y = pool.find('enum', op.b);
      if (!x || !y || x.labels !== y.labels) return undefined;
      return { ...x, sig: looseMux(c.sig, x.sig, y.sig), rank: Math.max(x.rank, y.rank, c.rank) };
    }
    case 'cat': {
      const parts: Sig[] = [a, right.sig, c.sig, looseLiteral(integerOf(n, 3, false), 3, false)].slice(
        0,
        1 + (n % 4),
      );
      return int(looseCat(n % 2 ? parts : parts.reverse()), Math.max(both, c.rank));
    }
    case 'replicate':
      return int(looseReplicate(c.sig, 1 + (op.b % 12)), c.rank);
    case 'at': {
      const v = pool.find('vec', op.b);
      if (!v || v.element.type === 'bundle' || v.element.type === 'vec') return undefined;
      const index = ofKind(a, false, n);
      const bits = Math.ceil(Math.log2(v.sig.length));
      const sig = v.sig.at(index.type.width > bits ? index.trunc(bits) : index);
      const rank = Math.max(left.rank, v.rank);
      if (v.element.type === 'bool') return truth(sig as BoolSig, rank);
      if (v.element.type === 'enum')
        return { kind: 'enum', sig: sig as EnumSig, rank, labels: v.element.labels };
      return int(sig as LooseInt, rank);
    }
    case 'sumTree': {
      const signed = a.kind === 'sint';
      const terms = Array.from({ length: 1 + (n % 5) }, (_, i) => pool.int(i === 0 ? op.a : mix(op.b, i)));
      return int(looseSum(terms.map((t) => ofKind(t.sig, signed, n))), Math.max(...terms.map((t) => t.rank)));
    }
    case 'literal': {
      const wide = 1 + (op.b % (n % 4 ? 12 : WIDEST));
      return int(looseLiteral(integerOf(op.a, wide, n % 2 === 1), wide, n % 2 === 1), 0);
    }
    case 'boolLiteral':
      return truth(literal(n % 2 === 1, bool), 0);
    case 'boolAnd':
    case 'boolOr':
    case 'boolXor':
    case 'boolEq': {
      const method = ({ boolAnd: 'and', boolOr: 'or', boolXor: 'xor', boolEq: 'eq' } as const)[op.op];
      return n % 9 === 8
        ? truth(p.sig[method](n % 2 === 0), p.rank)
        : truth(p.sig[method](q.sig), Math.max(p.rank, q.rank));
    }
    case 'boolNot':
      return truth(p.sig.not(), p.rank);
    case 'boolInt':
      return int(p.sig.asUInt() as unknown as LooseInt, p.rank);
    case 'is': {
      const e = pool.find('enum', op.a);
      return e && truth(e.sig.is(labelsOf(e.labels)[n % e.labels]!), e.rank);
    }
    case 'named':
      return n % 3 === 0 ? truth(nameIt(p.sig, n), p.rank) : int(nameIt(a, n));
    case 'reuse':
      // The same operand on both sides: one expression read twice.
      return int(n % 2 ? a.add(a) : a.mul(a).sub(a));
  }
}
const narrowed = (sig: LooseInt, n: number): LooseInt =>
  sig.type.width <= WIDEST ? sig : n % 2 ? sig.trunc(1 + (n % WIDEST)) : sig.saturate(1 + (n % WIDEST));
