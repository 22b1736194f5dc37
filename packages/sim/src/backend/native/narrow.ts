// 64-bit words of which only the low half is looked at: the low half of 64-bit arithmetic is 32-bit arithmetic.
// Invariant: the low half stays the same. Nothing recurses deeper than `DEEPEST`.

import { Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** Operators whose low 32 bits follow from the low 32 bits of their operands. */
const short: ReadonlyMap<number, number> = new Map([
  [Op.add64, Op.add32],
  [Op.sub64, Op.sub32],
  [Op.mul64, Op.mul32],
  [Op.and64, Op.and32],
  [Op.or64, Op.or32],
  [Op.xor64, Op.xor32],
]);
const DEEPEST = 100;

export class Narrowing {
  readonly #g: WordGraph;
  /** The low halves that are known. */
  readonly #low = new Map<Word, Word>();

  constructor(graph: WordGraph) {
    this.#g = graph;
  }

  /** The low 32 bits of a 64-bit word; `plain` makes the operator that only cuts. */
  low32(w: Word, plain: (w: Word) => Word, depth = 0): Word {
    const g = this.#g;
    const op = g.op[w]!;
    if (op === Op.extendS || op === Op.extendU) return g.x[w]!;
    if (op === Op.const64) return g.const32(g.low[w]!);
    const known = this.#low.get(w);
    if (known !== undefined) return known;
    const low = (operand: Word): Word => this.low32(operand, plain, depth + 1);
    let made: Word | undefined;
    if (depth < DEEPEST) {
      const same = short.get(op);
      const x = g.x[w]!;
      const y = g.y[w]!;
      if (same !== undefined) made = g.binary(same, low(x), low(y));
      else if (op === Op.select) made = g.select(g.z[w]!, low(x), low(y));
      else if (op === Op.shl64 && g.isConst(y)) {
        const by = g.low[y]! & 63;
        made = by < 32 ? g.binary(Op.shl32, low(x), g.const32(by)) : g.const32(0);
      }
    }
    made ??= plain(w);
    this.#low.set(w, made);
    return made;
  }
}
