// Assignment: pairs the leaves of a target with the parts of its source and checks kind and range (E01, E02).
// Invariant: what reaches the IR fits its target; a fault is reported with both places and building goes on.

import { builder, report } from './builder.ts';
import * as ir from './ir/expr.ts';
import type { Decl } from './ir/module.ts';
import { BoolSignal, describe, describeValue, EnumSignal, IntSignal, LeafSignal } from './leaf-signal.ts';
import { enumLiteral, integerLiteral } from './literal.ts';
import { type AnySignal, BundleSignal, fieldOf, VecSignal } from './signal.ts';
import type { SourcePlace } from './source-place.ts';
import { typeText } from './types.ts';

/** The expression that assigns `source` to a leaf of type `type`; faults are reported at `place`. */
export function sourceExpr(target: Decl, source: unknown, place: SourcePlace): ir.Expr {
  const type = target.type;
  const note = [{ text: `\`${target.name}\` is ${typeText(type)}, declared here`, place: target.place }];
  const mismatch = (): ir.Expr => {
    report('E01', `\`${target.name}\` is a ${typeText(type)} and cannot take ${describeValue(source)}`, {
      place,
      notes: note,
      help:
        source instanceof IntSignal && (type.kind === 'uint' || type.kind === 'sint')
          ? `convert explicitly: ${type.kind === 'sint' ? '.toSInt() keeps the value, .asSInt() keeps the bits' : '.asUInt() keeps the bits'}`
          : 'assign a value of the same kind',
    });
    return ir.constant(0n, type.width, target.signed);
  };
  switch (type.kind) {
    case 'bool':
      if (typeof source === 'boolean') return ir.constant(source ? 1n : 0n, 1, false);
      return source instanceof BoolSignal ? source.node : mismatch();
    case 'enum':
      if (typeof source === 'string') return enumLiteral(source, type);
      if (source instanceof EnumSignal && source.type.labels.join() === type.labels.join())
        return source.node;
      return mismatch();
    default: {
      const isLiteral = typeof source === 'number' || typeof source === 'bigint';
      let e: ir.Expr;
      if (isLiteral) e = integerLiteral(source, target.signed, `the assignment to \`${target.name}\``);
      else if (source instanceof IntSignal && source.node.signed === target.signed) e = source.node;
      else return mismatch();
      if (ir.fits(e.min, e.max, type.width, target.signed)) return e;
      report(
        'E02',
        isLiteral
          ? `the literal ${source} does not fit \`${target.name}\``
          : `assignment to \`${target.name}\` would lose bits`,
        {
          place,
          notes: [
            ...note,
            {
              text: isLiteral
                ? `it holds ${ir.minOf(type.width, target.signed)}..${ir.maxOf(type.width, target.signed)}`
                : `the value is ${describe(e)}`,
            },
          ],
          help: isLiteral
            ? 'use a value in that range, or widen the signal'
            : `write .trunc(${type.width}) or .saturate(${type.width}), or widen \`${target.name}\` to ${e.width} bits`,
        },
      );
      return ir.wrap(e, type.width, target.signed);
    }
  }
}

export function assign(target: AnySignal, source: unknown, place: SourcePlace): void {
  const b = builder('an assignment');
  eachLeafPair(target, source, place, (leaf, value) => {
    if (leaf.node.kind !== 'ref')
      throw new TypeError('the target of an assignment must be a declared signal');
    b.assign(leaf.node.decl, sourceExpr(leaf.node.decl, value, place), place);
  });
}

/** Pairs the leaves of `target` with the matching parts of `source` (signals, arrays or objects of literals). */
export function eachLeafPair(
  target: AnySignal,
  source: unknown,
  place: SourcePlace,
  visit: (leaf: LeafSignal, value: unknown) => void,
): void {
  const mismatch = (detail: string): void =>
    report('E01', `a ${typeText(target.type)} cannot take ${describeValue(source)}: ${detail}`, {
      place,
      help: 'assign a value of the same shape',
    });
  if (target instanceof LeafSignal) {
    if (target.node !== ir.NOTHING) visit(target, source);
  } else if (target instanceof VecSignal) {
    const items = source instanceof VecSignal ? source.items : source;
    if (!Array.isArray(items) || items.length !== target.length) {
      mismatch(`${target.length} elements are needed`);
    } else target.items.forEach((t, i) => eachLeafPair(t, items[i], place, visit));
  } else if (typeof source !== 'object' || source === null) mismatch('an object with its fields is needed');
  else {
    const fields = Object.keys(target.type.fields);
    const given = source instanceof BundleSignal ? Object.keys(source.type.fields) : Object.keys(source);
    const missing = fields.filter((f) => !given.includes(f));
    const extra = given.filter((f) => !fields.includes(f));
    if (missing.length) mismatch(`missing ${missing.join(', ')}`);
    if (extra.length) mismatch(`extra ${extra.join(', ')}`);
    if (missing.length || extra.length) return;
    for (const f of fields)
      eachLeafPair(fieldOf(target, f), (source as Record<string, unknown>)[f], place, visit);
  }
}
