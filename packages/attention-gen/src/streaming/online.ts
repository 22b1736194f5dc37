// Streaming attention with an online softmax: a token per cycle, state of valueDim + 2 words whatever the length of a row.
// Invariant: m is the largest score of the row so far, and l and z are sums weighted by exp(s - m). The loops of l and z close
// in one cycle (a multiplier and an adder), which is what sets the clock.

import {
  bool,
  bundle,
  cat,
  defineModule,
  join,
  literal,
  mux,
  named,
  regs,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FloatConvert, FloatDivide, FP32 } from '@gatewright/parts';
import {
  add,
  dataBits,
  dataFormat,
  exponential,
  multiply,
  type StreamingParams,
  streamingParams,
  streamingPorts,
} from './params.ts';

const MINUS_INFINITY = 0xff800000;
const SIGN = 0x80000000;

/** Scores and value rows in, one output row per row of scores: softmax over all of the row's keys, in one pass. */
export const OnlineAttention = defineModule({
  name: 'OnlineAttention',
  doc: 'attention over a stream of scores with an online softmax and O(1) memory.',
  params: streamingParams,
  ports: streamingPorts,
  build(io, p) {
    const { largest } = regs({ largest: uint(32) }, { largest: MINUS_INFINITY });
    const { data, last } = io.score.data;
    const next = named('next_largest', mux(greater(data, largest), data, largest));
    const negative = next.xor(SIGN);
    const changeType = bundle({ old: uint(32), fresh: uint(32), last: bool });
    const old = add('u_old', largest, negative);
    const fresh = add('u_fresh', data, negative);
    when(io.score.fire, () => largest.next(mux(last, literal(MINUS_INFINITY, uint(32)), next)));
    const scanned = io.score
      .map(changeType, () => ({ old, fresh, last }))
      .stage('forward', { name: 'scanned' });

    const weightType = bundle({ rescale: uint(32), weight: uint(32), last: bool });
    const rescale = exponential('u_rescale', scanned.data.old);
    const weight = exponential('u_weight', scanned.data.fresh);
    const weighed = scanned
      .map(weightType, (d) => ({ rescale, weight, last: d.last }))
      .stage('forward', { name: 'weighed' });

    const both = join('both', { w: weighed, v: io.value });
    const termType = bundle({
      rescale: uint(32),
      weight: uint(32),
      last: bool,
      terms: vec(p.valueDim, uint(32)),
    });
    const terms = both.data.v.map((v, k) => multiply(`u_term_${k}`, both.data.w.weight, widened(v, k, p)));
    const products = both
      .map(termType, ({ w }) => ({ rescale: w.rescale, weight: w.weight, last: w.last, terms }))
      .stage('forward', { name: 'products' });

    const sumsType = bundle({ total: uint(32), sums: vec(p.valueDim, uint(32)) });
    const { total, sums } = regs(
      { total: uint(32), sums: vec(p.valueDim, uint(32)) },
      { total: 0, sums: Array.from({ length: p.valueDim }, () => 0) },
    );
    const step = (name: string, sum: UIntSig, term: UIntSig): UIntSig =>
      add(`u_${name}`, multiply(`u_${name}_rescaled`, sum, products.data.rescale), term);
    const nextTotal = step('total', total, products.data.weight);
    const nextSums = sums.map((z, k) => step(`sum_${k}`, z, products.data.terms.at(k)));
    const zero = literal(0, uint(32));
    when(products.fire, () => {
      total.next(mux(products.data.last, zero, nextTotal));
      nextSums.forEach((z, k) => sums.at(k).next(mux(products.data.last, zero, z)));
    });
    const rows = products
      .filter((d) => d.last, { name: 'row_end' })
      .map(sumsType, () => ({ total: nextTotal, sums: nextSums }))
      .stage('forward', { name: 'row' });
    const quotients = rows.data.sums.map((z, k) => divide(`u_quotient_${k}`, z, rows.data.total, p));
    rows
      .map(vec(p.valueDim, uint(dataBits(p))), () => quotients)
      .stage('forward', { name: 'quotient' })
      .to(io.out);
  },
});

/** a > b of FP32 numbers as the maximum takes it: -0 below +0, NaN above all. */
function greater(a: UIntSig, b: UIntSig): ReturnType<UIntSig['gt']> {
  const rank = (x: UIntSig): UIntSig => mux(x.bit(31), x.not(), x.or(SIGN));
  return rank(a).gt(rank(b));
}

/** A value as FP32, exact. */
export function widened(v: UIntSig, k: number, p: StreamingParams): UIntSig {
  // BF16 is the upper half of FP32.
  if (p.dataType === 'bf16') return cat(v, literal(0, uint(16)));
  const convert = FloatConvert.inst(`u_value_${k}`, {
    ...dataFormat(p),
    toExponentBits: FP32.exponentBits,
    toMantissaBits: FP32.mantissaBits,
  });
  convert.x.set(v);
  return convert.y;
}

/** An FP32 quotient rounded to the output's format. */
function divide(name: string, a: UIntSig, b: UIntSig, p: StreamingParams): UIntSig {
  const { exponentBits, mantissaBits } = dataFormat(p);
  const part = FloatDivide.inst(name, {
    ...FP32,
    toExponentBits: exponentBits,
    toMantissaBits: mantissaBits,
  });
  part.a.set(a);
  part.b.set(b);
  return part.quotient;
}
