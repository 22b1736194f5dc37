// The end of a column of a weight-stationary array: adds the passes of a group, dequantises, accumulates.
// Invariant: it never waits. Tokens come in the same order in every pass of a tile, and one by one.

import {
  assertAlways,
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
  registered,
  regs,
  type SIntSig,
  sint,
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
import { countBits, turn } from '../array/ring.ts';
import { activationSumBits, groupSumBits } from '../params.ts';
import { passSumBits } from './column.ts';
import {
  heldGroups,
  passesPerGroup,
  resultLatency,
  type StationaryParams,
  stationaryParams,
} from './params.ts';

/** What accompanies a token through the ends of the columns. */
export const tokenType = (p: StationaryParams) =>
  bundle({
    valid: bool,
    /** The first token of its pass. */
    first: bool,
    /** Its pass begins a group, or ends one. */
    opens: bool,
    closes: bool,
    /** The group is the first of the tile; the last. */
    fresh: bool,
    done: bool,
    /** Where the constants of the group are. */
    slot: uint(countBits(heldGroups(p))),
  });

/** Adds up what the passes of a group give for each token; a plain register when a pass is a group. */
export function groupTotal(
  name: string,
  p: StationaryParams,
  sum: SIntSig,
  bits: number,
  token: { readonly valid: BoolSig; readonly first: BoolSig; readonly opens: BoolSig },
): SIntSig {
  if (passesPerGroup(p) === 1) {
    unused(token.opens);
    return registered(name, sum.extend(bits));
  }
  // The token comes a cycle before its sum.
  const place = turn(`${name}_place`, p.maxTokens, token.valid, token.first);
  const parts = mem(`${name}_parts`, { depth: p.maxTokens, type: sint(bits), collision: 'undefined' });
  const part = parts.readSync(place, { name: `${name}_part` });
  const now = registered(`${name}_now`, { valid: token.valid }, { reset: { valid: false } });
  const { opens, at } = registered(`${name}_now`, { opens: token.opens, at: place });
  // All parts together have this width, so the carry out of the top bit is never needed.
  const total = named(
    `${name}_total`,
    mux(opens, literal(0, sint(bits)), part)
      .add(sum)
      .trunc(bits),
  );
  when(now.valid, () => parts.write(at, total));
  return registered(name, total);
}

/** y <= RNE32(y + RNE32(T * scale)) for each token in turn, from +0 in the first group of a tile. */
export const PassUnit = defineModule({
  name: 'PassUnit',
  doc: 'adds up passes, dequantises and accumulates the sums of a column.',
  params: stationaryParams,
  ports: (p) => ({
    load: input(bool, 'the constants of a group are taken at this edge'),
    load_slot: input(uint(countBits(heldGroups(p)))),
    scale: input(uint(floatWidth(FP16))),
    zero: input(uint(p.zeroPoint === 'group' ? p.weightBits : 0)),
    token: input(tokenType(p), 'a cycle before the sum of its pass'),
    sum: input(sint(passSumBits(p)), 'sum of a pass'),
    x: input(
      uint(p.zeroPoint === 'none' ? 0 : activationSumBits(p)),
      'sum of activations of the passes so far, two cycles after the token',
    ),
    out: output(stream(uint(floatWidth(FP32))), 'FP32 results'),
  }),
  build(io, p) {
    const element = elementOf(p);
    const { token } = io;
    const slots = heldGroups(p);
    const { scale, zero } = regs(
      {
        scale: vec(slots, uint(floatWidth(FP16))),
        zero: vec(slots, uint(p.zeroPoint === 'group' ? p.weightBits : 0)),
      },
      {},
    );
    when(io.load, () => {
      scale.at(io.load_slot).next(io.scale);
      zero.at(io.load_slot).next(io.zero);
    });

    const total = groupTotal('group_sum', p, io.sum, groupSumBits(p), token);
    // Two registers from the token to the total; then those of the dequantisation, less the one that the accumulator adds.
    const closing = token.valid.and(token.closes);
    const { first, fresh, done, slot } = token;
    let now = registered('summed_1', { valid: closing }, { reset: { valid: false } });
    now = registered('summed_2', now, { reset: { valid: false } });
    let flags = registered('summed_2', registered('summed_1', { first, fresh, done }));
    const place = registered('summed_2', registered('summed_1', { slot })).slot;
    const term = element.term({
      valid: now.valid,
      sum: total.asUInt(),
      x: p.zeroPoint === 'none' ? undefined : io.x,
      scale: named('scale_now', scale.at(place)),
      zero: p.zeroPoint === 'group' ? named('zero_now', zero.at(place)) : undefined,
    });
    for (let i = 1; i < element.termLatency; i++) {
      now = registered(`scaled_${i}`, now, { reset: { valid: false } });
      flags = registered(`scaled_${i}`, flags);
    }
    const finished = accumulateTerms(
      { places: p.maxTokens, addStages: p.addStages, isAlwaysNormal: element.isAlwaysNormal },
      term,
      { valid: now.valid, ...flags },
    );
    const { result } = wires({ result: stream(uint(floatWidth(FP32))) });
    result.valid.set(finished.valid);
    result.data.set(finished.sum);
    assertAlways('room', result.valid.not().or(result.ready));
    result.queue(resultLatency(p) + 1).to(io.out);
  },
});

/** X of the passes of a group so far, for all columns: in step with the first one. */
export const activationTotal = (
  p: StationaryParams,
  sum: SIntSig,
  token: Parameters<typeof groupTotal>[4],
): UIntSig => groupTotal('row_sum', p, sum, activationSumBits(p), token).asUInt();
