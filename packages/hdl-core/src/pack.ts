// pack and unpack: a value of any type as one number, and back.
// Invariant: the first leaf is in the lowest bits, leaf after leaf without a gap, in the order of the type's declaration;
// unpack(t, pack(x)) is x.

import { report } from './builder.ts';
import * as ir from './ir/expr.ts';
import { IntSignal, LeafSignal, leafSignal } from './leaf-signal.ts';
import { type AnySignal, face, fieldOf, inner, signalOf, VecSignal } from './signal.ts';
import type { Sig, SigOf, UIntSig } from './signal-types.ts';
import { type HwType, isSigned, leavesOf, typeText } from './types.ts';

/** The bits of a signal of any type side by side, its first leaf in the lowest ones. */
export function pack(signal: Sig): UIntSig {
  const nodes = leavesIn(inner(signal)).filter((node) => node.width > 0);
  if (nodes.length === 0) return face(new IntSignal(ir.NOTHING));
  return face(new IntSignal(ir.concat(nodes.reverse())));
}

/** The value of `type` whose `pack` is `bits`, which are as many as the type has (E02). An enum takes its code as it is. */
export function unpack<T extends HwType>(type: T, bits: UIntSig): SigOf<T> {
  const { node } = inner(bits) as IntSignal;
  if (node.width !== type.width)
    report('E02', `${node.width} bits are unpacked into a ${typeText(type)}, which has ${type.width}`, {
      help: 'cut or extend them first: .trunc(n), .bits(high, low), .extend(n)',
    });
  const source = node.width < type.width ? ir.wrap(node, type.width, false) : node;
  let low = 0;
  // signalOf visits the leaves in the order of leavesOf; those without bits it makes itself.
  const places = leavesOf(type)
    .filter((leaf) => leaf.type.width > 0)
    .map((leaf) => {
      low += leaf.type.width;
      return low - leaf.type.width;
    });
  let next = 0;
  return face(
    signalOf(type, (_path, leaf) => {
      const at = places[next++]!;
      const part = ir.slice(source, at + leaf.width - 1, at);
      return leafSignal(leaf, ir.wrap(part, leaf.width, isSigned(leaf)));
    }),
  );
}

function leavesIn(signal: AnySignal): ir.Expr[] {
  if (signal instanceof LeafSignal) return [signal.node];
  if (signal instanceof VecSignal) return signal.items.flatMap(leavesIn);
  return Object.keys(signal.type.fields).flatMap((name) => leavesIn(fieldOf(signal, name)));
}
