// A long run of the 16-tap sparse chain: npm run deep:sparse -w @gatewright/pe-gen [-- --checks 60000 --seed 1 --only xcup]
// Every packing, form and body, its netlists and its text in Icarus, in every mode. Exit code 1 when anything differs.

import { parseArgs } from 'node:util';
import { SparseChain } from '../src/index.ts';
import { type ChainParams, chainParams } from '../src/sparse-dsp/params.ts';
import { netlistOf } from './netlist.ts';
import { icarusChain } from './sparse-icarus.ts';
import { chainModes, checkMode, type ModeReport, type Player, simulatedChain } from './sparse-modes.ts';

const { values } = parseArgs({
  options: {
    checks: { type: 'string', default: '60000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const checks = Number(values.checks);
const seed = Number(values.seed);

interface Run {
  readonly label: string;
  readonly params: Partial<ChainParams>;
  readonly open: (params: Partial<ChainParams>) => Promise<Player>;
}
const native = (label: string, params: Partial<ChainParams>): Run => ({
  label: `${label}, native`,
  params,
  open: (p) => simulatedChain(p, 'native'),
});
const verilator = (label: string, params: Partial<ChainParams>): Run => ({
  label: `${label}, DSP48E2, Verilator`,
  params: { ...params, implementation: 'dsp48e2' },
  open: (p) => simulatedChain(p, 'verilator'),
});
const icarus = (label: string, params: Partial<ChainParams>): Run => ({
  label: `${label}, Icarus`,
  params,
  open: icarusChain,
});
const netlist = (label: string, params: Partial<ChainParams>, target: 'xcup' | 'xc7'): Run => ({
  label: `${label}, netlist of ${target}, Verilator`,
  params,
  async open(p) {
    const circuit = SparseChain.elaborate(p);
    const { files } = await netlistOf(circuit.verilog(), circuit.top.name, target);
    return simulatedChain(p, 'verilator', () => files);
  },
});
const int4 = { packing: 'int4', segment: 16 } as const;
const w4a8 = { packing: 'w4a8', segment: 16 } as const;
const split = { overflow: 'split' } as const;
const primitive = { implementation: 'dsp48e2' } as const;
const runs: Run[] = [
  native('INT8 segment', {}),
  native('INT8 split', split),
  native('INT8 segment, no bias', { bias: false }),
  native('INT8 split, no bias', { ...split, bias: false }),
  native('INT4', int4),
  native('W4A8', w4a8),
  verilator('INT8 segment', {}),
  verilator('INT8 split', split),
  verilator('INT8 split, no bias', { ...split, bias: false }),
  verilator('INT4', int4),
  verilator('W4A8', w4a8),
  icarus('INT8 segment', {}),
  icarus('INT8 split', split),
  icarus('INT4', int4),
  netlist('INT8 segment, DSP48E2', primitive, 'xcup'),
  netlist('INT8 split, DSP48E2', { ...split, ...primitive }, 'xcup'),
  netlist('INT8 segment, generic', {}, 'xc7'),
  netlist('INT8 split, generic', split, 'xc7'),
].filter(({ label }) => values.only === undefined || label.toLowerCase().includes(values.only.toLowerCase()));
if (runs.length === 0) throw new RangeError(`--only ${values.only}: no run has that in its name`);

const modes = chainModes(chainParams.parse({}));
const line = (cells: readonly string[]): void =>
  console.log(cells.map((c, i) => (i === 0 ? c.padEnd(58) : c.padStart(9))).join(''));
console.log(`values compared per mode, seed ${seed}; n = 0: flags of groups that must not end a sum`);
line(['16 taps', ...modes.map((m) => (typeof m === 'number' ? `n = ${m}` : m)), 'wrong', 'seconds']);
let [all, wrong] = [0, 0];
for (const { label, params, open } of runs) {
  const started = performance.now();
  const player = await open(params);
  const reports: ModeReport[] = [];
  try {
    for (const mode of modes)
      reports.push(await checkMode(chainParams.parse(params), player, mode, checks, seed));
  } finally {
    await player.close();
  }
  const mismatches = reports.reduce((sum, r) => sum + r.mismatches, 0);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  line([label, ...reports.map((r) => String(r.checks)), String(mismatches), seconds]);
  for (const { first } of reports) if (first !== undefined) console.log(`  ${first}`);
  all += reports.reduce((sum, r) => sum + r.checks, 0);
  wrong += mismatches;
}
console.log(`${all} values in ${runs.length} runs, ${wrong} wrong`);
if (wrong > 0) process.exitCode = 1;
