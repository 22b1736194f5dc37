// What a memory does at a clock edge, by the evaluator.

import {
  bool,
  bundle,
  type Collision,
  createEvaluator,
  defineModule,
  type Evaluator,
  enumOf,
  input,
  mem,
  output,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ByteLanes, RegisterFile, Rom, SimpleDual, SinglePort, TrueDual } from './constructs/memories.ts';

const none = z.object({});
const zero = { initialWord: () => 0n, initial: () => 0n };
const drive = (e: Evaluator, values: Record<string, bigint | number>, ...clocks: string[]): void => {
  for (const [port, value] of Object.entries(values)) e.set(port, BigInt(value));
  e.step(...clocks);
};

describe('a read of a word that is written at the same edge', () => {
  const run = (collision: Collision): { q: bigint; collisions: number } => {
    const e = createEvaluator(SimpleDual.elaborate({ collision }).top, zero);
    drive(e, { we: 1, wa: 5, d: 0x1111_1111 });
    drive(e, { we: 1, wa: 5, d: 0x2222_2222, re: 1, ra: 5 });
    return { q: e.get('q'), collisions: e.poisoned.collision };
  };
  test('gives the old word, the new word, or the poison pattern that is counted', () => {
    expect(run('old')).toEqual({ q: 0x1111_1111n, collisions: 0 });
    expect(run('new')).toEqual({ q: 0x2222_2222n, collisions: 0 });
    expect(run('undefined')).toEqual({ q: 0xa5a5_a5a5n, collisions: 1 });
  });

  test('poisons or bypasses only the lanes that are written', () => {
    const lanes = (collision: Collision): bigint[] => {
      const e = createEvaluator(ByteLanes.elaborate({ collision }).top, zero);
      drive(e, { we: 1, mask: 0b1111, wa: 7, d_0: 1, d_1: 2, d_2: 3, d_3: 4 });
      drive(e, { we: 1, mask: 0b0101, d_0: 9, d_1: 9, d_2: 9, d_3: 9, ra: 7 });
      const now = [0, 1, 2, 3].map((i) => e.get(`q_${i}`));
      drive(e, { we: 0 });
      return [...now, ...[0, 1, 2, 3].map((i) => e.get(`q_${i}`))];
    };
    expect(lanes('undefined')).toEqual([0xa5n, 2n, 0xa5n, 4n, 9n, 2n, 9n, 4n]);
    expect(lanes('new')).toEqual([9n, 2n, 9n, 4n, 9n, 2n, 9n, 4n]);
    expect(lanes('old')).toEqual([1n, 2n, 3n, 4n, 9n, 2n, 9n, 4n]);
  });

  test('does not matter at another address, and data holds without an enable', () => {
    const e = createEvaluator(SimpleDual.elaborate().top, zero);
    drive(e, { we: 1, wa: 1, d: 11 });
    drive(e, { wa: 2, d: 22, re: 1, ra: 1 });
    expect(e.get('q')).toBe(11n);
    drive(e, { we: 0, re: 0, ra: 2 });
    expect(e.get('q')).toBe(11n);
    drive(e, { re: 1 });
    expect(e.get('q')).toBe(22n);
    expect(e.poisoned).toEqual({ collision: 0, outOfRange: 0, unwritten: 0 });
  });
});

test('words of several fields are read without a clock', () => {
  const e = createEvaluator(RegisterFile.elaborate().top);
  drive(e, { we: 1, wa: 3, d_value: -5, d_flag: 1, ra: 3 });
  expect([e.get('value'), e.get('flag')]).toEqual([-5n, 1n]);
  expect(e.poisoned.unwritten).toBe(0);
  e.set('ra', 4n);
  e.get('value');
  expect(e.poisoned.unwritten).toBe(1);
});

test('a table holds its words; past its end it reads 0 where it says so, poison otherwise', () => {
  const e = createEvaluator(Rom.elaborate({ depth: 12 }).top);
  for (let a = 0; a < 16; a++) {
    drive(e, { a });
    expect(e.get('q')).toBe(a < 12 ? BigInt(a * a) : 0n);
  }
  const Loose = defineModule({
    name: 'Loose',
    params: none,
    ports: () => ({ a: input(uint(4)), q: output(uint(8)) }),
    build: (io) => io.q.set(mem('words', { depth: 12, type: uint(8), init: (i) => i }).readAsync(io.a)),
  });
  const loose = createEvaluator(Loose.elaborate().top);
  loose.set('a', 13n);
  expect([loose.get('q'), loose.poisoned.outOfRange]).toEqual([0xa5n, 1]);
});

test('a port that reads or writes holds its data while it writes', () => {
  const e = createEvaluator(SinglePort.elaborate().top, zero);
  drive(e, { we: 1, a: 9, d: 77 });
  expect(e.get('q')).toBe(0n);
  drive(e, { we: 0 });
  expect(e.get('q')).toBe(77n);
  drive(e, { we: 1, d: 78 });
  expect(e.get('q')).toBe(77n);
});

test('two ports of two clocks: meeting at one edge is undefined, apart it is not', () => {
  const e = createEvaluator(TrueDual.elaborate().top, zero);
  const a = { a_en: 1, a_we: 1, a_addr: 4, a_d: 40 };
  const b = { b_en: 1, b_we: 0, b_addr: 4 };
  drive(e, { ...a, ...b }, 'clk');
  drive(e, {}, 'other_clk');
  expect([e.get('b_q'), e.poisoned.collision]).toEqual([40n, 0]);
  drive(e, { a_d: 41 });
  expect([e.get('b_q'), e.poisoned.collision]).toEqual([0xa5a5_a5a5n, 1]);
  drive(e, { b_we: 1, b_d: 50 });
  expect(e.poisoned.collision).toBe(2);
  drive(e, { a_en: 0, b_we: 0 });
  expect(e.get('b_q')).toBe(0xa5a5_a5a5n);
});

test('a port in a when acts where the when applies', () => {
  const kind = enumOf('Idle', 'Put', 'Get');
  const Conditional = defineModule({
    name: 'Conditional',
    params: none,
    ports: () => ({ kind: input(kind), active: input(bool), d: input(uint(8)), q: output(uint(8)) }),
    build(io) {
      const store = mem('store', { depth: 4, type: uint(8), collision: 'old', init: [0, 0, 0, 0] });
      let q = store.readAsync(0);
      when(io.active.not(), () => {}).otherwise(() => {
        when(io.kind.is('Put'), () => store.write(1, io.d)).elseWhen(io.kind.is('Get'), () => {
          q = store.readSync(1, { name: 'got' });
        });
      });
      io.q.set(q);
    },
  });
  const e = createEvaluator(Conditional.elaborate().top, zero);
  const [Put, Get] = [1, 2];
  drive(e, { active: 0, kind: Put, d: 5 });
  drive(e, { active: 1, kind: Get });
  expect(e.get('q')).toBe(0n);
  drive(e, { kind: Put, d: 6 });
  drive(e, { kind: Get });
  expect(e.get('q')).toBe(6n);
  drive(e, { kind: Put, d: 7 });
  drive(e, { active: 0, kind: Get });
  expect(e.get('q')).toBe(6n);
});

test('a word is packed as a SystemVerilog struct', () => {
  const Word = defineModule({
    name: 'Word',
    params: none,
    ports: () => ({ a: input(uint(1)), q: output(bundle({ x: uint(4), v: vec(2, uint(2)) })) }),
    build: (io) =>
      io.q.set(
        mem('words', {
          depth: 2,
          type: bundle({ x: uint(4), v: vec(2, uint(2)) }),
          init: [
            { x: 15, v: [1, 2] },
            { x: 0, v: [3, 0] },
          ],
        }).readAsync(io.a),
      ),
  });
  const { top } = Word.elaborate();
  const memory = top.items.find((i) => i.kind === 'memory')!;
  expect(memory).toMatchObject({ init: [0b1111_10_01n, 0b0000_00_11n] });
  expect(createEvaluator(top).get('q_v_1')).toBe(2n);
});
