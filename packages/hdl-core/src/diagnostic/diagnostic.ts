// Diagnostics as data, and the error that carries all of them at once.
// Invariant: a diagnostic has a code, one sentence, the place of the fault and one concrete fix.

import type { SourcePlace } from '../source-place.ts';
import { CODES, type Code, type Severity } from './codes.ts';

export interface Diagnostic {
  readonly code: Code;
  readonly message: string;
  readonly module: string;
  readonly place?: SourcePlace | undefined;
  /** Facts that explain it: the declaration, the ranges, the path. Each may carry its own place. */
  readonly notes?: readonly { readonly text: string; readonly place?: SourcePlace | undefined }[];
  readonly help?: string;
  /** Where a rule of the project makes a warning an error. */
  readonly severity?: Severity;
}

export const severityOf = (d: Diagnostic): Severity => d.severity ?? CODES[d.code].severity;

/** By place: files in the order of their names, then lines and columns; what has no place comes last. */
export function sorted(list: readonly Diagnostic[]): Diagnostic[] {
  const keyed = list.map((d) => ({ d, at: d.place?.place }));
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  keyed.sort(({ at: a }, { at: b }) => {
    if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
    return compare(a.file, b.file) || a.line - b.line || a.column - b.column;
  });
  return keyed.map(({ d }) => d);
}

const PRINT_LIMIT = 20;

/** One diagnostic as text: code and sentence, place, notes with their places, help. */
export function renderDiagnostic(d: Diagnostic): string {
  const lines = [`${severityOf(d)}[${d.code}]: ${d.message}`];
  if (d.place) lines.push(`  ${d.place.long} (in module ${d.module})`);
  for (const note of d.notes ?? []) lines.push(`  ${note.text}${note.place ? ` (${note.place.long})` : ''}`);
  if (d.help) lines.push(`  help: ${d.help}`);
  return lines.join('\n');
}

/** All diagnostics of a design, at most twenty printed. */
export function renderDiagnostics(list: readonly Diagnostic[]): string {
  const shown = list.slice(0, PRINT_LIMIT).map(renderDiagnostic);
  if (list.length > PRINT_LIMIT) shown.push(`… and ${list.length - PRINT_LIMIT} more`);
  return shown.join('\n');
}

/** Thrown by `elaborate` when a design has errors; holds every diagnostic found, not the first. */
export class DesignError extends Error {
  declare readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    super(renderDiagnostics(diagnostics));
    this.name = 'DesignError';
    // Not enumerable: Node shows the properties of an error that nobody catches, and the message has said it all.
    Object.defineProperty(this, 'diagnostics', { value: diagnostics });
  }
}

/** What is wrong with a parameter. */
export interface ParameterFault {
  /** `lanes`, `taps[2]`; empty when it is not the fault of one. */
  readonly name: string;
  /** Its default when it was not given. */
  readonly value: unknown;
  /** `must be at least 1` */
  readonly message: string;
}

/** Thrown when parameters do not satisfy a module's schema. */
export class ParameterError extends Error {
  declare readonly faults: readonly ParameterFault[];
  constructor(module: string, faults: readonly ParameterFault[]) {
    const lines = faults.map(({ name, value, message }) => {
      const what =
        value === undefined
          ? name
          : `${name} = ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
      return `\n  ${name ? `${what}: ` : ''}${message}`;
    });
    super(`illegal parameters for ${module}${lines.join('')}`);
    this.name = 'ParameterError';
    Object.defineProperty(this, 'faults', { value: faults });
  }
}
