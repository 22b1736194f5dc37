import { bench } from '@gatewright/sim';
import { Counter } from './counter.ts';

export const counts = bench('counts enabled cycles', Counter, { width: 4 }, async (dut, t) => {
  dut.enable.poke(true);
  await t.step(17);
  if (dut.count.peek() !== 1n) throw new Error(`the count is ${dut.count.peek()}`);
});
