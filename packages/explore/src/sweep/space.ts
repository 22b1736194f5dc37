// The points of a sweep: combinations of parameter values that satisfy the constraints and the unit's own schema.
// Invariant: points come in a fixed order, each once (combinations that a unit's defaults make equal are one point), and one
// at a time: memory does not grow with the space, but for a key per point.

import { canonicalJson, schemaSentence } from '@gatewright/hdl-core';
import type { AnyUnit } from '@gatewright/sim';
import { axisValues } from './axis.ts';
import { type Expression, ExpressionError, parseExpression, type Value } from './expression.ts';
import { permutation, seededRandom } from './random.ts';
import { SweepError } from './sweep-error.ts';
import type { Constraint, Scalar, SweptUnit } from './sweep-schema.ts';

/** One configuration of one unit. */
export interface Point {
  readonly unit: string;
  /** After defaults. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** What became of the combinations of one entry of `units`. */
export interface SpaceReport {
  readonly unit: string;
  combinations: number;
  points: number;
  duplicates: number;
  /** Refused by the unit's schema. */
  illegal: number;
  /** The schema's words, with how often. */
  readonly reasons: Map<string, number>;
  /** Per constraint, how many combinations it refuses by itself. */
  readonly refused: number[];
  /** Combinations that some constraint refuses. */
  constrained: number;
}

export interface UnitSpace {
  readonly unit: AnyUnit;
  readonly spec: SweptUnit;
  /** `units[0]`. */
  readonly place: string;
}

interface Condition {
  readonly text: string;
  holds(params: Readonly<Record<string, unknown>>): boolean;
}

/** The points of all units. `reports` gets one entry per unit, filled as the points are drawn. */
export function* pointsOf(spaces: readonly UnitSpace[], reports: SpaceReport[] = []): Generator<Point> {
  const seen = new Set<string>();
  for (const space of spaces) {
    const report: SpaceReport = {
      unit: space.unit.name,
      ...{ combinations: 0, points: 0, duplicates: 0, illegal: 0, constrained: 0 },
      reasons: new Map(),
      refused: space.spec.constraints.map(() => 0),
    };
    reports.push(report);
    const wanted = space.spec.sample?.points ?? Number.POSITIVE_INFINITY;
    for (const params of combinations(space)) {
      report.combinations++;
      const point = judge(space, params, report);
      if (!point) continue;
      const identity = `${point.unit} ${canonicalJson(point.params)}`;
      if (seen.has(identity)) {
        report.duplicates++;
        continue;
      }
      seen.add(identity);
      report.points++;
      yield point;
      if (report.points >= wanted) break;
    }
  }
}

function judge(space: UnitSpace, params: Record<string, Scalar>, report: SpaceReport): Point | undefined {
  const parsed = space.unit.module.params.safeParse(params, { error: schemaSentence });
  // Constraints see the defaults too; an illegal combination is judged as it was written.
  const seen = parsed.success ? parsed.data : { ...defaultsOf(space.unit), ...params };
  const refusing = conditionsOf(space).map((c) => !c.holds(seen));
  refusing.forEach((refuses, i) => {
    if (refuses) report.refused[i]!++;
  });
  if (refusing.includes(true)) {
    report.constrained++;
    return undefined;
  }
  if (!parsed.success) {
    report.illegal++;
    const reason = parsed.error.issues[0]?.message ?? 'illegal';
    report.reasons.set(reason, (report.reasons.get(reason) ?? 0) + 1);
    return undefined;
  }
  return { unit: space.unit.name, params: parsed.data };
}

/** Values that the schema gives to what is left out. */
function defaultsOf(unit: AnyUnit): Record<string, unknown> {
  const parsed = unit.module.params.safeParse({});
  return parsed.success ? parsed.data : {};
}

const conditions = new WeakMap<SweptUnit, readonly Condition[]>();

/** The constraints of a unit, understood once. Throws SweepError at the place of one that is not. */
export function conditionsOf({ unit, spec, place }: UnitSpace): readonly Condition[] {
  let found = conditions.get(spec);
  if (!found) {
    const names = Object.keys(unit.module.params.shape);
    found = spec.constraints.map((c, i) => conditionOf(c, names, `${place}.constraints[${i}]`));
    conditions.set(spec, found);
  }
  return found;
}

function conditionOf(constraint: Constraint, names: readonly string[], place: string): Condition {
  if (typeof constraint === 'function') {
    return {
      text: constraint.toString(),
      holds(params) {
        try {
          return constraint(params as never);
        } catch (error) {
          throw new SweepError(place, `the function throws: ${(error as Error).message}`);
        }
      },
    };
  }
  const inPlace = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      if (error instanceof ExpressionError) throw new SweepError(place, error.message);
      throw error;
    }
  };
  const expression: Expression = inPlace(() => parseExpression(constraint, names));
  return {
    text: constraint,
    holds(params) {
      const value = inPlace(() => expression.value((name) => params[name] as Value));
      if (typeof value === 'boolean') return value;
      throw new SweepError(place, `'${constraint}' is ${String(value)}, neither true nor false`);
    },
  };
}

function* combinations({ spec }: UnitSpace): Generator<Record<string, Scalar>> {
  const axes = Object.entries(spec.parameters).map(([name, axis]) => ({ name, values: axisValues(axis) }));
  const { sample } = spec;
  if (!sample) {
    yield* grid(axes, 0, {});
    return;
  }
  const random = seededRandom(sample.seed);
  // Combinations that are refused are drawn again, up to a limit that only an almost empty space meets.
  for (let round = 0; round < ROUNDS; round++) {
    const { points } = sample;
    const orders =
      sample.method === 'latin-hypercube' ? axes.map(() => permutation(points, random)) : undefined;
    for (let i = 0; i < points; i++) {
      yield Object.fromEntries(
        axes.map(({ name, values }, a) => {
          const u = orders ? (orders[a]![i]! + random()) / points : random();
          return [name, values[Math.floor(u * values.length)]!];
        }),
      );
    }
  }
}

const ROUNDS = 50;

interface AxisValues {
  readonly name: string;
  readonly values: readonly Scalar[];
}

/** Every combination; the last axis moves fastest. */
function* grid(
  axes: readonly AxisValues[],
  from: number,
  chosen: Record<string, Scalar>,
): Generator<Record<string, Scalar>> {
  const axis = axes[from];
  if (!axis) {
    yield { ...chosen };
    return;
  }
  for (const value of axis.values) yield* grid(axes, from + 1, { ...chosen, [axis.name]: value });
}

/** Counts the points, and complains when there are none: which constraint, or which rule of the unit, refuses them all. */
export function surveySpace(spaces: readonly UnitSpace[]): { points: number; reports: SpaceReport[] } {
  const reports: SpaceReport[] = [];
  let points = 0;
  for (const _ of pointsOf(spaces, reports)) points++;
  spaces.forEach((space, i) => {
    const report = reports[i]!;
    if (report.points > 0 || report.duplicates > 0) return;
    const all =
      report.combinations === 1 ? 'the only combination' : `all ${report.combinations} combinations`;
    const alone = report.refused.flatMap((n, c) => (n === report.combinations ? [c] : []));
    const [c] = alone;
    if (c !== undefined) {
      const { text } = conditionsOf(space)[c]!;
      throw new SweepError(`${space.place}.constraints[${c}]`, `'${text}' refuses ${all}`);
    }
    if (report.illegal === 0)
      throw new SweepError(
        `${space.place}.constraints`,
        `together they refuse ${all}: they contradict each other`,
      );
    const [[reason]] = [...report.reasons].sort((a, b) => b[1] - a[1]) as [[string, number]];
    throw new SweepError(
      `${space.place}.parameters`,
      `${space.unit.name} allows none of ${report.combinations} combinations${report.constrained ? ' that the constraints leave' : ''}: ${reason}`,
      `\`gatewright describe ${space.unit.name}\` lists the parameters with their ranges`,
    );
  });
  return { points, reports };
}
