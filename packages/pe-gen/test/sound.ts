// What every configuration of a unit must be: bit exact, as fast as its law says, and clean in three tools.

import { type AnyUnit, type VerifyOptions, type VerifyReport, verifyUnit } from '@gatewright/sim';
import { expect } from 'vitest';
import { complaints } from './clean.ts';

/** Verifies the unit, and has its Verilog read by Verilator, Icarus and Yosys. */
export async function expectSound(
  unit: AnyUnit,
  params: object,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const given = params as Record<string, unknown>;
  const report = await verifyUnit<AnyUnit>(unit, given, options);
  expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
  expect(report.ok).toBe(true);
  expect(await complaints(unit.module.elaborate(given).verilog(), unit.module.name)).toEqual([]);
  return report;
}
