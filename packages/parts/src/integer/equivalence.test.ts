// Proofs, not samples: every multiplier and adder tree is equivalent to the plain operator, by SAT in Yosys. A design that
// is wrong for a single operand pair must fail.

import { proveEquivalent } from '@gatewright/yosys';
import { describe, expect, test } from 'vitest';
import { weightProduct } from '../../test/weight-product.ts';
import { AdderTree } from './adder-tree.ts';
import { ADDER_TREES } from './compressor.ts';
import { Multiplier } from './multiplier.ts';

describe.each([2, 4, 6])('INT8 x %d-bit weights', (weightBits) => {
  test.each([
    ['and_shift', true],
    ['and_shift', false],
    ['booth4', true],
    ['booth4', false],
    ['sign_mag', true],
  ] as const)('%s, signed %s, is the operator', async (style, signed) => {
    const operator = weightProduct({ weightBits, weightSigned: signed, style: 'operator' });
    const styled = weightProduct({ weightBits, weightSigned: signed, style });
    const proof = await proveEquivalent(operator, styled, { input: 'q', bits: weightBits });
    expect(proof).toEqual({ equivalent: true });
  });
});

test('shifted rows whose top one is added instead of subtracted are found out', async () => {
  const broken = weightProduct({ weightBits: 4, weightSigned: true, style: 'and_shift' });
  const [file] = broken.files;
  const text = file!.text.replace(/- (\{?.*product_row_3)/, '+ $1');
  expect(text).not.toBe(file!.text);
  const gate = { top: 'WeightProduct', files: [{ name: file!.name, text }] };
  const found = await proveEquivalent(
    weightProduct({ weightBits: 4, weightSigned: true, style: 'operator' }),
    gate,
  );
  expect(found.equivalent).toBe(false);
  // They differ for negative weights only.
  if (!found.equivalent) expect(found.counterexample.in_q! >> 3n).toBe(1n);
});

type MultiplierParams = Parameters<typeof Multiplier.elaborate>[0];
const multiplier = (params: MultiplierParams) => ({
  top: 'Multiplier',
  files: Multiplier.elaborate({ xBits: 4, yBits: 4, ...params }).verilog(),
});

test.each(
  ADDER_TREES.flatMap((tree) =>
    (['booth4', 'bits'] as const).flatMap((rows) => [true, false].map((signed) => ({ tree, rows, signed }))),
  ),
)('4 x 4 bits, $rows, $tree, signed $signed, is the operator', async ({ tree, rows, signed }) => {
  const gold = multiplier({ signed, rows: 'operator' });
  expect(await proveEquivalent(gold, multiplier({ signed, rows, tree }))).toEqual({ equivalent: true });
});

test.each(['wallace', 'dadda', 'compressor42'] as const)('the %s tree is the binary one', async (style) => {
  const tree = (s: (typeof ADDER_TREES)[number]) => ({
    top: 'AdderTree',
    files: AdderTree.elaborate({ terms: 5, width: 3, signed: true, style: s }).verilog(),
  });
  expect(await proveEquivalent(tree('binary'), tree(style))).toEqual({ equivalent: true });
});

test('a multiplier that is wrong for one operand pair is found out, with that pair', async () => {
  const gold = multiplier({ rows: 'operator' });
  const broken = multiplier({ rows: 'operator' });
  const [file] = broken.files;
  const marked = file!.text.replace(
    /assign product = (.*?);/s,
    "assign product = (x == 4'd11 && y == 4'd13) ? 8'sd0 : $1;",
  );
  expect(marked).not.toBe(file!.text);
  const found = await proveEquivalent(gold, {
    top: 'Multiplier',
    files: [{ name: file!.name, text: marked }],
  });
  expect(found).toMatchObject({ equivalent: false, counterexample: { in_x: 11n, in_y: 13n } });
});

test('a Booth multiplier without the ones that complete its complements is found out', async () => {
  const broken = multiplier({ rows: 'booth4' });
  const [file] = broken.files;
  const text = file!.text.replace(/(booth_ones\s*= ).*?;/s, (_, wire: string) => `${wire}8'd0;`);
  expect(text).not.toBe(file!.text);
  const gate = { top: 'Multiplier', files: [{ name: file!.name, text }] };
  expect(await proveEquivalent(multiplier({ rows: 'operator' }), gate)).toMatchObject({ equivalent: false });
});
