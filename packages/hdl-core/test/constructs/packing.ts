// Payloads as numbers, and ports with the names of a bus standard, for the golden Verilog.

import {
  bool,
  bundle,
  cat,
  defineModule,
  enumOf,
  input,
  mux,
  output,
  pack,
  sint,
  stream,
  uint,
  unpack,
  vec,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const Step = bundle({ offset: sint(5), mode: enumOf('Keep', 'Negate'), pair: vec(2, uint(9)), gap: uint(0) });
const Word = bundle({ data: uint(24), last: bool });

export const Packing = defineModule({
  name: 'Packing',
  doc: 'payloads as numbers and back, on ports named as AXI4-Stream wants.',
  params: z.object({}),
  ports: () => ({
    s_axis: input(stream(Word, { infix: '_t' })),
    m_axis: output(stream(Word, { infix: '_t' })),
  }),
  build(io) {
    io.s_axis
      .map(bundle({ step: Step, last: bool }), ({ data, last }) => ({ step: unpack(Step, data), last }))
      .map(bundle({ mode: enumOf('Keep', 'Negate'), offset: sint(6), last: bool }), ({ step, last }) => ({
        mode: step.mode,
        offset: mux(step.mode.is('Negate'), step.offset.neg(), step.offset),
        last: last.and(step.pair.at(0).lt(step.pair.at(1))),
      }))
      .stage('forward', { name: 'held' })
      .map(Word, ({ mode, offset, last }) => ({
        data: cat(pack(mode), pack(offset)).extend(24),
        last,
      }))
      .to(io.m_axis);
  },
});
