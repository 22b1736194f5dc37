// The chain between two streams: its sums brought together in time, and held until they are taken.
// Invariant: no more inputs are under way than the queue behind the chain has room for, so the chain itself never stalls.

import {
  type BoolSig,
  bundle,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  stream,
  type UIntSig,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { SparseChain } from './chain.ts';
import { chainInputs, groupSums } from './chain-ports.ts';
import { delayed, delayedMark } from './delay.ts';
import { type ChainParams, chainLatency, chainParams, groupLatency, groupsOf } from './params.ts';
import { WeightSkew } from './weight-skew.ts';

/** Inputs that may be under way or wait for the consumer. */
const roomFor = (p: ChainParams): number => chainLatency(p) + 3;

/** Payload: per group its sums, or zeros where no dot product ends. */
const dotPorts = (p: ChainParams) => ({
  in: input(stream(bundle(chainInputs(p))), 'a window of activations and the pairs to multiply them with'),
  out: output(
    stream(vec(groupsOf(p), groupSums(p))),
    'complete sums at the groups that end one; none for n = 0',
  ),
});

/** A result per input with n > 0, one input per cycle, n free in each of them. */
export const SparseDotProducts = defineModule({
  name: 'SparseDotProducts',
  doc: 'n:M sparse dot products of two activation rows, n chosen with every input.',
  params: chainParams,
  ports: dotPorts,
  build(io, p) {
    const chain = SparseChain.inst('u_chain', p);
    const { room } = regs({ room: uint(Math.ceil(Math.log2(roomFor(p) + 1))) }, { room: roomFor(p) });
    const free = named('free', room.any());
    const enters = named('enters', io.in.valid.and(free).and(io.in.data.n.any()));
    io.in.ready.set(free);
    chain.rows.set(io.in.data.rows);
    chain.indices.set(io.in.data.indices);
    chain.dense.set(io.in.data.dense);
    const n = named('n_entering', gate(enters, io.in.data.n));
    chain.n.set(n);
    if (p.weightSkew === 'inside') chain.weights.set(io.in.data.weights);
    else {
      const skew = WeightSkew.inst('u_weights', p);
      skew.weights.set(io.in.data.weights);
      skew.n.set(n);
      chain.weights.set(skew.skewed);
    }

    const latency = chainLatency(p);
    const { sums } = wires({ sums: stream(vec(groupsOf(p), groupSums(p))) });
    const present = delayedMark('present', enters, latency);
    sums.valid.set(present);
    sums.data.set(
      Array.from({ length: groupsOf(p) }, (_, group) => {
        const done = chain.done.at(group);
        const fields = [...chain.sums.at(group)].map((field) => gate(done, field.asUInt()));
        const wait = latency - groupLatency(p, group);
        const together = delayed(`sums_${group}`, cat(...fields.toReversed()), wait);
        const width = fields[0]!.type.width;
        return fields.map((_, k) => together.bits((k + 1) * width - 1, k * width).asSInt());
      }),
    );
    const queued = sums.queue(roomFor(p), { name: 'waiting' });
    queued.to(io.out);
    const leaves = named('leaves', io.out.fire);
    when(enters.and(leaves.not()), () => room.next(room.subWrap(1))).elseWhen(leaves.and(enters.not()), () =>
      room.next(room.addWrap(1)),
    );
  },
});

const gate = (enable: BoolSig, x: UIntSig): UIntSig => mux(enable, x, literal(0, uint(1)));
