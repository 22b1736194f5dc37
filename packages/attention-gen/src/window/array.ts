// The attention array: cores that each hold a key and a value row, fed in row periods; three rows are on their way at a time.
// A query row is scored against all keys in one period, its weights are formed and its values summed in the next one, and
// divided behind that; each step may replace the rows of one core, from the buffers in front.
// Invariant: a row moves on only when everything it needs later has room or is there, so nothing inside ever waits.

import {
  assertAlways,
  bool,
  bundle,
  cat,
  defineModule,
  type Io,
  input,
  literal,
  msg,
  mux,
  named,
  output,
  registered,
  regs,
  stream,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FloatDivide, FloatMultiply, StreamFifo } from '@gatewright/parts';
import { AttentionCore } from './core.ts';
import { MaximumTree } from './maximum-tree.ts';
import {
  type ArrayParams,
  arrayParams,
  coreOf,
  dataBits,
  dataFormat,
  divideStages,
  headerOf,
  OUTPUT_ROWS,
  oneCode,
  queryBits,
  RECIPROCAL,
  scaleCode,
  sumBits,
  sumFormat,
} from './params.ts';
import { ReductionTree } from './reduction-tree.ts';
import { RowBuffer } from './row-buffer.ts';
import { ArraySequencer } from './sequencer.ts';
import { attentionStepType } from './window-steps.ts';

const arrayPorts = (p: ArrayParams) => ({
  step: input(
    stream(attentionStepType(p)),
    'what a row period does: empties all slots, then loads or empties one, then runs a query',
  ),
  q: input(stream(uint(queryBits(p))), 'query rows, an element at a time; bytes have their scale in front'),
  k: input(stream(uint(queryBits(p))), 'key rows, in the order of the loads'),
  v: input(stream(uint(dataBits(p))), 'value rows, in the order of the loads'),
  out: output(stream(bundle({ data: uint(dataBits(p)), last: bool })), 'output rows; last ends each'),
});

/**
 * Per query row: s = (q / sqrt(headDim)) k per live core, e = exp(s - maximum), o = SUM e v / SUM e. At most one slot is
 * loaded per step; a query must see at least one live slot.
 */
export const AttentionArray = defineModule({
  name: 'AttentionArray',
  doc: 'cores that each hold a key and value row, and all that attends to them.',
  params: arrayParams,
  ports: arrayPorts,
  build(io, p) {
    const scored = { width: queryBits(p), headDim: p.headDim, rows: 2, header: headerOf(p) };
    const queries = RowBuffer.inst('u_queries', scored);
    const keys = RowBuffer.inst('u_keys', scored);
    const values = RowBuffer.inst('u_values', { width: dataBits(p), headDim: p.headDim, rows: 4 });
    scaleQueries(io, p, queries);
    io.k.to(keys.in);
    io.v.to(values.in);

    const sequencer = ArraySequencer.inst('u_sequencer', p);
    io.step.to(sequencer.step);
    sequencer.available.set({ q: queries.available, k: keys.available, v: values.available });
    for (const [rows, which] of [
      [queries, 'q'],
      [keys, 'k'],
      [values, 'v'],
    ] as const) {
      rows.claim.set(sequencer.claim[which]);
      rows.done.set(sequencer.done[which]);
    }
    queries.address.set(sequencer.key_address);
    keys.address.set(sequencer.key_address);
    values.address.set(sequencer.value_address);

    // Memories answer a cycle after the address.
    const at = registered('at', {
      key_write: sequencer.key_write,
      key_address: sequencer.key_address,
      value_write: sequencer.value_write,
      value_address: sequencer.value_address,
      unit: sequencer.unit,
    });
    const queryScale =
      p.scores === 'int8'
        ? registered('query_scale', queries.header, { enable: sequencer.claim.q })
        : undefined;
    const maximum = p.maximum === 'online' ? MaximumTree.inst('u_maximum', p) : undefined;
    const tree = ReductionTree.inst('u_tree', p);
    for (let c = 0; c < p.window; c++) {
      const core = AttentionCore.inst(`u_core_${c}`, coreOf(p));
      core.step.set(sequencer.slot_step);
      core.selected.set(sequencer.slot.eq(c));
      core.key.set({
        address: sequencer.key_address,
        write: at.key_write,
        write_address: at.key_address,
        incoming: keys.data,
      });
      core.query.set(queries.data);
      core.loaded_scale.set(keys.header);
      core.query_scale.set(queryScale ?? 0);
      core.control.set(sequencer.control);
      core.value.set({
        address: sequencer.value_address,
        write: at.value_write,
        write_address: at.value_address,
        incoming: values.data,
      });
      core.value_start.set(sequencer.value_start);
      core.unit.set(at.unit);
      if (maximum) {
        maximum.scores.at(c).set(core.score);
        core.largest.set(maximum.largest);
      } else core.largest.set(0);
      tree.terms.at(c).set(core.term);
    }
    tree.beat.set(sequencer.tree_beat);
    divideRows(io, p, tree.sum, sequencer);
  },
});

type ArrayIo = Io<ReturnType<typeof arrayPorts>>;

/** Queries times headDim^-1/2, rounded once, on their way into their buffer; bytes have it in their scale. */
function scaleQueries(io: ArrayIo, p: ArrayParams, queries: ReturnType<typeof RowBuffer.inst>): void {
  if (p.scores === 'int8') {
    io.q.stage('forward').to(queries.in);
    return;
  }
  const scale = FloatMultiply.inst('u_scale', { ...dataFormat(p) });
  const q = io.q.stage('forward');
  scale.a.set(q.data);
  scale.b.set(scaleCode(p));
  queries.in.valid.set(q.valid);
  queries.in.data.set(scale.product);
  q.ready.set(queries.in.ready);
}

/**
 * The sum of the weights comes first and stays; each sum of values is divided by it and queues for the consumer. Without any
 * weight the values add up to nothing, and are divided by one.
 */
function divideRows(
  io: ArrayIo,
  p: ArrayParams,
  sum: UIntSig,
  sequencer: ReturnType<typeof ArraySequencer.inst>,
): void {
  const { total } = regs({ total: uint(sumBits(p)) });
  const nothing = named(
    'no_weight',
    sum
      .bits(sumBits(p) - 2, 0)
      .any()
      .not(),
  );
  const one = literal(oneCode(sumFormat(p)), uint(sumBits(p)));
  when(sequencer.root.total, () => total.next(mux(nothing, one, sum)));
  const [from, to] = [sumFormat(p), dataFormat(p)];
  const stages = divideStages(p);
  const divider = FloatDivide.inst('u_divide', {
    ...from,
    ...(p.accumulator === 'fp32' ? { toExponentBits: to.exponentBits, toMantissaBits: to.mantissaBits } : {}),
    ...(p.division === 'reciprocal' ? { method: 'reciprocal' as const, ...RECIPROCAL } : {}),
    stages,
  });
  divider.a.set(sum);
  divider.b.set(total);
  divider.enable.set(1);
  const stage = bundle({ valid: bool, last: bool });
  const { divided } = regs(
    { divided: vec(stages, stage) },
    { divided: Array.from({ length: stages }, () => ({ valid: false, last: false })) },
  );
  divided.at(0).next({ valid: sequencer.root.value, last: sequencer.root.last });
  for (let n = 1; n < stages; n++) divided.at(n).next(divided.at(n - 1));
  const { valid, last } = divided.at(stages - 1);

  const width = dataBits(p);
  const outputs = StreamFifo.inst('u_outputs', { width: width + 1, depth: OUTPUT_ROWS * p.headDim });
  outputs.in.valid.set(valid);
  outputs.in.data.set(cat(last, divider.quotient));
  when(valid, () => assertAlways('room_for_output', outputs.in.ready, msg`an output has no room`));
  io.out.valid.set(outputs.out.valid);
  io.out.data.set({ data: outputs.out.data.bits(width - 1, 0), last: outputs.out.data.bit(width) });
  outputs.out.ready.set(io.out.ready);
  sequencer.out_row.set(outputs.out.fire.and(outputs.out.data.bit(width)));
}
