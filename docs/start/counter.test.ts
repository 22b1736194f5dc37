import { simTest } from '@gatewright/sim/vitest';
import { expect } from 'vitest';
import { Counter } from './counter.ts';

const test = simTest(Counter, { width: 4 });

test('stands still when it is not enabled', async (dut, t) => {
  await t.step(5);
  expect(dut.count.peek()).toBe(0n);
});
