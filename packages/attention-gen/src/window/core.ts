// One attention core: a key row, a value row, a multiply-accumulate, an exponential unit and a multiplier.
// Invariant: a core holds at most one live key; when its row is replaced, the new elements are used on their way into its
// memories. All control is broadcast; only `selected` is a core's own.

import {
  type BoolSig,
  bool,
  bundle,
  defineModule,
  input,
  literal,
  mem,
  mux,
  named,
  output,
  regs,
  type SigOf,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { FloatAdd, FloatExp, FloatMultiply } from '@gatewright/parts';
import { byteScore } from './byte-score.ts';
import { delayed } from './delayed.ts';
import {
  type CoreParams,
  coreParams,
  dataBits,
  dataFormat,
  EXP_STAGES,
  expKind,
  infinityCode,
  MULTIPLY_STAGES,
  nanCode,
  oneCode,
  queryBits,
  sumBits,
  sumFormat,
  timing,
} from './params.ts';

const elementBits = (p: CoreParams): number => Math.max(1, Math.ceil(Math.log2(p.headDim)));

const lanesOf = (p: CoreParams): number => timing({ ...p, window: 2 }).lanes;

/** At the edge that ends a row period: what becomes of the slot that is selected. */
export const stepType = bundle({ go: bool, clear: bool, load: bool, drop: bool });

/** An element on its way to memories and multipliers: `address` a cycle before the rest. */
export const elementType = (p: CoreParams, width: number) =>
  bundle({
    address: uint(elementBits(p)),
    write: bool,
    write_address: uint(elementBits(p)),
    incoming: uint(width),
  });

/** What the adder of the score does in a cycle. */
export const scoreControlType = (p: CoreParams) =>
  bundle({
    start: bool,
    initial: uint(p.maximum === 'bound' ? sumBits(p) : 0),
    keep: uint(lanesOf(p) > 1 ? 1 : 0),
    combine: uint(lanesOf(p) > 1 ? 1 : 0),
    dequantise: uint(p.scores === 'int8' ? 1 : 0),
    capture: bool,
  });

export const AttentionCore = defineModule({
  name: 'AttentionCore',
  doc: 'one key and value row with what turns a query into its weighted value.',
  params: coreParams,
  ports: (p) => ({
    step: input(stepType),
    selected: input(bool, 'the slot of the step is this core'),
    key: input(elementType(p, queryBits(p))),
    query: input(uint(queryBits(p)), 'element of the scaled query'),
    loaded_scale: input(uint(p.scores === 'int8' ? 32 : 0), 'of the key row that a step loads'),
    query_scale: input(uint(p.scores === 'int8' ? 32 : 0), 'of the query row'),
    control: input(scoreControlType(p)),
    largest: input(uint(p.maximum === 'online' ? sumBits(p) : 0), 'maximum of all scores'),
    value: input(elementType(p, dataBits(p))),
    value_start: input(bool, 'the weight is complete'),
    unit: input(bool, 'the value is one: the term is the weight'),
    score: output(uint(p.maximum === 'online' ? sumBits(p) : 0)),
    term: output(uint(sumBits(p)), 'weight times value'),
  }),
  build(io, p) {
    const { live, replace_key, replace_next } = regs(
      { live: bool, replace_key: bool, replace_next: bool },
      { live: false, replace_key: false, replace_next: false },
    );
    const loads = named('loads', io.selected.and(io.step.load));
    when(io.step.go, () => {
      live.next(loads.or(live.and(io.step.clear.not()).and(io.selected.and(io.step.drop).not())));
      replace_key.next(loads);
      replace_next.next(replace_key);
    });

    const key = operand('key', io.key, replace_key, p);
    const scales = { query: io.query_scale, incoming: io.loaded_scale, load: io.step.go.and(loads) };
    const score =
      p.scores === 'int8'
        ? captured(byteScore(io.query, key, scales, io.control), io.control.capture, live, p)
        : accumulate(multiply('u_product', io.query, key, p), io.control, live, p);
    const exponential = exponentialOf(score.score, io.largest, p);
    const { weight, weight_live, replace_value } = regs({
      weight: uint(dataBits(p)),
      weight_live: bool,
      replace_value: bool,
    });
    when(io.value_start, () => {
      weight.next(mux(score.live, exponential, literal(0, uint(dataBits(p)))));
      weight_live.next(score.live);
      replace_value.next(replace_next);
    });
    const value = operand('value', io.value, replace_value, p);
    const one = literal(oneCode(dataFormat(p)), uint(dataBits(p)));
    const zero = literal(0, uint(dataBits(p)));
    // Whatever a slot without a live key holds, its term is zero.
    const factor = named('factor', mux(io.unit, one, mux(weight_live, value, zero)));
    io.term.set(multiply('u_term', weight, factor, p));
    if (p.maximum === 'online') io.score.set(score.score);
  },
});

/** A row of a core: the element that is addressed, or the incoming one, which is written in passing. */
function operand(
  name: string,
  element: SigOf<ReturnType<typeof elementType>>,
  replaced: BoolSig,
  p: CoreParams,
): UIntSig {
  const row = mem(`${name}_row`, {
    depth: p.headDim,
    type: uint(element.incoming.type.width),
    collision: 'undefined',
    style: 'distributed',
  });
  const held = row.readSync(element.address, { name: `${name}_held`, en: replaced.not() });
  row.write(element.write_address, element.incoming, { en: replaced.and(element.write) });
  return named(`${name}_operand`, mux(replaced, element.incoming, held));
}

/** A product in the format of sums: exact where that is wider. */
function multiply(name: string, a: UIntSig, b: UIntSig, p: CoreParams): UIntSig {
  const [from, to] = [dataFormat(p), sumFormat(p)];
  const product = FloatMultiply.inst(name, {
    ...from,
    ...(p.accumulator === 'fp32'
      ? { productExponentBits: to.exponentBits, productMantissaBits: to.mantissaBits }
      : {}),
    stages: MULTIPLY_STAGES,
  });
  product.a.set(a);
  product.b.set(b);
  product.enable.set(1);
  return product.product;
}

/** Sums products into as many partial sums as the adder has stages, or into one. */
function accumulate(
  product: UIntSig,
  control: SigOf<ReturnType<typeof scoreControlType>>,
  live: BoolSig,
  p: CoreParams,
): { score: UIntSig; live: BoolSig } {
  const width = sumBits(p);
  const adder = FloatAdd.inst('u_sum', { ...sumFormat(p), stages: timing({ ...p, window: 2 }).addStages });
  const initial = p.maximum === 'bound' ? control.initial : literal(0, uint(width));
  adder.a.set(mux(control.start, initial, adder.sum));
  adder.enable.set(1);
  if (lanesOf(p) > 1) {
    const { held } = regs({ held: uint(width) });
    when(control.keep.bit(0), () => held.next(adder.sum));
    adder.b.set(mux(control.combine.bit(0), held, product));
  } else adder.b.set(product);
  return captured(adder.sum, control.capture, live, p);
}

/** The score of the row, when it is complete; -inf of a slot without a live key. */
function captured(
  sum: UIntSig,
  capture: BoolSig,
  live: BoolSig,
  p: CoreParams,
): { score: UIntSig; live: BoolSig } {
  const width = sumBits(p);
  const { row_score, score_live } = regs({ row_score: uint(width), score_live: bool });
  when(capture, () => {
    row_score.next(mux(live, sum, literal(infinityCode(sumFormat(p), true), uint(width))));
    score_live.next(live);
  });
  return { score: row_score, live: score_live };
}

/** exp(score), or exp(score - largest). */
function exponentialOf(score: UIntSig, largest: UIntSig, p: CoreParams): UIntSig {
  const [from, to] = [sumFormat(p), dataFormat(p)];
  const exponential = FloatExp.inst('u_exp', {
    ...from,
    ...(p.accumulator === 'fp32' ? { toExponentBits: to.exponentBits, toMantissaBits: to.mantissaBits } : {}),
    kind: expKind(p),
    stages: EXP_STAGES,
  });
  exponential.enable.set(1);
  if (p.maximum === 'online') {
    const { addStages } = timing({ ...p, window: 2 });
    const below = FloatAdd.inst('u_below', { ...from, stages: addStages });
    below.a.set(score);
    below.b.set(largest.xor(1n << BigInt(sumBits(p) - 1)));
    below.enable.set(1);
    // Infinity less infinity is no number, but a score that has overflowed is the largest all the same.
    const largestItself = named('largest_itself', score.eq(largest).and(score.ne(nanCode(from))));
    const weighsOne = delayed('weighs_one', largestItself, addStages)(addStages);
    exponential.x.set(mux(weighsOne, literal(0, uint(sumBits(p))), below.sum));
  } else exponential.x.set(score);
  return exponential.y;
}
