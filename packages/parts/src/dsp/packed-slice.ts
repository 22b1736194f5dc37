// One multiplier and adder that makes two or four small products at once, as a DSP48E2 or as plain Verilog.
// Invariant: both bodies have the same registers in the same places, so they agree in every cycle; no enable, no reset.
//
//   sum = (start ? bias : cascade) + (upper * 2^offset + lower) * factor         four cycles after the operands
//
// The bias keeps every field but the last non-negative, so that no field borrows from the next: a field is read by inverting
// its top bit. Without it a field gets back what the one below borrowed, which takes an adder. Sums of too many products
// overflow a field; the chain around the slice sees to that.

import {
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  registered,
  regs,
  type SIntSig,
  sint,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { dsp48e2 } from './dsp48e2.ts';

/** Bits of the sum, whatever the packing. */
export const SUM_BITS = 48;
/** Cycles from the operands to the sum. */
export const SLICE_LATENCY = 4;
/** Cycles from the operands to the `start` that belongs to them. */
export const START_DELAY = 2;

/** Widths of what is packed. Field k of the sum lies at k * fieldBits; upper and lower stand `offset` apart. */
export interface SlicePacking {
  readonly fields: number;
  readonly fieldBits: number;
  /** Bits of `upper` and of `lower`. */
  readonly pairBits: number;
  /** Bits of `factor`, which holds two operands a field apart where there are four fields. */
  readonly factorBits: number;
}

export const SLICE_PACKINGS = {
  /** Two INT8 activations (the pair) times a weight. */
  int8: { fields: 2, fieldBits: 18, pairBits: 8, factorBits: 8 },
  /** Two 4-bit weights (the pair) times an INT8 activation. */
  w4a8: { fields: 2, fieldBits: 18, pairBits: 4, factorBits: 8 },
  /** Two 4-bit weights (the pair) times two INT4 activations, x1 * 2^11 + x0. */
  int4: { fields: 4, fieldBits: 11, pairBits: 4, factorBits: 16 },
} as const satisfies Readonly<Record<string, SlicePacking>>;

export type SlicePackingName = keyof typeof SLICE_PACKINGS;

/** Places between `upper` and `lower`. */
export const pairOffset = (p: SlicePacking): number => (p.fields / 2) * p.fieldBits;

/** What a chain starts from: half a field in every field but the last. */
export const sliceBias = (p: SlicePacking): bigint =>
  Array.from({ length: p.fields - 1 }, (_, k) => 1n << BigInt((k + 1) * p.fieldBits - 1)).reduce(
    (sum, bit) => sum + bit,
    0n,
  );

/** The fields of a sum, which began with the bias or with 0; the last one has all bits that are left. */
export function sliceFields(p: SlicePacking, sum: UIntSig, biased = true): SIntSig[] {
  return Array.from({ length: p.fields }, (_, k) => {
    const low = k * p.fieldBits;
    const high = k === p.fields - 1 ? SUM_BITS - 1 : low + p.fieldBits - 1;
    const field = sum.bits(high, low).asSInt();
    if (!biased)
      return k === 0
        ? field
        : field.add(
            sum
              .bit(low - 1)
              .asUInt()
              .toSInt(),
          );
    return k === p.fields - 1 ? field : cat(sum.bit(high).not(), sum.bits(high - 1, low)).asSInt();
  });
}

/** Bits that the sum of `products` and the bias needs. */
function naturalBits(p: SlicePacking, products: number): number {
  const half = (bits: number): bigint => 1n << BigInt(bits - 1);
  const pair = (half(p.pairBits) << BigInt(pairOffset(p))) + half(p.pairBits);
  const most = BigInt(products) * pair * half(p.factorBits) + sliceBias(p);
  return most.toString(2).length + 1;
}

const sliceParams = z.object({
  packing: z
    .enum(['int8', 'w4a8', 'int4'])
    .default('int8')
    .meta({ description: 'what is multiplied at once' }),
  implementation: z
    .enum(['generic', 'dsp48e2'])
    .default('generic')
    .meta({ description: 'plain Verilog, or the primitive of UltraScale+ devices' }),
  begins: z.enum(['always', 'never', 'dynamic', 'split']).default('always').meta({
    description:
      'whether a sum starts here: always, never, when `start` says so, or when it does and from `split_sum` when not',
  }),
  bias: z.boolean().default(true).meta({ description: 'a sum starts from half a field, not from 0' }),
  products: z
    .int()
    .min(1)
    .max(32)
    .default(1)
    .meta({ description: 'most products in the sum: how wide the generic body makes it' }),
});
type SliceParams = z.output<typeof sliceParams>;

const slicePorts = ({ packing, begins }: SliceParams) => {
  const { pairBits, factorBits } = SLICE_PACKINGS[packing];
  return {
    upper: input(sint(pairBits), 'operand of the upper fields'),
    lower: input(sint(pairBits), 'operand of the lower fields'),
    factor: input(sint(factorBits), 'what multiplies both'),
    start: input(
      uint(begins === 'dynamic' || begins === 'split' ? 1 : 0),
      `the sum starts here; ${START_DELAY} cycles after the operands`,
    ),
    cascade: input(
      uint(begins === 'never' || begins === 'dynamic' ? SUM_BITS : 0),
      'the sum of the slice before, dedicated wires on a device',
    ),
    split_sum: input(uint(begins === 'split' ? SUM_BITS : 0), 'a sum through the fabric, one cycle earlier'),
    sum: output(uint(SUM_BITS)),
    cascade_out: output(uint(SUM_BITS), 'the sum again, for the next slice'),
  };
};

/** sum[t+4] = (start[t+2] ? bias : cascade[t+3] or split_sum[t+2] + bias) + (upper * 2^offset + lower)[t] * factor[t]. */
export const PackedSlice = defineModule({
  name: 'PackedSlice',
  doc: 'two or four small products in one multiplier, added to a cascaded sum.',
  params: sliceParams,
  ports: slicePorts,
  build(io, p) {
    const packing = SLICE_PACKINGS[p.packing];
    const upper = io.upper.shl(pairOffset(packing));
    const bias = p.bias ? sliceBias(packing) : 0n;
    if (p.implementation === 'dsp48e2') {
      const withBias = 0b10_000_0101;
      const fromCascade = 0b00_001_0101;
      const fromSplit = 0b10_011_0101;
      const opmode =
        p.begins === 'always'
          ? withBias
          : p.begins === 'never'
            ? fromCascade
            : mux(
                io.start.any(),
                literal(withBias, uint(9)),
                literal(p.begins === 'split' ? fromSplit : fromCascade, uint(9)),
              );
      const slice = dsp48e2(
        'u_dsp',
        {
          AMULTSEL: 'AD',
          BREG: 2,
          BCASCREG: 2,
          CREG: 1,
          OPMODEREG: typeof opmode === 'number' ? 0 : 1,
          RND: p.begins === 'never' ? 0n : bias,
        },
        {
          A: io.lower.extend(30).asUInt(),
          D: upper.extend(27).asUInt(),
          B: io.factor.extend(18).asUInt(),
          INMODE: 0b00100,
          OPMODE: opmode,
          ...(p.begins === 'split' ? { C: io.split_sum } : {}),
          ...(p.begins === 'never' || p.begins === 'dynamic' ? { PCIN: io.cascade } : {}),
        },
      );
      io.sum.set(slice.P);
      io.cascade_out.set(slice.PCOUT);
      return;
    }
    const width = naturalBits(packing, p.products);
    const first = registered('first', { upper: io.upper, lower: io.lower, factor: io.factor });
    const second = registered('second', {
      pair: first.upper.shl(pairOffset(packing)).add(first.lower),
      factor: first.factor,
    });
    const { product } = registered('third', { product: second.pair.mul(second.factor) });
    const constant = literal(bias, sint(width));
    const base = (): SIntSig => {
      if (p.begins === 'always') return constant;
      const narrow = (sum: UIntSig): SIntSig => sum.bits(width - 1, 0).asSInt();
      if (p.begins === 'never') return narrow(io.cascade);
      const start = registered('start_held', io.start.any());
      if (p.begins === 'dynamic') return mux(start, constant, narrow(io.cascade));
      const split = registered('split_held', narrow(io.split_sum));
      return mux(start, literal(0, sint(width)), split)
        .add(constant)
        .trunc(width);
    };
    const { total } = regs({ total: sint(width) });
    total.next(named('base', base()).add(product).trunc(width));
    const sum = total.extend(SUM_BITS).asUInt();
    io.sum.set(sum);
    io.cascade_out.set(sum);
  },
});
