// A long run of the MixPE units: npm run deep -w @gatewright/pe-gen [-- --only proofs --runs 8 --seed 1]
// Proofs of every multiplier style up to 7 bits (8 take too long; the parts' tests try all of their pairs), and arrays of
// 32 x 32 cells against their golden model, with random stalls and the cycle law. Exit code 1 when anything differs.

import { parseArgs } from 'node:util';
import { defineModule, input, output, sint, uint } from '@gatewright/hdl-core';
import { MULTIPLIER_STYLES, multiplyByWeight } from '@gatewright/parts';
import { type AnyUnit, verifyUnit } from '@gatewright/sim';
import { proveEquivalent } from '@gatewright/yosys';
import { z } from 'zod';
import { mixpeArray, mixpeSequencer, mixpeStationary } from '../src/index.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
  },
});
const wanted = (name: string): boolean => values.only === undefined || name.includes(values.only);
const report = (name: string, ok: boolean, since: number): void => {
  console.log(`${ok ? 'ok' : 'WRONG'}  ${name}  ${((performance.now() - since) / 1000).toFixed(1)} s`);
  if (!ok) process.exitCode = 1;
};

const WeightProduct = defineModule({
  name: 'WeightProduct',
  params: z.object({ weightBits: z.int(), weightSigned: z.boolean(), style: z.enum(MULTIPLIER_STYLES) }),
  ports: (p) => ({
    x: input(sint(8)),
    q: input(uint(p.weightBits)),
    product: output(sint(8 + p.weightBits)),
  }),
  build: (io, p) =>
    io.product.set(multiplyByWeight('product', io.x, io.q, p, p.style).extend(8 + p.weightBits)),
});
type ProductParams = Parameters<typeof WeightProduct.elaborate>[0];
const product = (params: ProductParams) => ({
  top: 'WeightProduct',
  files: WeightProduct.elaborate(params).verilog({ locations: false }),
});

for (let weightBits = 2; weightBits <= 7; weightBits++) {
  for (const weightSigned of [true, false]) {
    for (const style of MULTIPLIER_STYLES) {
      const name = `proofs: INT8 x ${weightSigned ? 'signed' : 'unsigned'} ${weightBits} bits, ${style}`;
      if (style === 'operator' || (style === 'sign_mag' && !weightSigned) || !wanted(name)) continue;
      const since = performance.now();
      const gold = product({ weightBits, weightSigned, style: 'operator' });
      report(
        name,
        (await proveEquivalent(gold, product({ weightBits, weightSigned, style }))).equivalent,
        since,
      );
    }
  }
}

const size = { rows: 32, columns: 32 };
const arrays: readonly (readonly [AnyUnit, Record<string, unknown>])[] = [
  [mixpeArray as AnyUnit, size],
  [mixpeArray as AnyUnit, { ...size, zeroPoint: 'none', weightSigned: true, multiplier: 'booth4' }],
  [mixpeArray as AnyUnit, { ...size, activation: 'fp16', groupSize: 32 }],
  [mixpeSequencer as AnyUnit, { ...size, maxDepth: 256 }],
  [mixpeStationary as AnyUnit, { ...size, maxTokens: 48 }],
];
for (const [unit, params] of arrays) {
  const name = `arrays: ${unit.name} ${JSON.stringify(params)}`;
  if (!wanted(name)) continue;
  const since = performance.now();
  const { ok, checks } = await verifyUnit<AnyUnit>(unit, params, {
    ...{ runs: Number(values.runs), seed: Number(values.seed), backend: 'native' },
  });
  report(`${name}: ${checks} results`, ok, since);
}
