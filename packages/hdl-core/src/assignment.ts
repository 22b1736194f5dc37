// Assignment: pairs the leaves of a target with the parts of its source and checks kind and range (E01, E02).
// Invariant: what reaches the IR fits its target; a fault is reported with both places and building goes on.

import { builder, report } from './builder.ts';
import { FixedSignal, scaledLiteral } from './fixed-signal.ts';
import * as ir from './ir/expr.ts';
import type { Decl, Stmt } from './ir/module.ts';
import { BoolSignal, describe, describeValue, EnumSignal, IntSignal, LeafSignal } from './leaf-signal.ts';
import { enumLiteral, integerLiteral } from './literal.ts';
import { type AnySignal, BundleSignal, fieldOf, VecSignal } from './signal.ts';
import type { SourcePlace } from './source-place.ts';
import { type Fixed, typeText } from './types.ts';

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
    case 'fixed':
      return fixedExpr(target, type, source, place, note) ?? mismatch();
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

/** A fixed-point source, with as many bits behind the point as the target has; undefined when it is of another kind. */
function fixedExpr(
  target: Decl,
  type: Fixed,
  source: unknown,
  place: SourcePlace,
  notes: readonly { readonly text: string; readonly place: SourcePlace }[],
): ir.Expr | undefined {
  const lost = (message: string, help: string): ir.Expr => {
    report('E02', message, { place, notes, help });
    return ir.constant(0n, type.width, type.signed);
  };
  if (typeof source === 'number') {
    const value = scaledLiteral(source, type.fractionBits);
    if (value !== undefined && ir.fits(value, value, type.width, type.signed))
      return ir.constant(value, type.width, type.signed);
    const help = 'use a multiple of its last place in its range; Math.round(x * 2 ** n) / 2 ** n rounds';
    return lost(`the literal ${source} does not fit \`${target.name}\``, help);
  }
  if (!(source instanceof FixedSignal)) return undefined;
  const convert = "write .to(type, { round: 'half-even', overflow: 'saturate' }), or widen the target";
  const from = typeText(source.type);
  if (source.type.fractionBits > type.fractionBits)
    return lost(`\`${target.name}\` has fewer fraction bits than the ${from} assigned to it`, convert);
  const e = source.withFraction(type.fractionBits);
  if (ir.fits(e.min, e.max, type.width, type.signed)) return ir.wrap(e, e.width, e.signed);
  const { min, max } = source.range;
  return lost(`\`${target.name}\` does not hold every value of the ${from} (${min}..${max})`, convert);
}

export function assign(target: AnySignal, source: unknown, place: SourcePlace): void {
  const b = builder('an assignment');
  const writes: Write[] = [];
  eachLeafPair(target, source, place, (leaf, value) => {
    const [decl] = declsBehind(leaf.node);
    if (!decl) throw new TypeError('the target of an assignment must be a declared signal');
    writes.push({ to: leaf.node, value: sourceExpr(decl, value, place) });
  });
  for (const s of statementsOf(writes, place)) b.statement(s);
}

interface Write {
  readonly to: ir.Expr;
  readonly value: ir.Expr;
}

/** The declarations that an assignment to `to` may reach: one, or all elements that an index chooses from. */
function declsBehind(to: ir.Expr): Decl[] {
  if (to.kind === 'ref') return [to.decl];
  return to.kind === 'index' ? to.args.slice(1).flatMap(declsBehind) : [];
}

/** The assignments; those to an element that a signal chooses as one case per index, which past the end does nothing. */
function statementsOf(writes: readonly Write[], place: SourcePlace): Stmt[] {
  const statements: Stmt[] = [];
  for (let i = 0; i < writes.length; ) {
    const { to, value } = writes[i]!;
    if (to.kind === 'ref') {
      statements.push({ kind: 'assign', target: to.decl, value, isDefault: false, place });
      i += 1;
      continue;
    }
    const [subject] = to.args;
    let end = i;
    while (writes[end]?.to.kind === 'index' && writes[end]!.to.args[0] === subject) end += 1;
    const chosen = writes.slice(i, end);
    const arms = to.args.slice(1).map((_, k) => ({
      label: String(k),
      value: BigInt(k),
      body: statementsOf(
        chosen.map((w) => ({ to: w.to.args[k + 1]!, value: w.value })),
        place,
      ),
    }));
    const otherwise = subject!.max < BigInt(arms.length) ? undefined : [];
    statements.push({ kind: 'switch', subject: subject!, arms, otherwise, place });
    i = end;
  }
  return statements;
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
