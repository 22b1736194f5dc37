// A back end against the evaluator of the IR: random inputs, edges of any of the clocks, and resets now and then.
// Invariant: everything begins with zeros, and in reset; every output is compared before and after each edge.

import { type Circuit, controlPorts, createEvaluator } from '@gatewright/hdl-core';
import { expect } from 'vitest';
import type { Backend } from '../src/backend/backend.ts';
import { Random } from '../src/testbench/random.ts';
import { readBits, writeBits } from './port-bits.ts';

export async function compareWithEvaluator(
  circuit: Circuit,
  backend: Backend,
  seed: number,
  steps: number,
): Promise<void> {
  const { top } = circuit;
  const random = new Random(seed, top.name);
  const evaluator = createEvaluator(top, { initial: () => 0n, initialWord: () => 0n });
  const files = circuit.verilog({ locations: false });
  const model = await backend.build({ top, files, rewritten: false }, { optimise: 'O1' });
  const instance = model.start();
  const ports = top.ports.map((p, i) => ({ ...p, place: instance.ports[i]! }));
  const inputs = ports.filter((p) => p.direction === 'in');
  const outputs = ports.filter((p) => p.direction === 'out');
  const clocks = controlPorts(top).filter((p) => p.kind === 'clock');
  const resets = controlPorts(top).filter((p) => p.kind === 'reset');

  const look = (when: string): void => {
    const seen = outputs.map(({ decl, place }) => [decl.name, readBits(instance.memory, place)]);
    const meant = outputs.map(({ decl }) => [
      decl.name,
      BigInt.asUintN(decl.width, evaluator.get(decl.name)),
    ]);
    expect(seen, `${top.name}, seed ${seed}, ${when}`).toEqual(meant);
  };
  for (let step = 0; step < steps; step++) {
    for (const { decl, place } of inputs) {
      let value = 0n;
      for (let at = 0; at < decl.width; at += 32) value = (value << 32n) | BigInt(random.next());
      value = BigInt.asUintN(decl.width, value);
      evaluator.set(decl.name, decl.signed ? BigInt.asIntN(decl.width, value) : value);
      writeBits(instance.memory, place, value);
    }
    resets.forEach(({ name }, k) => {
      const active = step === 0 || random.chance(1 / 13);
      evaluator.setReset(name, active);
      instance.setReset(active, k);
    });
    instance.settle();
    look(`step ${step}`);
    // Of several clocks none may rise.
    const levels = clocks.length > 1 ? random.next() % 2 ** clocks.length : 1;
    if (levels === 2 ** clocks.length - 1) instance.rise(1);
    else instance.setClocks(levels);
    const rising = clocks.filter((_, k) => (levels >> k) & 1).map((c) => c.name);
    if (rising.length > 0) evaluator.step(...rising);
    look(`step ${step}, after the edge of ${rising.join(', ') || 'nothing'}`);
  }
  instance.close();
}
