// Which back end is used, and two of them side by side.

import type { Circuit, Ports } from '@gatewright/hdl-core';
import { afterEach, expect, test, vi } from 'vitest';
import { Counter } from '../../test/designs.ts';
import { openDut } from '../testbench/open-dut.ts';
import type { Backend, Instance, Model } from './backend.ts';
import { backendOf, judgeOf, simulatorsOf } from './backends.ts';
import { BackendsDiffer, bothOf } from './both.ts';
import { native } from './native/native.ts';
import { verilator } from './verilator/verilator.ts';

const { top } = Counter.elaborate({});

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a back end is named, given, or follows from the need', () => {
  vi.stubEnv('GATEWRIGHT_BACKEND', '');
  expect(backendOf()).toBe(native);
  expect(backendOf(undefined, true)).toBe(verilator);
  expect(backendOf('verilator')).toBe(verilator);
  expect(backendOf(verilator)).toBe(verilator);
  expect(simulatorsOf(backendOf('both'))).toEqual(['native', 'verilator']);
  // @ts-expect-error - there is no such back end
  expect(() => backendOf('icarus')).toThrow(
    'there is no back end icarus; choose from native, verilator, both',
  );
});

test('the environment decides where the code says nothing', async () => {
  vi.stubEnv('GATEWRIGHT_BACKEND', 'verilator');
  expect(backendOf()).toBe(verilator);
  expect(backendOf('native')).toBe(native);
  expect(await judgeOf(undefined, top)).toBe(verilator);
  vi.stubEnv('GATEWRIGHT_BACKEND', 'icarus');
  expect(() => backendOf()).toThrow('GATEWRIGHT_BACKEND=icarus: there is no back end icarus');
});

test('a verdict rests on both simulators where both can run', async () => {
  vi.stubEnv('GATEWRIGHT_BACKEND', '');
  expect(simulatorsOf(await judgeOf(undefined, top))).toEqual(['native', 'verilator']);
  expect(await judgeOf('native', top)).toBe(native);
  expect(await judgeOf(undefined, top, () => [])).toBe(verilator);
});

/** The native back end with a fault: from the `edges`th rising edge on, the first byte of the first output is wrong. */
function faulty(edges: number): Backend {
  return {
    name: 'faulty',
    async build(design, options) {
      const model = await native.build(design, options);
      const output = design.top.ports.findIndex((p) => p.direction === 'out');
      const start: Model['start'] = (how) => {
        const inner = model.start(how);
        const bytes = new Uint8Array(inner.memory);
        let risen = 0;
        const instance: Instance = {
          memory: inner.memory,
          ports: inner.ports,
          setReset: (active, domain) => inner.setReset(active, domain),
          settle: () => inner.settle(),
          setClocks: (levels) => inner.setClocks(levels),
          close: () => inner.close(),
          rise(count) {
            inner.rise(count);
            risen += count;
            if (risen >= edges) bytes[inner.ports[output]!.offset]! ^= 1;
          },
        };
        return instance;
      };
      return { start };
    },
  };
}

test('the first difference between two back ends ends the run, with the cycles before it', async () => {
  const circuit: Circuit<Ports> = Counter.elaborate({});
  const dut = await openDut(circuit, { backend: bothOf(native, faulty(8)) });
  const run = dut.run(async (_, t) => {
    await t.step(20);
  });
  const error = await run.then(
    () => undefined,
    (e: unknown) => e,
  );
  dut.close();
  expect(error).toBeInstanceOf(BackendsDiffer);
  expect((error as Error).message).toMatchInlineSnapshot(`
    "the back ends differ: count is 0x00 in native and 0x01 in faulty

    at cycle 5, seed 1 (GATEWRIGHT_SEED=1 runs it again):
      unchanged in cycles 0..5: en = 0, count = 0, following = 0"
  `);
});
