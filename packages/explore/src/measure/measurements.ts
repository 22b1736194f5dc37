// The measurements that there are.
// Invariant: a new one is a file and a line here.

import { design } from './design.ts';
import type { Measurement } from './measurement.ts';
import { simulation, verification } from './simulation.ts';
import { FPGAS, gates, osu018 } from './synthesis.ts';

export const MEASUREMENTS: readonly Measurement[] = [
  design,
  simulation,
  verification,
  ...FPGAS,
  gates,
  osu018,
];

export const measurementNames = (): string[] => MEASUREMENTS.map((m) => m.name);

export const measurementNamed = (name: string): Measurement | undefined =>
  MEASUREMENTS.find((m) => m.name === name);
