// What observers of the clock see: the settled state before each edge, as many edges as they ask for.

import { expect, test } from 'vitest';
import { Counter } from '../../test/designs.ts';
import { verilator } from '../backend/verilator/verilator.ts';
import { Clock } from './clock.ts';

const started = async () => {
  const circuit = Counter.elaborate({});
  const design = { top: circuit.top, files: circuit.verilog({ locations: false }), rewritten: false };
  const instance = (await verilator.build(design, { optimise: 'O1' })).start();
  const clock = new Clock(instance);
  clock.reset();
  const bytes = new Uint8Array(instance.memory);
  const [en, count, following] = instance.ports.map((place) => place.offset) as [number, number, number];
  return {
    clock,
    instance,
    enable() {
      bytes[en] = 1;
      clock.touch();
    },
    look: () => [bytes[count], bytes[following]],
  };
};

test('an observer sees the state just before an edge, combinational outputs included', async () => {
  const { clock, instance, enable, look } = await started();
  const seen: unknown[] = [];
  clock.observe({ lookback: Number.POSITIVE_INFINITY, beforeEdge: (cycle) => seen.push([cycle, ...look()]) });
  expect(clock.bulkLookback).toBe(Number.POSITIVE_INFINITY);
  clock.rise(1);
  enable();
  clock.rise(2);
  clock.rise(1);
  // Enabled at cycle 1: `following` shows it before the second edge, the register after it.
  expect(seen).toEqual([
    [0, 0, 0],
    [1, 0, 1],
    [2, 1, 2],
    [3, 2, 3],
  ]);
  clock.unobserve();
  clock.rise(1);
  expect(seen).toHaveLength(4);
  instance.close();
});

test('one that looks back a few edges does not slow a long run down, and still sees the last ones', async () => {
  const { clock, instance, enable, look } = await started();
  const seen: unknown[] = [];
  clock.observe({ lookback: 2, beforeEdge: (cycle) => seen.push([cycle, ...look()]) });
  expect(clock.bulkLookback).toBe(2);
  enable();
  clock.rise(1);
  clock.rise(100);
  expect(seen).toEqual([
    [0, 0, 1],
    [99, 99, 100],
    [100, 100, 101],
  ]);
  expect(clock.cycle).toBe(101);
  instance.close();
});
