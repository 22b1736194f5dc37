// Pieces of Verilog text and what they are joined by: each knows how tightly its outermost operator binds, and its sign.
// Invariant: parentheses follow from the levels alone; the same pieces give the same text.

import { minOf, wrapValue } from '../ir/expr.ts';

/** Text with the precedence of its outermost operator, for parentheses. */
export interface Text {
  readonly text: string;
  readonly level: number;
  /** True when Verilog takes it for signed, which decides how a comparison compares. */
  readonly signed: boolean;
}
export const ATOM = 20;
export const UNARY = 12;
export const LEVEL = {
  mul: 9,
  add: 8,
  sub: 8,
  shift: 7,
  relation: 6,
  equality: 5,
  and: 4,
  xor: 3,
  or: 2,
  mux: 1,
} as const;
export const SYMBOL = { mul: '*', add: '+', sub: '-', and: '&', or: '|', xor: '^' } as const;

const byKind = {
  '*': 'mul',
  '+': 'add',
  '-': 'sub',
  '<<': 'shift',
  '>>': 'shift',
  '>>>': 'shift',
  '<': 'relation',
  '<=': 'relation',
  '>': 'relation',
  '>=': 'relation',
  '==': 'equality',
  '!=': 'equality',
  '&': 'and',
  '^': 'xor',
  '|': 'or',
  '?': 'mux',
  ':': 'mux',
} as const;
const LEVELS = new Map<string, number>(Object.entries(byKind).map(([symbol, kind]) => [symbol, LEVEL[kind]]));
/** How tightly an operator binds, by its symbol; a comma binds nothing. */
export const levelOf = (symbol: string): number => (symbol === ',' ? 0 : (LEVELS.get(symbol) ?? UNARY));

/** Where a line may be broken: before a binary operator, and after a comma. */
export const BREAK = '\u0001';

export const atom = (text: string, signed = false): Text => ({ text, level: ATOM, signed });
/** A literal; `-8'sd5` is no atom, as `--8'sd5` is no Verilog. */
export function constantAtom(value: bigint, width: number, signed: boolean): Text {
  const text = constantText(value, width, signed);
  return { text, level: text.startsWith('-') ? UNARY : ATOM, signed };
}
export const signExtended = (sign: string, count: number, text: string): Text =>
  atom(count === 1 ? `{${sign}, ${text}}` : `{{${count}{${sign}}}, ${text}}`);
export const parenthesised = (t: Text, level: number): string => (t.level >= level ? t.text : `(${t.text})`);
export const zeroExtended = (t: Text, from: number, to: number): Text =>
  to === from ? t : atom(`{${constantText(0n, to - from, false)}, ${t.text}}`);

/** `a + b`, with parentheses around the operand that binds less than the operator. */
export function infix(symbol: string, level: number, a: Text, b: Text, associative = symbol === '+'): Text {
  const left = parenthesised(a, level);
  const right = parenthesised(b, associative ? level : level + 1);
  return { text: `${left}${BREAK} ${symbol} ${right}`, level, signed: a.signed && b.signed };
}

/** `a & b`. */
export function bitwise(kind: 'and' | 'or' | 'xor', a: Text, b: Text): Text {
  // Chains of one operator need no parentheses; mixtures always get them.
  const wrapOne = (t: Text): Text => (t.level === LEVEL[kind] ? t : atom(parenthesised(t, UNARY), t.signed));
  return infix(SYMBOL[kind], LEVEL[kind], wrapOne(a), wrapOne(b), true);
}

/** `~a`. */
export function unary(symbol: string, t: Text): Text {
  return { text: `${symbol}${parenthesised(t, ATOM)}`, level: UNARY, signed: t.signed };
}

const LARGEST_DECIMAL = 4096n;

/** A sized literal: `8'd5`, `8'sd5`, `-8'sd5`; large values and the most negative one are hexadecimal. */
export function constantText(value: bigint, width: number, signed: boolean): string {
  if (width === 1 && !signed) return value === 0n ? "1'b0" : "1'b1";
  if (signed && value < 0n) {
    if (value === minOf(width, true)) return `${width}'sh${wrapValue(value, width, false).toString(16)}`;
    return `-${constantText(-value, width, true)}`;
  }
  const sign = signed ? 's' : '';
  return value > LARGEST_DECIMAL ? `${width}'${sign}h${value.toString(16)}` : `${width}'${sign}d${value}`;
}
