// The end of a column of a weight-stationary array: dequantises the sums of groups and accumulates them.
// Invariant: it never waits. Tokens come in the same order in every pass of a tile, and one by one.

import {
  assertAlways,
  type BoolSig,
  bool,
  bundle,
  defineModule,
  type Io,
  input,
  named,
  output,
  registered,
  regs,
  stream,
  type UIntSig,
  uint,
  unused,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { FP16, FP32, floatWidth } from '@gatewright/parts';
import { accumulateTerms } from '../array/accumulate.ts';
import { elementOf } from '../array/element.ts';
import { countBits } from '../array/ring.ts';
import { stationaryElement } from './element.ts';
import {
  hasActivationSums,
  heldGroups,
  resultLatency,
  type StationaryParams,
  stationaryParams,
} from './params.ts';

const slotBits = (p: StationaryParams): number => (p.dequantise === 'sums' ? countBits(heldGroups(p)) : 0);

/** What accompanies a token through the array. */
export const tokenType = (p: StationaryParams) =>
  bundle({
    valid: bool,
    /** The first token of its pass. */
    first: bool,
    /** Which token of its pass it is. */
    place: uint(countBits(p.maxTokens)),
    /** Its pass begins a sum, or ends one. */
    opens: bool,
    closes: bool,
    /** The sum is the first of the tile; the last. */
    fresh: bool,
    done: bool,
    /** Where the constants of the group are. */
    slot: uint(slotBits(p)),
  });

const unitPorts = (p: StationaryParams) => ({
  load: input(bool, 'the constants of a group are taken at this edge'),
  load_slot: input(uint(slotBits(p))),
  scale: input(uint(p.dequantise === 'sums' ? floatWidth(FP16) : 0)),
  zero: input(uint(p.dequantise === 'sums' && p.zeroPoint === 'group' ? p.weightBits : 0)),
  token: input(tokenType(p), 'a cycle before its sum'),
  sum: input(uint(stationaryElement(p).sumBits), 'sum of the group so far'),
  x: input(uint(hasActivationSums(p) ? elementOf(p).activationSumBits : 0), 'sum of activations so far'),
  out: output(stream(uint(floatWidth(FP32))), 'FP32 results'),
});
type UnitIo = Io<ReturnType<typeof unitPorts>>;

/**
 * y <= RNE32(y + RNE32(T * scale)) for each token in turn, from +0 in the first group of a tile. Where weights are dequantised
 * the sum of the tile is the result.
 */
export const PassUnit = defineModule({
  name: 'PassUnit',
  doc: 'dequantises and accumulates the sums of a column.',
  params: stationaryParams,
  ports: unitPorts,
  build(io, p) {
    const { result } = wires({ result: stream(uint(floatWidth(FP32))) });
    const finished = p.dequantise === 'sums' ? dequantised(io, p) : wholeSum(io);
    result.valid.set(finished.valid);
    result.data.set(finished.sum);
    assertAlways('room', result.valid.not().or(result.ready));
    result.queue(resultLatency(p) + 1).to(io.out);
  },
});

interface Finished {
  readonly valid: BoolSig;
  readonly sum: UIntSig;
}

function wholeSum({ token, sum, load }: UnitIo): Finished {
  unused(load);
  for (const flag of [token.first, token.opens, token.closes, token.fresh]) unused(flag);
  unused(token.place);
  return { valid: registered('finished', token.valid.and(token.done), { reset: false }), sum };
}

function dequantised(io: UnitIo, p: StationaryParams): Finished {
  const element = elementOf(p);
  const { token } = io;
  unused(token.opens);
  unused(token.place);
  const slots = heldGroups(p);
  const { scale, zero } = regs({ scale: vec(slots, io.scale.type), zero: vec(slots, io.zero.type) }, {});
  when(io.load, () => {
    scale.at(io.load_slot).next(io.scale);
    zero.at(io.load_slot).next(io.zero);
  });

  const closing = token.valid.and(token.closes);
  const { first, fresh, done } = token;
  let now = registered('summed', { valid: closing }, { reset: { valid: false } });
  let flags = registered('summed', { first, fresh, done });
  const { slot } = registered('summed', { slot: token.slot });
  const term = element.term({
    valid: now.valid,
    sum: io.sum,
    x: p.zeroPoint === 'none' ? undefined : io.x,
    scale: named('scale_now', scale.at(slot)),
    zero: p.zeroPoint === 'group' ? named('zero_now', zero.at(slot)) : undefined,
  });
  // One register less than the term has: the accumulator wants to know a cycle ahead.
  for (let i = 1; i < element.termLatency; i++) {
    now = registered(`scaled_${i}`, now, { reset: { valid: false } });
    flags = registered(`scaled_${i}`, flags);
  }
  return accumulateTerms(
    { places: p.maxTokens, addStages: p.addStages, isAlwaysNormal: element.isAlwaysNormal },
    term,
    { valid: now.valid, ...flags },
  );
}
