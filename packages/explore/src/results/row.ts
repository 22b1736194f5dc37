// One finished point: the line of a result file.
// Invariant: a row names everything that made it (unit, parameters after defaults, key), so it means the same in any file.

import { z } from 'zod';

// JSON has no infinities; a noise-free result has an infinite SNR.
const number = z.union([z.number(), z.enum(['Infinity', '-Infinity'])]).transform(Number);

export const rowSchema = z.strictObject({
  /** Hash of the point, of what is measured and of the code that does it. */
  key: z.string().regex(/^[0-9a-f]{32}$/),
  unit: z.string(),
  params: z.record(z.string(), z.unknown()),
  /** By column. */
  measured: z.record(z.string(), number),
  /** What failed, in which metric; metrics before it are in `measured`. */
  error: z.strictObject({ metric: z.string(), message: z.string() }).optional(),
  /** Of work. */
  seconds: z.number(),
});
export type Row = z.output<typeof rowSchema>;

/** The row as one line, without its end. */
export const rowText = (row: Row): string =>
  JSON.stringify(row, (_, v: unknown) =>
    typeof v === 'number' && !Number.isFinite(v) ? String(v) : typeof v === 'bigint' ? Number(v) : v,
  );

/** Whether the hardware was seen to be wrong. */
export const isWrong = ({ measured }: Pick<Row, 'measured'>): boolean =>
  Object.entries(measured).some(([name, n]) => name.endsWith('.mismatches') && n > 0);
