// Faults put into the text of a design, to see whether its checks notice them.

import type { VerilogFile } from '@gatewright/hdl-core';
import { type AnyUnit, type VerifyOptions, type VerifyReport, verifyUnit } from '@gatewright/sim';
import { expect } from 'vitest';

/** Replaces one piece of one module's text, which must be there: a string, or what a pattern finds first. */
export const broken =
  (module: string, from: string | RegExp, to: string) =>
  (files: VerilogFile[]): VerilogFile[] =>
    files.map((f) => {
      if (f.module.replace(/_.*/, '') !== module) return f;
      expect(f.text).toMatch(from);
      return { ...f, text: f.text.replace(from, to) };
    });

type Fault = (files: VerilogFile[]) => VerilogFile[];
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
