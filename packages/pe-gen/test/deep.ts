// A long run of the MixPE arrays: npm run deep -w @gatewright/pe-gen [-- --only fp16 --runs 8 --seed 1]
// 32 x 32 cells against their golden model, with random stalls and the cycle law. Exit code 1 when anything differs.

import { parseArgs } from 'node:util';
import { type AnyUnit, verifyUnit } from '@gatewright/sim';
import { mixpeArray, mixpeSequencer, mixpeStationary, mixpeStationarySequencer } from '../src/index.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
  },
});

const size = { rows: 32, columns: 32 };
const arrays: readonly (readonly [AnyUnit, Record<string, unknown>])[] = [
  [mixpeArray as AnyUnit, size],
  [mixpeArray as AnyUnit, { ...size, zeroPoint: 'none', weightSigned: true, multiplier: 'booth4' }],
  [mixpeArray as AnyUnit, { ...size, activation: 'fp16', groupSize: 32 }],
  [mixpeSequencer as AnyUnit, { ...size, maxDepth: 256 }],
  [mixpeStationary as AnyUnit, { ...size, maxTokens: 48 }],
  [mixpeStationary as AnyUnit, { ...size, maxTokens: 48, activation: 'fp16', groupSize: 64 }],
  [mixpeStationary as AnyUnit, { ...size, maxTokens: 48, activation: 'fp16', dequantise: 'weights' }],
  [mixpeStationarySequencer as AnyUnit, { ...size, maxTokens: 48, maxDepth: 256 }],
];
for (const [unit, params] of arrays) {
  const name = `${unit.name} ${JSON.stringify(params)}`;
  if (values.only && !name.includes(values.only)) continue;
  const since = performance.now();
  const { ok, checks } = await verifyUnit<AnyUnit>(unit, params, {
    ...{ runs: Number(values.runs), seed: Number(values.seed), backend: 'native' },
  });
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  console.log(`${ok ? 'ok' : 'WRONG'}  ${name}: ${checks} results  ${seconds} s`);
  if (!ok) process.exitCode = 1;
}
