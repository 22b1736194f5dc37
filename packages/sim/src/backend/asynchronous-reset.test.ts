// Asynchronous resets in both back ends: they act by their level, from before the first evaluation on, as a flip-flop's do,
// though Verilog waits for an edge; what they did stays; and no pin is anything but 0 by itself.

import {
  bool,
  type Circuit,
  defineModule,
  domain,
  inDomain,
  input,
  output,
  type Ports,
  regs,
  uint,
} from '@gatewright/hdl-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Instance } from './backend.ts';
import { native } from './native/native.ts';
import { verilator } from './verilator/verilator.ts';

/** A register with the reset value 7; one that powers up with 9 and is reset to 5. */
const resettable = (kind: 'sync' | 'async', active: 'high' | 'low') =>
  defineModule({
    name: 'Held',
    params: z.object({}),
    domain: domain('main', { clock: 'clk', reset: { name: 'clear', kind, active } }),
    ports: () => ({ x: input(uint(8)), plain: output(uint(8)), begun: output(uint(8)) }),
    build(io) {
      const start = { init: { other: 9 } };
      const { held, other } = regs({ held: uint(8), other: uint(8) }, { held: 7, other: 5 }, start);
      held.next(io.x);
      other.next(io.x);
      io.plain.set(held);
      io.begun.set(other);
    },
  });

const starts = [undefined, 1, 2, 3, 4] as const;
const outputsOf = (instance: Instance): number[] => {
  const bytes = new Uint8Array(instance.memory);
  return instance.ports.slice(1).map(({ offset }) => bytes[offset]!);
};
const build = ({ top, verilog }: Circuit<Ports>, backend: typeof native) =>
  backend.build(
    { top, files: verilog({ locations: false }), rewritten: false },
    { optimise: 'O1', powerUp: true },
  );

describe.each([native, verilator])('$name', (backend) => {
  describe.each(['high', 'low'] as const)('an asynchronous reset, active %s,', (active) => {
    const circuit = resettable('async', active).elaborate({});

    test.each(starts)('acts without an edge of anything, power-up %s', async (powerUp) => {
      const model = await build(circuit, backend);
      const instance = model.start({ powerUp });
      instance.setReset(true);
      instance.settle();
      expect(outputsOf(instance)).toEqual([7, 5]);
      instance.setReset(false);
      instance.settle();
      expect(outputsOf(instance)).toEqual([7, 5]);
      instance.close();
    });

    test.each(starts)('acts at a first edge, power-up %s', async (powerUp) => {
      const model = await build(circuit, backend);
      const instance = model.start({ powerUp });
      instance.setReset(true);
      instance.rise(1);
      expect(outputsOf(instance)).toEqual([7, 5]);
      instance.close();
    });

    test.each(starts)('is not active by itself, power-up %s', async (powerUp) => {
      const model = await build(circuit, backend);
      const instance = model.start({ powerUp });
      instance.settle();
      const [first, begun] = outputsOf(instance);
      expect(begun).toBe(9);
      if (powerUp === undefined) expect(first).toBe(0);
      instance.rise(1);
      expect(outputsOf(instance)).toEqual([0, 0]);
      instance.setReset(true);
      instance.settle();
      expect(outputsOf(instance)).toEqual([7, 5]);
      instance.close();
    });
  });

  test.each(['high', 'low'] as const)(
    'a reset of the design, active %s, is over without an edge',
    async (active) => {
      const pulsed = defineModule({
        name: 'Pulsed',
        params: z.object({}),
        ports: () => ({ pulse: input(bool), y: output(uint(8)) }),
        build(io) {
          const cleared = domain('cleared', {
            clock: 'clk',
            reset: { signal: io.pulse, kind: 'async', active },
          });
          inDomain(cleared, () => {
            const { held } = regs({ held: uint(8) }, { held: 7 });
            held.next(held.addWrap(1));
            io.y.set(held);
          });
        },
      });
      const model = await build(pulsed.elaborate({}), backend);
      const instance = model.start();
      const bytes = new Uint8Array(instance.memory);
      const drive = (isReset: boolean): void => {
        bytes[instance.ports[0]!.offset] = isReset === (active === 'high') ? 1 : 0;
        instance.settle();
      };
      drive(false);
      instance.rise(3);
      drive(true);
      expect(outputsOf(instance)).toEqual([7]);
      drive(false);
      expect(outputsOf(instance)).toEqual([7]);
      instance.rise(2);
      expect(outputsOf(instance)).toEqual([9]);
      instance.close();
    },
  );

  test.each(starts)('the first edge counts without an evaluation before it, power-up %s', async (powerUp) => {
    const circuit = resettable('sync', 'high').elaborate({});
    const model = await build(circuit, backend);
    const instance = model.start({ powerUp });
    new Uint8Array(instance.memory)[instance.ports[0]!.offset] = 33;
    instance.rise(1);
    expect(outputsOf(instance)).toEqual([33, 33]);
    instance.close();
  });
});
