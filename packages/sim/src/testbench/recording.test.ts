// What is recorded of a run: the same cycles, whether the back end records by itself or the testbench before each edge, and
// whether cycles pass one by one, in one call, or in the bulk path. The rules of streams are judged in all of them.

import { bool, defineModule, input, output, regs, stream, uint, when } from '@gatewright/hdl-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Counter, Dot } from '../../test/designs.ts';
import type { Backend, Instance } from '../backend/backend.ts';
import { backendOf } from '../backend/backends.ts';
import { openDut } from './open-dut.ts';
import { simulate } from './simulate.ts';

/** A back end that offers less than it could. */
function without(name: 'native' | 'verilator', ...parts: ('record' | 'bulk')[]): Backend {
  const inner = backendOf(name);
  const reduced = (instance: Instance): Instance =>
    new Proxy(instance, {
      get(target, key) {
        if ((parts as string[]).includes(key as string)) return undefined;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return {
    name,
    async build(design, options) {
      const model = await inner.build(design, options);
      return { start: (start) => reduced(model.start(start)) };
    },
  };
}

/** Passes values on; a second output offers a count that nobody need take, and changes it at cycle 700 when told to. */
const Leaky = defineModule({
  name: 'Leaky',
  params: z.object({}),
  ports: () => ({
    rude: input(bool),
    in: input(stream(uint(8))),
    out: output(stream(uint(8))),
    side: output(stream(uint(40))),
  }),
  build(io) {
    const { now, value } = regs({ now: uint(16), value: uint(40) }, { now: 0, value: 5 });
    now.next(now.addWrap(1));
    io.in.ready.set(io.out.ready);
    io.out.valid.set(io.in.valid);
    io.out.data.set(io.in.data);
    io.side.valid.set(now.ne(0));
    io.side.data.set(value);
    when(io.side.fire.or(io.rude.and(now.eq(700))), () => value.next(value.addWrap(1)));
  },
});

describe.each(['native', 'verilator'] as const)('%s', (name) => {
  const ways = { ring: backendOf(name), 'no bulk': without(name, 'bulk'), recorder: without(name, 'record') };

  test('every way keeps the same last cycles', async () => {
    const seen: string[][] = [];
    for (const backend of Object.values(ways)) {
      const dut = await openDut(Dot.elaborate({}), { backend });
      seen.push(
        await dut.run(async ({ in: input, out }, t) => {
          const waves: string[] = [];
          const beats = (count: number, every: number) =>
            Array.from({ length: count }, (_, i) => ({
              a: [i % 128, 3],
              b: [1, i % 7],
              last: i % every === every - 1,
            }));
          const keep = (): void => void waves.push(t.wave());
          for (const [count, every] of [
            [5, 1],
            [200, 4],
            [2000, 2],
          ] as const) {
            const sums = out.take(count / every);
            await input.sendAll(beats(count, every));
            keep();
            await sums;
            keep();
            await t.step(1);
            await t.step(100);
            keep();
          }
          return waves;
        }),
      );
      dut.close();
    }
    // Each list takes a cycle more than it has values.
    expect(seen[0]![8]!.split('\n')[0]).toContain(`${6 + 201 + 2001 + 3 * 101}`);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test('an input that follows combinationally is recorded settled, also after a reset in the run', async () => {
    const seen = [];
    for (const backend of Object.values(ways)) {
      seen.push(
        await simulate(Counter, {}, { backend, history: 12 }, async (dut, t) => {
          for (let i = 0; i < 20; i++) {
            dut.en.poke(i % 3 === 0);
            t.tick(1 + (i % 2));
          }
          await t.reset();
          dut.en.poke(true);
          await t.step(3);
          return t.wave();
        }),
      );
    }
    expect(seen[0]).toContain('following');
    expect(seen[1]).toBe(seen[0]);
    expect(seen[2]).toBe(seen[0]);
  });

  test('an offer that changes in the middle of a bulk run fails it there', async () => {
    const fails: string[] = [];
    for (const backend of Object.values(ways).slice(0, 2)) {
      const run = simulate(Leaky, {}, { backend }, async (dut) => {
        dut.rude.poke(true);
        const values = Array.from({ length: 3000 }, (_, i) => i % 256);
        await Promise.all([dut.in.sendAll(values), dut.out.take(3000)]);
      });
      fails.push(await run.then(String, (error: Error) => error.message));
    }
    for (const message of fails)
      expect(message).toContain('side: the payload changed before it was accepted: it was 5, is 6');
    // Judged just before the edge, or just after it where the back end found it.
    expect(fails.map((message) => /at cycle (\d+)/.exec(message)?.[1])).toEqual(['702', '701']);
    const polite = (rude: boolean, protocol: 'off' | 'stable') =>
      simulate(Leaky, {}, { backend: name, protocol }, async (dut) => {
        dut.rude.poke(rude);
        const [taken] = await Promise.all([dut.out.take(2000), dut.in.sendAll(new Array(2000).fill(9))]);
        return taken.length;
      });
    expect(await polite(false, 'stable')).toBe(2000);
    expect(await polite(true, 'off')).toBe(2000);
  });
});
