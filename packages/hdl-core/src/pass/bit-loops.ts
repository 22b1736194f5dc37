// Which bits of the signals on a combinational loop depend on themselves: a loop of signals need not be one of bits.
// Invariant: an edge is left out only where the bit read cannot reach the bit computed; the rest is as coarse as it likes.

import type { Expr } from '../ir/expr.ts';
import { cycles } from '../ir/graph.ts';
import type { Decl } from '../ir/module.ts';
import { type CombGraph, isDecl, type Vertex } from './comb-graph.ts';

/** One bit of a vertex. */
interface Bit {
  readonly of: Vertex;
  readonly index: number;
}
/** Above this many bits, every bit of the loop is taken to depend on itself. */
const LARGEST = 20_000;

/** The bits of each declaration of a loop that lie on a loop of bits; undefined when the loop is too large to say. */
export function bitsOnLoops(loop: readonly Vertex[], graph: CombGraph): Map<Decl, number[]> | undefined {
  if (loop.reduce((sum, v) => sum + v.width, 0) > LARGEST) return undefined;
  const inLoop = new Set(loop);
  const table = new Map<Vertex, Bit[]>();
  const bit = (of: Vertex, index: number): Bit => {
    const bits = table.get(of) ?? Array.from({ length: of.width }, (_, i) => ({ of, index: i }));
    table.set(of, bits);
    return bits[index]!;
  };
  /** Bit `index` of a value, where a value of fewer bits is extended by its sign. */
  const read = (v: Vertex, index: number): Bit[] => {
    if (!inLoop.has(v) || v.width === 0) return [];
    if (index < v.width) return [bit(v, index)];
    return v.signed ? [bit(v, v.width - 1)] : [];
  };
  const all = (v: Vertex): Bit[] => Array.from({ length: v.width }, (_, i) => read(v, i)).flat();
  const upTo = (v: Vertex, index: number): Bit[] =>
    Array.from({ length: Math.min(v.width, index + 1) }, (_, i) => read(v, i)).flat();

  const ofExpr = (e: Expr, index: number): Bit[] => {
    const [a, b, c] = e.args;
    switch (e.kind) {
      case 'const':
        return [];
      case 'ref':
        return read(e.decl, index);
      case 'and':
      case 'or':
      case 'xor':
        return [...read(a!, index), ...read(b!, index)];
      case 'not':
      case 'wrap':
        return read(a!, index);
      case 'mux':
        return [...all(a!), ...read(b!, index), ...read(c!, index)];
      case 'add':
      case 'sub':
      case 'neg':
      case 'mul':
        return e.args.flatMap((x) => upTo(x, index));
      case 'shl':
        return index < e.amount ? [] : read(a!, index - e.amount);
      case 'shr':
        return read(a!, index + e.amount);
      case 'slice':
        return read(a!, index + e.low);
      case 'concat': {
        let low = e.width;
        for (const part of e.args) {
          low -= part.width;
          if (index >= low) return read(part, index - low);
        }
        return [];
      }
      default:
        return e.args.flatMap(all);
    }
  };
  const ofDecl = (d: Decl, index: number): Bit[] =>
    graph.drivers(d).flatMap(({ from, reads }) => {
      if (from.kind === 'instance' || from.kind === 'memory') return reads.flatMap(all);
      const [value, ...guards] = reads;
      return [...read(value!, index), ...guards.flatMap(all)];
    });

  const edges = ({ of, index }: Bit): Bit[] => (isDecl(of) ? ofDecl(of, index) : ofExpr(of, index));
  const found = new Map<Decl, number[]>();
  for (const component of cycles(loop.flatMap(all), edges)) {
    for (const { of, index } of component) {
      if (isDecl(of)) found.set(of, [...(found.get(of) ?? []), index]);
    }
  }
  return found;
}
