// A sweep checked against the units, workloads and metrics that there are.
// Invariant: what passes here names only things that exist, and every value of every axis is legal by itself; a complaint
// names the place in the sweep file.

import { schemaSentence } from '@gatewright/hdl-core';
import type { AnyUnit } from '@gatewright/sim';
import { z } from 'zod';
import { columnsOfSweep } from '../measure/columns.ts';
import { measurementNamed, measurementNames } from '../measure/measurements.ts';
import { publicModels } from '../workload/public-models.ts';
import { axisProblem, axisValues } from './axis.ts';
import { ExpressionError, parseExpression } from './expression.ts';
import { nearestText } from './nearest.ts';
import { type Objective, parseObjective } from './objective.ts';
import { conditionsOf, type UnitSpace } from './space.ts';
import { SweepError, throwAll } from './sweep-error.ts';
import { type Sweep, sweepSchema } from './sweep-schema.ts';

/** What a sweep may name. */
export interface Surroundings {
  readonly units: readonly AnyUnit[];
  /** Models whose weights are at hand, by name. */
  readonly models: readonly string[];
}

/** A sweep that can be run. */
export interface CheckedSweep {
  readonly sweep: Sweep;
  readonly spaces: readonly UnitSpace[];
  readonly objectives: readonly Objective[];
}

/** Reads a sweep from what a file held. Throws SweepError. */
export function readSweep(content: unknown, surroundings: Surroundings): CheckedSweep {
  const parsed = sweepSchema.safeParse(content, { error: schemaSentence });
  if (!parsed.success) {
    throwAll(parsed.error.issues.flatMap((issue) => complaintsOf(issue, content)));
    throw parsed.error;
  }
  const sweep = parsed.data;
  const spaces: UnitSpace[] = [];
  const complaints: SweepError[] = [];
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof SweepError)) throw error;
      complaints.push(error);
    }
  };
  sweep.units.forEach((spec, i) =>
    attempt(() => {
      const place = `units[${i}]`;
      const unit = surroundings.units.find((u) => u.name === spec.unit);
      if (!unit) {
        const names = surroundings.units.map((u) => u.name);
        throw new SweepError(
          `${place}.unit`,
          `there is no unit '${spec.unit}'`,
          nearestText(spec.unit, names),
        );
      }
      const space = { unit, spec, place };
      throwAll(parameterComplaints(space));
      conditionsOf(space);
      spaces.push(space);
    }),
  );
  attempt(() => throwAll(workloadComplaints(sweep, surroundings)));
  attempt(() => throwAll(mappingComplaints(sweep, spaces, surroundings)));
  sweep.metrics.forEach((metric, i) =>
    attempt(() => {
      if (measurementNamed(metric)) return;
      throw new SweepError(
        `metrics[${i}]`,
        `there is no metric '${metric}'`,
        nearestText(metric, measurementNames()),
      );
    }),
  );
  throwAll(complaints);
  return { sweep, spaces, objectives: objectivesOf(sweep, spaces) };
}

function parameterComplaints({ unit, spec, place }: UnitSpace): SweepError[] {
  const shape: Readonly<Record<string, z.core.$ZodType>> = unit.module.params.shape;
  return Object.entries(spec.parameters).flatMap(([name, axis]) => {
    const at = `${place}.parameters.${name}`;
    if (!Object.hasOwn(shape, name))
      return [
        new SweepError(at, `${unit.name} has no parameter '${name}'`, nearestText(name, Object.keys(shape))),
      ];
    const problem = axisProblem(axis);
    if (problem) return [new SweepError(at, problem)];
    const single = typeof axis !== 'object';
    return axisValues(axis).flatMap((value, i) => {
      const result = z.safeParse(shape[name]!, value, { error: schemaSentence });
      if (result.success) return [];
      const where = single ? at : `${at}[${i}]`;
      return [
        new SweepError(
          where,
          `${String(value)} ${result.error.issues[0]?.message ?? ''}`,
          `\`gatewright describe ${unit.name}\` lists the parameters with their ranges`,
        ),
      ];
    });
  });
}

function workloadComplaints(sweep: Sweep, { models }: Surroundings): SweepError[] {
  const seen = new Set<string>();
  return sweep.workloads.flatMap((workload, i) => {
    const place = `workloads[${i}]`;
    const { name } = workload;
    if (seen.has(name)) return [new SweepError(`${place}.name`, `there are two workloads called '${name}'`)];
    seen.add(name);
    if (measurementNamed(name))
      return [new SweepError(`${place}.name`, `'${name}' is the name of a metric: choose another`)];
    if (!('model' in workload) || models.includes(workload.model)) return [];
    const model = publicModels[workload.model];
    if (!model) {
      const names = [...models, ...Object.keys(publicModels)];
      return [
        new SweepError(
          `${place}.model`,
          `there is no model '${workload.model}'`,
          nearestText(workload.model, names),
        ),
      ];
    }
    const layers = Object.keys(model.layers);
    if (layers.includes(workload.layer)) return [];
    return [
      new SweepError(
        `${place}.layer`,
        `${workload.model} has no layer '${workload.layer}'`,
        nearestText(workload.layer, layers),
      ),
    ];
  });
}

/** Workloads are simulated on every unit of a sweep: each must say how. */
function mappingComplaints(
  sweep: Sweep,
  spaces: readonly UnitSpace[],
  { units }: Surroundings,
): SweepError[] {
  if (sweep.workloads.length === 0 || !sweep.metrics.includes('simulation')) return [];
  const able = units.flatMap((unit) => (unit.workload ? [unit.name] : []));
  return spaces
    .filter(({ unit }) => !unit.workload)
    .map(
      ({ unit, place }) =>
        new SweepError(
          `${place}.unit`,
          `${unit.name} does not say how a matrix product maps on it, and there are workloads`,
          `leave out the workloads (its own scenarios are simulated then), or take one of: ${able.join(', ')}`,
        ),
    );
}

/** Names that derived metrics and objectives may use: the columns, and the parameters of the units. */
export function namesOf(sweep: Sweep, spaces: readonly UnitSpace[]): string[] {
  return [
    ...columnsOfSweep(sweep).map((c) => c.name),
    ...new Set(spaces.flatMap(({ unit }) => Object.keys(unit.module.params.shape))),
  ];
}

function objectivesOf(sweep: Sweep, spaces: readonly UnitSpace[]): Objective[] {
  const inPlace = <T>(place: string, step: () => T): T => {
    try {
      return step();
    } catch (error) {
      if (error instanceof ExpressionError) throw new SweepError(place, error.message);
      throw error;
    }
  };
  const known = namesOf({ ...sweep, derived: {} }, spaces);
  for (const [name, text] of Object.entries(sweep.derived)) {
    inPlace(`derived.${name}`, () => parseExpression(text, known));
    known.push(name);
  }
  return sweep.objectives.map((text, i) => inPlace(`objectives[${i}]`, () => parseObjective(text, known)));
}

/** An issue of the schema, told with its place; of a union the branch that fits best. */
function complaintsOf(issue: z.core.$ZodIssue, content: unknown): SweepError[] {
  const place = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const at = issue.path.reduce<unknown>((v, k) => (v as Record<PropertyKey, unknown>)?.[k], content);
    return issue.keys.map(
      (key) =>
        new SweepError(
          place ? `${place}.${key}` : key,
          `nothing is called so${at === content ? ' in a sweep' : ' here'}`,
          at === content ? nearestText(key, Object.keys(sweepSchema.shape)) : undefined,
        ),
    );
  }
  if (issue.code === 'invalid_union' && issue.path.at(-2) === 'parameters')
    return [
      new SweepError(
        place,
        'these are no values for a parameter',
        'give a value, a list, { "range": [1, 8], "step": 1 } or { "pow2": [1, 16] }',
      ),
    ];
  if (issue.code === 'invalid_union')
    return [
      new SweepError(
        place,
        'this is no workload',
        'give name with model and layer, with gemm { tokens, depth, outputs }, or with tensors, activations and weights',
      ),
    ];
  return [new SweepError(place, issue.message)];
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  );
