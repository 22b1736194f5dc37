// Checks by their meaning: what the evaluator hears, and what back ends learn of a design.

import {
  assertAlways,
  bool,
  CheckFailed,
  checkLabel,
  checkPoints,
  createEvaluator,
  DesignError,
  defineModule,
  input,
  output,
  uint,
} from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Checks } from './constructs/checks.ts';

const FILL = 0n;
const DRAIN = 1n;

test('a failed check stops the evaluator before the edge, with its values and its place', () => {
  const e = createEvaluator(Checks.elaborate().top);
  e.reset();
  e.set('mode', FILL);
  e.set('level', 9n);
  e.step();
  e.set('level', 4n);
  expect(() => e.step()).toThrow(
    /^assert failed in Checks: rising: from 9 to 4 \(.*test\/constructs\/checks\.ts:38:\d+\)$/,
  );
  expect(() => e.step()).toThrow(CheckFailed);
  e.set('mode', DRAIN);
  e.step();
  e.set('level', 13n);
  expect(() => e.step()).toThrow('assume failed in Checks: level_bounded: level is 13, 100% is 12');
});

test('nothing is checked during reset, and branches guard checks', () => {
  const heard: string[] = [];
  const e = createEvaluator(Checks.elaborate().top, { onCheck: (event) => heard.push(event.text) });
  e.set('level', 15n);
  e.reset();
  expect(heard).toEqual([]);
  e.set('mode', FILL);
  e.set('level', 12n);
  e.step();
  e.step();
  e.set('mode', DRAIN);
  e.set('level', 14n);
  e.step();
  expect(heard).toEqual(['full: it has just filled up', 'level_bounded: level is 14, 100% is 12', 'falling']);
});

test('back ends learn of every check in every instance', () => {
  const Pair = defineModule({
    name: 'Pair',
    params: z.object({}),
    ports: () => ({ level: input(uint(4)), ok: output(bool) }),
    build(io) {
      for (const name of ['u_left', 'u_right']) {
        const child = Checks.inst(name);
        child.mode.set('Fill');
        child.level.set(io.level);
        child.offset.set(0);
      }
      assertAlways('low', io.level.lt(15));
      io.ok.set(io.level.ne(0));
    },
  });
  const points = checkPoints(Pair.elaborate().top).map((p) => [...p.path, checkLabel(p.check)].join('.'));
  const inside = [
    'assume_level_bounded',
    'assert_fits',
    'assert_rising',
    'cover_full',
    'assert_falling',
    'assert_centred',
  ];
  expect(points).toEqual([
    'assert_low',
    ...inside.map((c) => `u_left.${c}`),
    ...inside.map((c) => `u_right.${c}`),
  ]);
});

test('two checks of one kind cannot share a name', () => {
  const Twice = defineModule({
    name: 'Twice',
    params: z.object({}),
    ports: () => ({ a: input(bool), y: output(bool) }),
    build(io) {
      io.y.set(io.a);
      assertAlways('held', io.a);
      assertAlways('held', io.a);
    },
  });
  expect(() => Twice.elaborate()).toThrow(DesignError);
  expect(() => Twice.elaborate()).toThrow('the name `assert_held` is declared twice');
});
