// Proofs, not samples: a significand times a weight by shifted rows is what the plain operator gives, by SAT in Yosys.

import { defineModule, input, output, uint } from '@gatewright/hdl-core';
import { FP16, FP32, unpackFloat } from '@gatewright/parts';
import { type Circuit, proveEquivalent } from '@gatewright/yosys';
import { expect, test } from 'vitest';
import { floatPeParams } from './params.ts';
import { fixedProduct } from './pe.ts';
import { mantissaProduct } from './product.ts';

/** The products that the elements add: for a float accumulator, and for the fixed one. */
const Products = defineModule({
  name: 'Products',
  params: floatPeParams,
  ports: (p) => ({
    x: input(uint(16)),
    q: input(uint(p.weightBits)),
    normalised: output(uint(11 + p.weightBits)),
    exponent: output(uint(9)),
    fixed: output(uint(11 + p.weightBits)),
  }),
  build(io, p) {
    const x = unpackFloat('x', io.x, FP16);
    const term = mantissaProduct(x, io.q, p, FP16, FP32);
    io.normalised.set(term.significand.extend(11 + p.weightBits));
    io.exponent.set(term.exponent.asUInt().extend(9));
    const magnitude = p.weightSigned ? io.q.asSInt().abs() : io.q;
    const product = fixedProduct(x.significand, magnitude, p, 'fixed');
    io.fixed.set(product.extend(11 + p.weightBits));
  },
});
const products = (params: NonNullable<Parameters<typeof Products.elaborate>[0]>): Circuit => ({
  top: 'Products',
  files: Products.elaborate(params).verilog({ locations: false }),
});

test.each([{ weightSigned: true }, { weightSigned: false }, { weightSigned: true, weightBits: 3 }])(
  'FP16 x INT: rows are the operator, %j',
  async (weights) => {
    const [operator, rows] = [products({ ...weights, multiplier: 'operator' }), products({ ...weights })];
    expect(await proveEquivalent(operator, rows)).toEqual({ equivalent: true });
  },
  600_000,
);

test('a row that is not gated is found out', async () => {
  const { top, files } = products({});
  const broken = files.map((f) => ({ ...f, text: f.text.replace(/\{11\{q_normal\[1\]\}\}/, "{11{1'b1}}") }));
  expect(broken).not.toEqual(files);
  expect(await proveEquivalent(products({ multiplier: 'operator' }), { top, files: broken })).toMatchObject({
    equivalent: false,
  });
}, 600_000);
