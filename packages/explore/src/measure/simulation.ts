// Cycles in simulation beside those of the closed form, compared with the golden model; per workload, or per directed
// scenario of the unit when the sweep has no workloads.
// Invariant: cycles, MAC per cycle and mismatches come from the simulated hardware; `predictedCycles` from the closed form.

import { compareTensors } from '@gatewright/golden';
import { runWorkload, verifyUnit } from '@gatewright/sim';
import type { Column, Measurement, Subject } from './measurement.ts';

const common = (prefix: string): Column[] => [
  { name: `${prefix}.cycles`, unit: 'cycles', better: 'less', description: 'simulated, without stalls' },
  { name: `${prefix}.predictedCycles`, unit: 'cycles', better: 'less', description: 'of the closed form' },
  { name: `${prefix}.macs`, unit: 'MAC', description: 'multiply-accumulates that were simulated' },
  {
    name: `${prefix}.macPerCycle`,
    unit: 'MAC/cycle',
    better: 'more',
    description: 'MAC by simulated cycles',
  },
  { name: `${prefix}.checks`, unit: '', description: 'output values compared with the golden model' },
  { name: `${prefix}.mismatches`, unit: '', better: 'less', description: 'of them wrong' },
];

const ofWorkload = (prefix: string): Column[] => [
  ...common(prefix),
  {
    name: `${prefix}.relativeRms`,
    unit: '',
    better: 'less',
    description: 'RMS error against FP32, relative',
  },
  { name: `${prefix}.snrDb`, unit: 'dB', better: 'more', description: 'signal to noise against FP32' },
  {
    name: `${prefix}.layerCycles`,
    unit: 'cycles',
    better: 'less',
    description: 'of the whole layer, scaled up by MAC from what was simulated',
  },
];

const SCENARIOS = 'scenarios';

export const simulation: Measurement = {
  name: 'simulation',
  description: 'simulated cycles, MAC/cycle, mismatches and numeric error, per workload',
  columns: ({ workloads }) =>
    workloads.length > 0 ? workloads.flatMap(({ name }) => ofWorkload(name)) : common(SCENARIOS),
  async measure(subject) {
    return subject.workloads.length > 0 ? await workloads(subject) : await scenarios(subject);
  },
};

async function workloads({ unit, params, workloads, backend }: Subject): Promise<Record<string, number>> {
  const measured: Record<string, number> = {};
  for (const { name, gemm, reference, layerMacs } of workloads) {
    const report = await runWorkload(unit, params, gemm, { backend });
    const error = compareTensors(reference, report.results);
    const { cycles, predictedCycles, macs, macPerCycle, checks, mismatchCount } = report;
    const values = {
      ...{ cycles, predictedCycles, macs, macPerCycle, checks, mismatches: mismatchCount },
      ...{ relativeRms: error.relativeRms, snrDb: error.snrDb },
      layerCycles: Math.ceil(layerMacs / macPerCycle),
    };
    for (const [key, value] of Object.entries(values)) measured[`${name}.${key}`] = value;
  }
  return measured;
}

async function scenarios({ unit, params, backend, seed }: Subject): Promise<Record<string, number>> {
  const report = await verifyUnit(unit, params, { backend, seed, runs: 0, stalls: false });
  const broken = report.scenarios.find((s) => s.problem !== undefined);
  if (broken) throw new Error(`scenario ${broken.name}: ${broken.problem}`);
  let macs = 0;
  for (const { inputs } of unit.stimulus(params).directed) macs += unit.performance(params, inputs).macs;
  const { cycles, checks, mismatchCount } = report;
  return {
    [`${SCENARIOS}.cycles`]: cycles,
    [`${SCENARIOS}.predictedCycles`]: report.scenarios.reduce((n, s) => n + s.predictedCycles, 0),
    [`${SCENARIOS}.macs`]: macs,
    [`${SCENARIOS}.macPerCycle`]: cycles === 0 ? 0 : macs / cycles,
    [`${SCENARIOS}.checks`]: checks,
    [`${SCENARIOS}.mismatches`]: mismatchCount,
  };
}

/** Directed scenarios and random lists, with stalls: what `gatewright verify` does. */
export const verification: Measurement = {
  name: 'verification',
  description: 'every directed scenario and random lists with stalls, against the golden model',
  columns: () => [
    { name: 'verification.checks', unit: '', description: 'output values compared' },
    { name: 'verification.mismatches', unit: '', better: 'less', description: 'of them wrong' },
  ],
  async measure({ unit, params, backend, seed }) {
    const report = await verifyUnit(unit, params, { backend, seed, runs: 5 });
    const broken = report.scenarios.find((s) => s.problem !== undefined);
    if (broken) throw new Error(`scenario ${broken.name}: ${broken.problem}`);
    return { 'verification.checks': report.checks, 'verification.mismatches': report.mismatchCount };
  },
};
