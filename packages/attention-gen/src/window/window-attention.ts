// Sliding-window attention: the attention array stepped by a window, one sequence of one key head per job.

import { bool, bundle, defineModule, input, output, stream, uint } from '@gatewright/hdl-core';
import { AttentionArray } from './array.ts';
import { arrayOf, dataBits, queryBits, type WindowParams, windowParams } from './params.ts';
import { jobType, WindowSteps } from './window-steps.ts';

const windowPorts = (p: WindowParams) => ({
  job: input(stream(jobType(p)), 'a sequence: rows less 1, query heads that share the key head less 1'),
  q: input(
    stream(uint(queryBits(p))),
    'query rows in the order of positions, then of heads, an element at a time; rows of bytes have the four of their FP32 scale in front',
  ),
  k: input(stream(uint(queryBits(p))), 'key rows in the order of positions'),
  v: input(stream(uint(dataBits(p))), 'value rows in the order of positions'),
  out: output(
    stream(bundle({ data: uint(dataBits(p)), last: bool })),
    'output rows in the order of q; last ends each',
  ),
});

/**
 * o_i = softmax over j of (q_i k_j / sqrt(headDim)) v_j with i - (window - 1 - lookAhead) <= j <= i + lookAhead, 0 <= j < rows.
 * Each K/V row is read once per job. Jobs follow each other without a gap; rows may be 1 to 65,536.
 */
export const WindowAttention = defineModule({
  name: 'WindowAttention',
  doc: 'row-wise sliding-window attention, one core per key.',
  params: windowParams,
  ports: windowPorts,
  build(io, p) {
    const steps = WindowSteps.inst('u_steps', p);
    io.job.to(steps.job);
    const array = AttentionArray.inst('u_array', arrayOf(p));
    steps.step.to(array.step);
    io.q.to(array.q);
    io.k.to(array.k);
    io.v.to(array.v);
    array.out.to(io.out);
  },
});
