// What the report page is given, as plain data: shared by the program that writes it and the script that shows it.
// Invariant: JSON; numbers that are not finite are null.

export interface ReportColumn {
  readonly name: string;
  readonly unit: string;
  readonly better: 'less' | 'more' | null;
  readonly description: string;
}

export interface ReportRow {
  readonly number: number;
  readonly unit: string;
  readonly params: Readonly<Record<string, string>>;
  /** In the order of the columns. */
  readonly values: readonly (number | null)[];
  readonly front: boolean;
  readonly wrong: boolean;
  readonly error: string | null;
  /** Makes its Verilog. */
  readonly generate: string;
}

export interface ReportSource {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface ReportFile {
  readonly name: string;
  readonly lines: readonly string[];
  /** Per line: index of the source and line in it, from 1; null for lines of the frame. */
  readonly places: readonly (readonly [number, number] | null)[];
}

/** A unit by the example of one of its points. */
export interface ReportUnit {
  readonly name: string;
  readonly summary: string;
  readonly paper: string;
  /** Number of the point. */
  readonly point: number;
  readonly generate: string;
  readonly verify: string;
  readonly ports: readonly (readonly [name: string, direction: string, type: string, description: string])[];
  readonly files: readonly ReportFile[];
  readonly sources: readonly ReportSource[];
  /** SVG; empty for a unit without a clock. */
  readonly wave: string;
  readonly diagram: string;
}

export interface ReportData {
  readonly name: string;
  readonly description: string;
  readonly made: string;
  readonly command: string;
  readonly columns: readonly ReportColumn[];
  /** That differ between points. */
  readonly parameters: readonly string[];
  readonly fixed: Readonly<Record<string, string>>;
  readonly objectives: readonly {
    readonly text: string;
    readonly goal: 'min' | 'max';
    readonly values: readonly (number | null)[];
  }[];
  readonly sensitivities: readonly {
    readonly objective: string;
    readonly parameters: readonly {
      readonly name: string;
      readonly share: number;
      readonly means: readonly { readonly value: string; readonly mean: number }[];
    }[];
  }[];
  readonly rows: readonly ReportRow[];
  readonly units: readonly ReportUnit[];
}
