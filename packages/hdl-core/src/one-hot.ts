// One-hot and priority selection.
// Invariant: every result is defined for every input, whether it is one-hot or not; the text says what happens.

import { report } from './builder.ts';
import * as ir from './ir/expr.ts';
import { count } from './ir/select.ts';
import { BoolSignal, describe, IntSignal, LeafSignal, leafSignal } from './leaf-signal.ts';
import { type AnySignal, face, inner, select, zipAll } from './signal.ts';
import type { BoolSig, Sig, UIntSig } from './signal-types.ts';
import type { HwType } from './types.ts';

/** 2^index: the bit at `index` alone, in `length` bits; no bit where `index` is past the end. */
export function oneHot(index: UIntSig, length = 2 ** index.type.width): UIntSig {
  const by = inner(index) as IntSignal;
  if (!(by instanceof IntSignal) || by.node.signed || by.node.width > 12) {
    report('E12', `oneHot() of a ${by instanceof LeafSignal ? describe(by.node) : String(index)}`, {
      help: 'an index is a uint of at most 12 bits',
    });
    return face(new IntSignal(ir.constant(0n, length, false)));
  }
  return face(new IntSignal(ir.wrap(ir.shlBy(ir.constant(1n), by.node), length, false)));
}

/**
 * The value whose bit of `choice` is set: bit 0 chooses `values[0]`. With several bits set the values are or-ed together,
 * with none the result is zero: one gate level per value, for a choice that is known to be one-hot.
 */
export function oneHotMux<S extends Sig<HwType>>(choice: UIntSig, values: readonly S[]): S {
  const bits = inner(choice) as IntSignal;
  if (values.length === 0 || bits.node.width !== values.length) {
    report('E12', `oneHotMux() of ${values.length} values by a ${describe(bits.node)}`, {
      help: 'give the choice one bit per value',
    });
    return values[0]!;
  }
  const all = values.map((v) => inner(v));
  const chosen = zipAll(all, (leaves) => {
    const width = Math.max(...leaves.map((l) => l.node.width));
    const signed = leaves.some((l) => l.node.signed);
    const gated = leaves.map((l, i) => {
      const value = ir.wrap(ir.wrap(l.node, width, signed), width, false);
      const bit = ir.slice(bits.node, i, i);
      return width === 1 ? ir.bitwise('and', bit, value) : ir.bitwise('and', ir.repeat(bit, width), value);
    });
    const merged = gated.reduce((a, b) => ir.bitwise('or', a, b));
    return leafSignal(leaves[0]!.type, ir.wrap(merged, width, signed));
  });
  return face(chosen);
}

/** The value of the first condition that holds, else `otherwise`. */
export function priorityMux<S extends Sig<HwType>>(
  cases: readonly (readonly [condition: BoolSig, value: S])[],
  otherwise: NoInfer<S>,
): S {
  const chosen = cases.reduceRight<AnySignal>(
    (rest, [condition, value]) => select(inner(condition) as BoolSignal, inner(value), rest),
    inner(otherwise),
  );
  return face(chosen);
}

/** The place of the lowest 1 of `requests`, the one with the highest priority, and whether there is one. */
export function priorityEncode(requests: UIntSig): { readonly index: UIntSig; readonly valid: BoolSig } {
  const { node } = inner(requests) as IntSignal;
  const width = ir.bitLength(BigInt(Math.max(1, node.width - 1)));
  const index = new IntSignal(ir.wrap(count('trailingZeros', node), width, false));
  return { index: face(index), valid: face(new BoolSignal(ir.reduce('reduceOr', node))) };
}
