// The sum over all cores: a fixed tree of floating-point adders.
// Invariant: the order of additions depends on the core index only: terms half the array apart, until one is left. With one
// element per cycle every addition has an adder of its own; with an element in three cycles or more, three share one.

import {
  defineModule,
  input,
  literal,
  mux,
  output,
  registered,
  regs,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FloatAdd } from '@gatewright/parts';
import { type ArrayParams, arrayParams, minusZeroCode, sumBits, sumFormat, timing } from './params.ts';

const beatBits = (p: ArrayParams): number =>
  p.schedule === 'sequential' ? Math.ceil(Math.log2(timing(p).interval)) : 0;

/** `sum` of the terms, `timing(p).tree` cycles later. Sequential terms stay for an interval, which begins at beat 0. */
export const ReductionTree = defineModule({
  name: 'ReductionTree',
  doc: 'sum over all cores, in an order that depends on nothing but the core index.',
  params: arrayParams,
  ports: (p) => ({
    terms: input(vec(p.window, uint(sumBits(p)))),
    beat: input(uint(beatBits(p)), 'cycle of the interval of an element'),
    sum: output(uint(sumBits(p))),
  }),
  build(io, p) {
    let level: UIntSig[] = [...io.terms];
    for (let depth = 0; level.length > 1; depth++) {
      const reduce = p.schedule === 'sequential' ? quads : pairs;
      level = reduce(level, `l${depth}`, io.beat, p);
    }
    io.sum.set(level[0]!);
  },
});

/** n terms become half as many; one that is left over waits as long as the others take. */
function pairs(terms: readonly UIntSig[], name: string, _: UIntSig, p: ArrayParams): UIntSig[] {
  const half = Math.ceil(terms.length / 2);
  const { addStages } = timing(p);
  return Array.from({ length: half }, (_, k) => {
    const [a, b] = [terms[k]!, terms[k + half]];
    if (!b) {
      let waiting = a;
      for (let s = 1; s <= addStages; s++) waiting = registered(`${name}_wait_${s}`, waiting);
      return waiting;
    }
    const adder = FloatAdd.inst(`u_${name}_${k}`, { ...sumFormat(p), stages: addStages });
    adder.a.set(a);
    adder.b.set(b);
    adder.enable.set(1);
    return adder.sum;
  });
}

/** Two levels at once: one adder forms two pairs in beats 0 and 1 and their sum, an interval later, in beat 2. */
function quads(terms: readonly UIntSig[], name: string, beat: UIntSig, p: ArrayParams): UIntSig[] {
  const half = Math.ceil(terms.length / 2);
  const quarter = Math.ceil(half / 2);
  const width = sumBits(p);
  const nothing = literal(minusZeroCode(sumFormat(p)), uint(width));
  const pair = (k: number): [UIntSig, UIntSig] =>
    k < half ? [terms[k]!, terms[k + half] ?? nothing] : [nothing, nothing];
  return Array.from({ length: quarter }, (_, k) => {
    const adder = FloatAdd.inst(`u_${name}_${k}`, { ...sumFormat(p), stages: timing(p).addStages });
    const { first, second, sum } = regsOf(`${name}_${k}`, width);
    const [a, b] = pair(k);
    const [c, d] = pair(k + quarter);
    adder.a.set(mux(beat.eq(0), a, mux(beat.eq(1), c, first)));
    adder.b.set(mux(beat.eq(0), b, mux(beat.eq(1), d, second)));
    adder.enable.set(1);
    when(beat.eq(0), () => first.next(adder.sum));
    when(beat.eq(1), () => second.next(adder.sum));
    when(beat.eq(2), () => sum.next(adder.sum));
    return sum;
  });
}

const regsOf = (name: string, width: number) => {
  const registers = regs({
    [`${name}_first_pair`]: uint(width),
    [`${name}_second_pair`]: uint(width),
    [`${name}_total`]: uint(width),
  });
  return {
    first: registers[`${name}_first_pair`]!,
    second: registers[`${name}_second_pair`]!,
    sum: registers[`${name}_total`]!,
  };
};
