// Streaming attention in the naive order: every weight is divided by the row's sum before it meets its value.
// It is here to be compared with: the weights of a whole row wait in a FIFO beside the sum, and a FIFO that is too short for
// the row stops everything.

import {
  bool,
  bundle,
  defineModule,
  join,
  literal,
  mux,
  regs,
  stream,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { FloatConvert, FloatDivide, FP32 } from '@gatewright/parts';
import { z } from 'zod';
import { widened } from './online.ts';
import {
  add,
  dataBits,
  dataFormat,
  exponential,
  multiply,
  streamingParams,
  streamingPorts,
} from './params.ts';

export const naiveParams = z.object({
  ...streamingParams.shape,
  fifoDepth: z
    .int()
    .min(2)
    .max(4096)
    .default(66)
    .meta({ description: 'weights that wait for the sum of their row' }),
});

const weightType = bundle({ weight: uint(32), last: bool });

export const NaiveAttention = defineModule({
  name: 'NaiveAttention',
  doc: 'attention over a stream of scores in the naive order, with a FIFO as long as a row.',
  params: naiveParams,
  ports: streamingPorts,
  build(io, p) {
    const weight = exponential('u_exp', io.score.data.data);
    const [short, long] = io.score
      .map(weightType, (d) => ({ weight, last: d.last }))
      .stage('forward', { name: 'weighed' })
      .fork(2);
    const waiting = long!.queue(p.fifoDepth, { name: 'waiting' });

    const zero = literal(0, uint(32));
    const { partial } = regs({ partial: uint(32) }, { partial: 0 });
    const sum = add('u_total', partial, short!.data.weight);
    when(short!.fire, () => partial.next(mux(short!.data.last, zero, sum)));
    const totals = short!
      .filter((d) => d.last, { name: 'row_end' })
      .map(uint(32), () => sum)
      .stage('forward', { name: 'total' })
      .stage('forward', { name: 'repeated' });

    // The total stays until the last weight of its row has been divided by it.
    const divider = FloatDivide.inst('u_divide', FP32);
    divider.a.set(waiting.data.weight);
    divider.b.set(totals.data);
    const { shares } = wires({ shares: stream(weightType) });
    shares.valid.set(waiting.valid.and(totals.valid));
    shares.data.set({ weight: divider.quotient, last: waiting.data.last });
    waiting.ready.set(shares.ready.and(totals.valid));
    totals.ready.set(shares.ready.and(waiting.valid).and(waiting.data.last));
    const normal = shares.stage('forward', { name: 'normal' });

    const both = join('both', { w: normal, v: io.value });
    const terms = both.data.v.map((v, k) => multiply(`u_term_${k}`, both.data.w.weight, widened(v, k, p)));
    const products = both
      .map(bundle({ last: bool, terms: vec(p.valueDim, uint(32)) }), (d) => ({ last: d.w.last, terms }))
      .stage('forward', { name: 'products' });
    const { sums } = regs(
      { sums: vec(p.valueDim, uint(32)) },
      { sums: Array.from({ length: p.valueDim }, () => 0) },
    );
    const next = sums.map((z, k) => add(`u_sum_${k}`, z, products.data.terms.at(k)));
    when(products.fire, () => next.forEach((z, k) => sums.at(k).next(mux(products.data.last, zero, z))));
    const rounded = next.map((z, k) => {
      const { exponentBits, mantissaBits } = dataFormat(p);
      const convert = FloatConvert.inst(`u_round_${k}`, {
        ...FP32,
        toExponentBits: exponentBits,
        toMantissaBits: mantissaBits,
      });
      convert.x.set(z);
      return convert.y;
    });
    products
      .filter((d) => d.last, { name: 'row' })
      .map(vec(p.valueDim, uint(dataBits(p))), () => rounded)
      .stage('forward', { name: 'finished' })
      .to(io.out);
  },
});
