// Faults put into the text of a design, to see whether its checks notice them.

import type { VerilogFile } from '@gatewright/hdl-core';
import { type AnyUnit, type VerifyOptions, type VerifyReport, verifyUnit } from '@gatewright/sim';
import { expect } from 'vitest';

type Fault = (files: VerilogFile[]) => VerilogFile[];

/** Replaces one piece of the text of a module, in each of its parametrisations that holds it; one must. */
export const broken =
  (module: string, from: string | RegExp, to: string): Fault =>
  (files) => {
    const holds = (f: VerilogFile): boolean =>
      f.module.replace(/_.*/, '') === module &&
      (typeof from === 'string' ? f.text.includes(from) : from.test(f.text));
    expect(files.some(holds), `${from} in ${module}`).toBe(true);
    return files.map((f) => (holds(f) ? { ...f, text: f.text.replace(from, to) } : f));
  };

const verified = (unit: AnyUnit, params: object, rewrite: Fault, options: VerifyOptions) =>
  verifyUnit<AnyUnit>(unit, params as Record<string, unknown>, { runs: 2, ...options, rewrite });

/** Expects that the checks of a unit find a fault: a wrong value, or another problem. */
export async function expectCaught(
  unit: AnyUnit,
  params: object,
  fault: Fault,
  options: VerifyOptions = {},
): Promise<void> {
  const report = await verified(unit, params, fault, options);
  expect(report.ok).toBe(false);
  expect(faults(report)).toBeGreaterThan(0);
}

/** Expects that a fault changes no value, but that the cycle law notices it. */
export async function expectTooSlow(unit: AnyUnit, params: object, fault: Fault): Promise<void> {
  const report = await verified(unit, params, fault, { runs: 1 });
  expect(report.mismatchCount).toBe(0);
  expect(report.ok).toBe(false);
}

/** What a report found wrong: mismatches and other problems. */
const faults = (report: VerifyReport): number =>
  report.mismatchCount + report.scenarios.filter((s) => s.problem !== undefined).length;
