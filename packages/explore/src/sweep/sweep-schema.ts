// What a sweep file may say.
// Invariant: this schema is the one description of the format; what depends on the units is checked in read-sweep.ts.

import { z } from 'zod';

const scalar = z.union([z.number(), z.boolean(), z.string()]);

/** The values of a parameter: one, a list, a range with a step, or powers of two. */
const axisSchema = z.union([
  scalar,
  z.array(scalar).min(1).readonly(),
  z.strictObject({
    range: z
      .tuple([z.number(), z.number()])
      .readonly()
      .meta({ description: 'first and last value, both included' }),
    step: z.number().positive().default(1),
  }),
  z.strictObject({
    pow2: z
      .tuple([z.number().positive(), z.number().positive()])
      .readonly()
      .meta({ description: 'powers of two from the first to the last value, both included' }),
  }),
]);
export type Axis = z.output<typeof axisSchema>;
export type Scalar = z.output<typeof scalar>;

/** A condition on the parameters of a point: an expression, or in a TypeScript file a function. */
export type Constraint = string | ((params: never) => boolean);
const constraintSchema = z.custom<Constraint>(
  (value) => typeof value === 'string' || typeof value === 'function',
  'an expression such as "lanes <= groupSize", or a function of the parameters',
);

const sampleSchema = z.strictObject({
  method: z.enum(['random', 'latin-hypercube']),
  points: z.int().min(1).max(1_000_000),
  seed: z.int().min(0).default(1),
});

const unitSchema = z.strictObject({
  unit: z.string(),
  parameters: z.record(z.string(), axisSchema).default({}),
  constraints: z.array(constraintSchema).default([]),
  /** Without it every combination is a point. */
  sample: sampleSchema.optional(),
});

const name = z.string().regex(/^[A-Za-z_]\w*$/, 'a name is made of letters, digits and _');
const size = z.int().min(1);
const seed = z.int().min(0).default(1);

export const workloadSchema = z.union([
  z.strictObject({
    name,
    model: z.string(),
    layer: z.string(),
    tokens: size.default(1),
    /** The part of a layer without weights at hand that is simulated, with random numbers; cycles are scaled up from it. */
    simulate: z
      .strictObject({ tokens: size.default(1), outputs: size.default(8), depth: size.default(512) })
      .prefault({}),
    seed,
  }),
  z.strictObject({
    name,
    gemm: z.strictObject({ tokens: size, depth: size, outputs: size }),
    seed,
  }),
  z.strictObject({ name, tensors: z.string(), activations: z.string(), weights: z.string() }),
]);
export type WorkloadSpec = z.output<typeof workloadSchema>;

export const sweepSchema = z.strictObject({
  name: z.string().regex(/^[\w-]+$/, 'a name is made of letters, digits, _ and -'),
  description: z.string().default(''),
  units: z.array(unitSchema).min(1),
  workloads: z.array(workloadSchema).default([]),
  metrics: z.array(z.string()).default([]),
  /** Metrics made of others: name and expression. */
  derived: z.record(name, z.string()).default({}),
  /** `min <expression>` or `max <expression>`; the first is the most important. */
  objectives: z.array(z.string()).default([]),
});

/** A sweep as written. */
export type SweepInput = z.input<typeof sweepSchema>;
/** A sweep after defaults. */
export type Sweep = z.output<typeof sweepSchema>;
export type SweptUnit = Sweep['units'][number];

/** A sweep in a TypeScript file: `export const sweep = defineSweep({ … })`. */
export const defineSweep = (sweep: SweepInput): SweepInput => sweep;
