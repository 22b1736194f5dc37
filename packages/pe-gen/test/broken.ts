// Faults put into the text of a design, to see whether its checks notice them.

import type { VerilogFile } from '@gatewright/hdl-core';
import type { VerifyReport } from '@gatewright/sim';
import { expect } from 'vitest';

/** Replaces one piece of one module's text, which must be there. */
export const broken =
  (module: string, from: string, to: string) =>
  (files: VerilogFile[]): VerilogFile[] =>
    files.map((f) => {
      if (f.module.replace(/_.*/, '') !== module) return f;
      expect(f.text).toContain(from);
      return { ...f, text: f.text.replace(from, to) };
    });

/** What a report found wrong: mismatches and other problems. */
export const faults = (report: VerifyReport): number =>
  report.mismatchCount + report.scenarios.filter((s) => s.problem !== undefined).length;
