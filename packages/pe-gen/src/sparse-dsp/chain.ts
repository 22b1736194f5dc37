// The chain: slices in a cascade that is cut into dot products of n taps, n chosen anew in every cycle.
// Each tap chooses its activation among all inputs by an index. Every signal travels with its own wavefront: inputs, indices,
// cuts and the marks of finished sums are delayed by the skew of the tap they belong to, so a change of n needs no pause.
//
//   sums[g][c * rows + r] = SUM over the n taps that end with group g of rows[r][indices[tap]] * weights[tap][c]

import {
  assertAlways,
  type BoolSig,
  bool,
  cat,
  defineModule,
  literal,
  msg,
  mux,
  named,
  registered,
  regs,
  type SIntSig,
  sint,
  sumTree,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { PackedSlice, SLICE_LATENCY, START_DELAY, sliceFields } from '@gatewright/parts';
import { chainPorts } from './chain-ports.ts';
import { delayed } from './delay.ts';
import {
  CHOICE_LATENCY,
  type ChainParams,
  chainParams,
  groupLatency,
  groupsOf,
  hasNode,
  KEPT_BITS,
  modesOf,
  operandsOf,
  packingOf,
  skewOf,
  sumBits,
  weightDelay,
} from './params.ts';
import { assumeWeights } from './weight-skew.ts';

/** One dot product of `taps`, or taps / n of n taps each, per cycle and field. No enable and no reset in the datapath. */
export const SparseChain = defineModule({
  name: 'SparseChain',
  doc: 'dot products of n:M sparse weights on a cascade of DSP slices, n chosen in every cycle.',
  params: chainParams,
  ports: chainPorts,
  build(io, p) {
    const { rows, columns } = operandsOf(p);
    const modes = modesOf(p);
    assertAlways(
      'n_is_a_mode',
      modes.map((n) => io.n.eq(n)).reduce((a, b) => a.or(b), io.n.eq(0)),
      msg`n is ${io.n}`,
    );
    if (p.weightSkew === 'inside') assumeWeights(p, io.n, io.weights);

    // Registered inputs; the index alone steers the choice behind them.
    const window = registered('window', [...io.rows]);
    const n = registered('n_held', io.n);
    const index = regs({ index: io.indices.type }).index;
    when(io.dense, () => {
      for (let tap = 0; tap < p.taps; tap++) index.at(tap).next(tap);
    }).otherwise(() => index.next(io.indices));
    /** n is one of `some`. */
    const isOneOf = (some: readonly number[]): BoolSig =>
      some.map((m) => n.bit(Math.log2(m))).reduce((a, b) => a.or(b), literal(false, bool));

    const sums: UIntSig[] = [];
    let cascade: UIntSig | undefined;
    for (let tap = 0; tap < p.taps; tap++) {
      const skew = skewOf(p, tap);
      const chosen = window.map((row) => row.at(index.at(tap)));
      const activations = delayed(
        `activations_${tap}`,
        cat(...chosen.toReversed()),
        skew + CHOICE_LATENCY - 1,
      );
      const weights = delayed(
        `weights_${tap}`,
        cat(...[...io.weights.at(tap)].toReversed()),
        p.weightSkew === 'inside' ? weightDelay(p, tap) : 0,
      );
      const begins = beginsAt(p, tap);
      const slice = PackedSlice.inst(`u_slice_${tap}`, {
        packing: p.packing,
        implementation: p.implementation,
        begins,
        bias: p.bias,
        // A split field starts anew, the one above it does not.
        products: p.overflow === 'split' ? tap + 1 : (tap % p.segment) + 1,
      });
      const row = (r: number): SIntSig => part(activations, r, rows);
      const column = (c: number): SIntSig => part(weights, c, columns);
      slice.lower.set(columns === 1 ? row(0) : column(0));
      slice.upper.set(columns === 1 ? row(1) : column(1));
      slice.factor.set(
        columns === 1
          ? column(0)
          : rows === 1
            ? row(0)
            : besideEachOther(row(1), row(0), packingOf(p).fieldBits),
      );
      if (begins === 'dynamic' || begins === 'split') {
        const starts = modes.filter(
          (m) => tap % (p.overflow === 'segment' ? Math.min(m, p.segment) : m) === 0,
        );
        const start = named(`starts_${tap}`, isOneOf(starts));
        slice.start.set(delayed(`start_${tap}`, start.asUInt(), skew + CHOICE_LATENCY - 1 + START_DELAY));
      } else slice.start.set(0);
      if (begins === 'split') slice.split_sum.set(withoutHighBits(p, sums[tap - 1]!));
      else if (begins !== 'always') slice.cascade.set(cascade!);
      sums.push(slice.sum);
      cascade = slice.cascade_out;
    }

    for (let group = 0; group < groupsOf(p); group++) {
      const end = (group + 1) * p.groupTaps;
      const fields = sliceFields(packingOf(p), sums[end - 1]!, p.bias).map((f) => resized(f, sumBits(p)));
      const done = named(`ends_${group}`, isOneOf(modes.filter((m) => end % m === 0)));
      io.done.at(group).set(delayed(`ended_${group}`, done.asUInt(), groupLatency(p, group) - 1).bit(0));
      const complete = hasNode(p, group) ? reductionNode(group, fields) : fields;
      for (const [k, field] of complete.entries()) io.sums.at(group).at(k).set(field);
    }

    /** Adds to the sums of a group what is beside the chain: earlier segments, or the high bits that left them. */
    function reductionNode(group: number, fields: readonly SIntSig[]): SIntSig[] {
      const last = Math.floor(((group + 1) * p.groupTaps) / p.segment) - 1;
      const here = groupLatency(p, group) - 1;
      const zero = literal(0, sint(1));
      /** Per field, the parts from the segments before. */
      const parts = fields.map((): SIntSig[] => []);
      for (let segment = 0; segment < last; segment++) {
        const tap = (segment + 1) * p.segment - 1;
        const covering = modes.filter(
          (m) => Math.floor(tap / m) === Math.floor(((last + 1) * p.segment - 1) / m),
        );
        const name = `from_${segment}_to_${group}`;
        const counts = delayed(name, isOneOf(covering).asUInt(), here - 1).bit(0);
        const age = here - (CHOICE_LATENCY + skewOf(p, tap) + SLICE_LATENCY);
        if (p.overflow === 'segment')
          sliceFields(packingOf(p), sums[tap]!, p.bias).forEach((f, k) => {
            const bits = delayed(`${name}_field_${k}`, resized(f, sumBits(p)).asUInt(), age);
            parts[k]!.push(mux(counts, bits.asSInt(), zero));
          });
        else {
          const { high } = splitAt(p, sums[tap]!);
          const bits = delayed(`${name}_high`, high.asUInt(), age);
          const left = mux(counts, bits.asSInt(), zero);
          parts[0]!.push(left.shl(KEPT_BITS));
          // What stayed is not negative, so the field above has no borrow to be given back but this one.
          if (!p.bias) parts[1]!.push(left.isNegative().asUInt().toSInt());
        }
      }
      return registered(
        `reduced_${group}`,
        fields.map((field, k) => resized(sumTree([field, ...parts[k]!]), sumBits(p))),
      );
    }
  },
});

/** Where the sum of a tap comes from. */
function beginsAt(p: ChainParams, tap: number): 'always' | 'never' | 'dynamic' | 'split' {
  if (tap === 0) return 'always';
  if (tap % p.groupTaps !== 0) return 'never';
  if (tap % p.segment !== 0) return modesOf(p).some((n) => tap % n === 0) ? 'dynamic' : 'never';
  return p.overflow === 'segment' ? 'always' : 'split';
}

/** Value `at` of `count` that lie side by side, the first one lowest. */
function part(all: UIntSig, at: number, count: number): SIntSig {
  const width = all.type.width / count;
  return all.bits((at + 1) * width - 1, at * width).asSInt();
}

/** upper * 2^distance + lower, with one small subtraction. */
function besideEachOther(upper: SIntSig, lower: SIntSig, distance: number): SIntSig {
  const borrowed = upper.sub(lower.isNegative().asUInt().toSInt());
  return cat(borrowed, lower.extend(distance)).asSInt();
}

/** The lower field of an INT8 sum: bits that stay, and what they leave to be added to the complete sum. */
function splitAt({ bias }: ChainParams, sum: UIntSig): { high: SIntSig; kept: UIntSig } {
  const top = sum.bit(17);
  return {
    high: cat(bias ? top.not() : top, sum.bits(16, KEPT_BITS)).asSInt(),
    kept: sum.bits(KEPT_BITS - 1, 0),
  };
}
const withoutHighBits = (p: ChainParams, sum: UIntSig): UIntSig =>
  cat(sum.bits(47, 18), literal(0, uint(18 - KEPT_BITS)), splitAt(p, sum).kept);

/** The value in `width` bits, which hold it. */
const resized = (x: SIntSig, width: number): SIntSig =>
  x.type.width > width ? x.trunc(width) : x.extend(width);
