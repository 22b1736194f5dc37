// TypeScript literals as IR constants.
// Invariant: a literal that cannot be meant is reported and replaced, so that building goes on.

import { report } from './builder.ts';
import * as ir from './ir/expr.ts';
import type { Literal } from './signal-types.ts';
import { type EnumType, typeText } from './types.ts';

export function integerLiteral(value: Literal, signed: boolean, where: string): ir.Expr {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    report('E02', `the literal ${value} in ${where} is not an exact integer`, {
      help: 'write an integer, as a bigint (12n) past 2^53',
    });
    return ir.constant(0n, undefined, signed);
  }
  const v = BigInt(value);
  if (v < 0n && !signed) {
    report('E01', `the negative literal ${v} in ${where} is used with an unsigned signal`, {
      help: 'make the signal signed: .toSInt()',
    });
    return ir.constant(0n, undefined, false);
  }
  return ir.constant(v, undefined, signed);
}
export function enumLiteral(label: string, type: EnumType): ir.Expr {
  if (!type.labels.includes(label))
    report('E01', `\`${label}\` is not a label of ${typeText(type)}`, {
      help: `use one of ${type.labels.join(', ')}`,
    });
  return ir.label(label, type);
}
