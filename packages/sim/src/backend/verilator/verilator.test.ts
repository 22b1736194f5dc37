// The verilator back end by itself: memory, phases, life and death of instances.

import { expect, test } from 'vitest';
import { Counter, Slice } from '../../../test/designs.ts';
import type { Design, Instance } from '../backend.ts';
import { verilator } from './verilator.ts';

const designOf = (
  circuit: ReturnType<typeof Counter.elaborate> | ReturnType<typeof Slice.elaborate>,
): Design => ({
  top: circuit.top,
  files: circuit.verilog({ locations: false }),
  rewritten: false,
});

const counter = (instance: Instance) => {
  const bytes = new Uint8Array(instance.memory);
  const [en, count, following] = instance.ports.map((place) => place.offset) as [number, number, number];
  return {
    enable: () => {
      bytes[en] = 1;
    },
    look: () => [bytes[count], bytes[following]],
  };
};

test('ports are read and written in place; two instances share no state', async () => {
  const model = await verilator.build(designOf(Counter.elaborate({})), { optimise: 'O1' });
  expect(model.verilogDirectory).toMatch(/rtl$/);
  const [a, b] = [model.start(), model.start()];
  const [ca, cb] = [counter(a), counter(b)];
  for (const instance of [a, b]) {
    instance.setReset(true);
    instance.rise(2);
    instance.setReset(false);
    instance.settle();
  }
  ca.enable();
  expect(ca.look()).toEqual([0, 0]);
  a.settle();
  expect(ca.look()).toEqual([0, 1]);
  a.rise(3);
  expect(ca.look()).toEqual([3, 4]);
  b.rise(7);
  expect([ca.look(), cb.look()]).toEqual([
    [3, 4],
    [0, 0],
  ]);
  a.close();
  a.close();
  expect(() => a.rise(1)).toThrow('the simulation is closed');
  b.rise(1);
  b.close();
});

test('places follow the widths of the ports', async () => {
  const circuit = Slice.elaborate({});
  const model = await verilator.build(designOf(circuit), { optimise: 'O1' });
  const instance = model.start();
  const bytesFor = (width: number): number =>
    width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : width <= 64 ? 8 : 4 * Math.ceil(width / 32);
  expect(instance.ports.map((place) => place.bytes)).toEqual(
    circuit.top.ports.map((port) => bytesFor(port.decl.width)),
  );
  for (const { offset, bytes } of instance.ports) {
    expect(offset % Math.min(bytes, 4)).toBe(0);
    expect(offset + bytes).toBeLessThanOrEqual(instance.memory.byteLength);
  }
  expect(instance.memory.byteLength % 8).toBe(0);
  instance.close();
});

test('many instances come and go, and their memory with them', async () => {
  const model = await verilator.build(designOf(Counter.elaborate({})), { optimise: 'O1' });
  for (let i = 0; i < 2000; i++) {
    const instance = model.start();
    const { enable, look } = counter(instance);
    instance.setReset(true);
    instance.rise(2);
    instance.setReset(false);
    enable();
    instance.rise(1);
    expect(look()).toEqual([1, 2]);
    instance.close();
  }
});
