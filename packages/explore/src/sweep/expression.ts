// Expressions over parameters or metrics, such as `lanes * weightBits <= 64` or `macPerCycle / xcup.lut`.
// Invariant: an expression can read the names it is given and nothing else; it is parsed (by jsep), never evaluated as
// JavaScript. A name with dots is one name.

import jsep from 'jsep';
import { nearestText } from './nearest.ts';

/** A number, boolean or text; undefined where a metric is missing. */
export type Value = number | boolean | string | undefined;

/** An expression that was understood. */
export interface Expression {
  readonly text: string;
  /** Names that it reads. */
  readonly names: readonly string[];
  /** Its value; undefined as soon as it needs a name that has none. */
  value(of: (name: string) => Value): Value;
}

/** The text is no expression. */
export class ExpressionError extends Error {}

type Node = jsep.Expression;
type Evaluate = (of: (name: string) => Value) => Value;

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  ...{ min: Math.min, max: Math.max, abs: Math.abs, ceil: Math.ceil, floor: Math.floor, round: Math.round },
  ...{ log2: Math.log2, log10: Math.log10, sqrt: Math.sqrt },
};

const BINARY: Readonly<Record<string, (a: never, b: never) => Value>> = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '**': (a: number, b: number) => a ** b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '==': (a: Value, b: Value) => a === b,
  '!=': (a: Value, b: Value) => a !== b,
  '===': (a: Value, b: Value) => a === b,
  '!==': (a: Value, b: Value) => a !== b,
};
const numeric = new Set(['+', '-', '*', '/', '%', '**', '<', '<=', '>', '>=']);
const UNARY: Readonly<Record<string, (a: never) => Value>> = {
  '-': (a: number) => -a,
  '+': (a: number) => a,
  '!': (a: Value) => !a,
};

/** Understands an expression. Throws ExpressionError with the column of what is wrong; unknown names are an error when `known` is given. */
export function parseExpression(text: string, known?: readonly string[]): Expression {
  let tree: Node;
  try {
    tree = jsep(text);
  } catch (error) {
    const { description, index } = error as { description?: string; index?: number };
    throw new ExpressionError(
      `'${text}' is no expression: ${description ?? String(error)}${index === undefined ? '' : ` at column ${index + 1}`}`,
    );
  }
  const names = new Set<string>();
  const fail = (what: string): never => {
    throw new ExpressionError(`'${text}': ${what}`);
  };
  const run = compile(tree, names, fail);
  for (const name of names)
    if (known && !known.includes(name)) fail(`there is no '${name}'; ${nearestText(name, known)}`);
  return { text, names: [...names], value: run };
}

function compile(node: Node, names: Set<string>, fail: (what: string) => never): Evaluate {
  const sub = (n: unknown): Evaluate => compile(n as Node, names, fail);
  switch (node.type) {
    case 'Literal': {
      const { value } = node as jsep.Literal;
      return () => value as Value;
    }
    case 'Identifier':
    case 'MemberExpression': {
      const name = nameOf(node, fail);
      names.add(name);
      return (of) => plain(of(name));
    }
    case 'UnaryExpression': {
      const { operator, argument } = node as jsep.UnaryExpression;
      const apply = UNARY[operator] ?? fail(`there is no operator ${operator}`);
      const a = sub(argument);
      return (of) => {
        const value = a(of);
        return value === undefined ? undefined : apply(value as never);
      };
    }
    case 'BinaryExpression':
    case 'LogicalExpression':
      return binary(node as jsep.BinaryExpression, sub, fail);
    case 'ConditionalExpression': {
      const { test, consequent, alternate } = node as jsep.ConditionalExpression;
      const [t, a, b] = [sub(test), sub(consequent), sub(alternate)];
      return (of) => {
        const chosen = t(of);
        return chosen === undefined ? undefined : chosen ? a(of) : b(of);
      };
    }
    case 'CallExpression': {
      const { callee, arguments: list } = node as jsep.CallExpression;
      const name = nameOf(callee, fail);
      const apply = Object.hasOwn(FUNCTIONS, name)
        ? FUNCTIONS[name]!
        : fail(`there is no function '${name}'; there are ${Object.keys(FUNCTIONS).join(', ')}`);
      const args = list.map(sub);
      return (of) => {
        const values = args.map((a) => a(of));
        return values.includes(undefined) ? undefined : apply(...(values as number[]));
      };
    }
    default:
      return fail(`${node.type} has no place in an expression`);
  }
}

/** What a plain object inherits, such as `constructor`, is no value. */
const plain = (value: Value): Value =>
  typeof value === 'object' || typeof value === 'function' ? undefined : value;

function binary(
  { operator, left, right }: jsep.BinaryExpression,
  sub: (n: unknown) => Evaluate,
  fail: (what: string) => never,
): Evaluate {
  const [a, b] = [sub(left), sub(right)];
  if (operator === '&&') return (of) => both(a(of), () => b(of), false);
  if (operator === '||') return (of) => both(a(of), () => b(of), true);
  const apply = BINARY[operator] ?? fail(`there is no operator ${operator}`);
  return (of) => {
    const [x, y] = [a(of), b(of)];
    if (x === undefined || y === undefined) return undefined;
    if (numeric.has(operator) && (typeof x === 'string' || typeof y === 'string'))
      fail(`${operator} needs numbers, and ${typeof x === 'string' ? `'${x}'` : `'${y}'`} is none`);
    return apply(x as never, y as never);
  };
}

/** `&&` (decided by false) and `||` (decided by true), where an unknown side leaves the whole unknown unless the other decides. */
function both(first: Value, second: () => Value, decisive: boolean): Value {
  if (first !== undefined && Boolean(first) === decisive) return decisive;
  const other = second();
  if (other !== undefined && Boolean(other) === decisive) return decisive;
  return first === undefined || other === undefined ? undefined : !decisive;
}

function nameOf(node: unknown, fail: (what: string) => never): string {
  const { type } = node as Node;
  if (type === 'Identifier') return (node as jsep.Identifier).name;
  if (type !== 'MemberExpression') return fail(`${type} is no name`);
  const { object, property, computed } = node as jsep.MemberExpression;
  if (computed) fail('names in brackets are not understood');
  return `${nameOf(object, fail)}.${nameOf(property, fail)}`;
}
