// Multiplication of two integers of any width: partial products by radix-4 Booth recoding or one per bit, and a tree.
// Invariant: exact for every operand pair. Rows are modulo 2^(sum of the widths), which the product always fits.

import {
  type BoolSig,
  bool,
  cat,
  defineModule,
  input,
  literal,
  named,
  output,
  replicate,
  type SIntSig,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { ADDER_TREES, addRows, onesComplement, rowOf } from './compressor.ts';

/**
 * The rows of x * y by radix-4 Booth recoding of y: one per two bits of y, a digit in -2..2 times x; a last row holds the
 * ones that make the complements of negative digits whole. Their sum modulo 2^width is the product.
 */
export function boothRows(
  name: string,
  x: UIntSig | SIntSig,
  y: UIntSig | SIntSig,
  width: number,
): UIntSig[] {
  const bits = y.type.width;
  const zero = literal(false, bool);
  const top = y.kind === 'sint' ? y.bit(bits - 1) : zero;
  const bit = (i: number): BoolSig => (i < 0 ? zero : i < bits ? y.bit(i) : top);
  const digits = Math.ceil((bits + (y.kind === 'sint' ? 0 : 1)) / 2);
  const once = named(`${name}_once`, rowOf(x, width));
  const ones: (UIntSig | BoolSig)[] = [];
  const rows = Array.from({ length: digits }, (_, i) => {
    const [high, mid, low] = [bit(2 * i + 1), bit(2 * i), bit(2 * i - 1)];
    const one = named(`${name}_one_${i}`, mid.xor(low));
    const two = named(`${name}_two_${i}`, high.xor(mid).and(one.not()));
    // The digit -0 is a complement of nothing and a one: they cancel.
    ones.unshift(high, ...(i ? [zero] : []));
    const low2 = 2 * i;
    const x1 = once.trunc(width - low2);
    const x2 = once.shl(1).trunc(width - low2);
    const magnitude = x2.and(replicate(two, width - low2)).or(x1.and(replicate(one, width - low2)));
    return named(`${name}_row_${i}`, cat(onesComplement(high, magnitude), literal(0, uint(low2))));
  });
  return [...rows, named(`${name}_ones`, cat(...ones).extend(width))];
}

/** The rows of x * y by one gated copy of x per bit of y; the top bit of a signed y subtracts. */
export function bitRows(name: string, x: UIntSig | SIntSig, y: UIntSig | SIntSig, width: number): UIntSig[] {
  const once = named(`${name}_once`, rowOf(x, width));
  const bits = y.type.width;
  const rows = Array.from({ length: bits }, (_, i) => {
    const place = once.trunc(width - i);
    const gated = place.and(replicate(y.bit(i), width - i));
    const subtracts = y.kind === 'sint' && i === bits - 1;
    // -x = ~x + 1, and the complement of a gated row is one's complement of nothing and a one, which cancel.
    return named(`${name}_row_${i}`, cat(subtracts ? gated.not() : gated, literal(0, uint(i))));
  });
  if (y.kind === 'uint') return rows;
  return [...rows, literal(1n << BigInt(bits - 1), uint(width))];
}

export const PARTIAL_PRODUCTS = ['booth4', 'bits', 'operator'] as const;

/** `product` = x * y, exact, in xBits + yBits bits. */
export const Multiplier = defineModule({
  name: 'Multiplier',
  doc: 'exact product of two integers.',
  params: z.object({
    xBits: z.int().min(1).max(128).default(16).meta({ description: 'bits of x' }),
    yBits: z.int().min(1).max(128).default(16).meta({ description: 'bits of y, which is recoded' }),
    signed: z.boolean().default(true).meta({ description: "two's complement" }),
    rows: z
      .enum(PARTIAL_PRODUCTS)
      .default('booth4')
      .meta({ description: 'partial products: radix-4 Booth, one per bit, or the plain operator' }),
    tree: z.enum(ADDER_TREES).default('dadda').meta({ description: 'how they are added' }),
  }),
  ports: (p) => ({
    x: input(uint(p.xBits)),
    y: input(uint(p.yBits)),
    product: output(uint(p.xBits + p.yBits)),
  }),
  build(io, p) {
    const width = p.xBits + p.yBits;
    if (p.rows === 'operator') {
      const product = p.signed ? io.x.asSInt().mul(io.y.asSInt()) : io.x.mul(io.y);
      io.product.set(rowOf(product, width));
      return;
    }
    const [x, y] = p.signed ? [io.x.asSInt(), io.y.asSInt()] : [io.x, io.y];
    const rows = p.rows === 'booth4' ? boothRows('booth', x, y, width) : bitRows('partial', x, y, width);
    io.product.set(addRows('level', rows, p.tree));
  },
});
