// Verilator's coverage file as points: what was counted, where in the printed Verilog, and how often.
// Invariant: leaves no file behind. It knows nothing of TypeScript: see counts.ts.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One counter. */
export interface CoveragePoint {
  /** `line` and `branch` count how often lines ran, `toggle` how often a bit changed. */
  readonly kind: 'line' | 'branch' | 'toggle' | 'user';
  /** Verilog file and module. */
  readonly file: string;
  readonly module: string;
  readonly line: number;
  /** All lines that it counts. */
  readonly lines: readonly number[];
  /** `if`, `else`, `case`, `block`, or the bit of a toggle: `acc[3]`. */
  readonly what: string;
  readonly count: number;
}

/** The text that `write` puts into the file of a path. */
export function textWritten(write: (path: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-coverage-'));
  try {
    const path = join(folder, 'coverage.dat');
    write(path);
    return readFileSync(path, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads the text of a coverage file (`# SystemC::Coverage-3`). */
export function readPoints(text: string): CoveragePoint[] {
  const points: CoveragePoint[] = [];
  for (const line of text.split('\n')) {
    const record = /^C '(.*)' (\d+)$/.exec(line);
    if (!record) continue;
    const fields = new Map(
      record[1]!
        .split('\u0001')
        .filter(Boolean)
        .map((field) => field.split('\u0002') as [string, string]),
    );
    const [page = '', module = ''] = (fields.get('page') ?? '').split('/');
    const at = Number(fields.get('l') ?? 0);
    points.push({
      kind: page.replace(/^v_/, '') as CoveragePoint['kind'],
      file: (fields.get('f') ?? '').replace(/^.*\//, ''),
      module,
      line: at,
      lines: linesOf(fields.get('S')),
      what: fields.get('o') ?? '',
      count: Number(record[2]),
    });
  }
  return points;
}

/** `33-34,37` as numbers; none for an `else` that is not written. */
function linesOf(text: string | undefined): number[] {
  return (text ?? '')
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
}
