// What tsc alone finds: directions, kinds, literal widths, enum labels, bundle shapes, parameters. Each line that is marked
// as an expected error never reaches elaboration; the rest must type-check as it stands.

import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import {
  bool,
  bundle,
  type Circuit,
  defineModule,
  enumOf,
  type InputValue,
  input,
  match,
  mux,
  output,
  regs,
  type SIntSig,
  type StreamInputs,
  type StreamOutputs,
  sint,
  stream,
  type UIntSig,
  uint,
  vec,
  when,
  wires,
} from '../src/index.ts';
import { Dot } from './dot.ts';

const Typed = defineModule({
  name: 'Typed',
  params: z.object({ extra: z.boolean().default(false) }),
  ports: () => ({
    a: input(uint(8)),
    b: input(uint(9)),
    s: input(sint(8)),
    mode: input(enumOf('Add', 'Sub', 'Pass')),
    en: input(bool),
    v: input(vec(4, uint(8))),
    y: output(uint(9)),
    z: output(uint(8)),
    t: output(bundle({ lo: uint(4), hi: uint(4) })),
  }),
  build(io) {
    const faults = (): void => {
      // @ts-expect-error - both widths are literals and differ
      io.z.set(io.b);
      // @ts-expect-error - sint is not uint
      io.z.set(io.s);
      // @ts-expect-error - inputs are not driven inside
      io.a.set(3);
      // @ts-expect-error - a condition is a bool
      when(io.a, () => {});
      // @ts-expect-error - operands of one kind only
      io.a.add(io.s);
      // @ts-expect-error - Pass has no arm
      match(io.mode, { Add: () => {}, Sub: () => {} });
      // @ts-expect-error - no such label
      io.mode.is('Ad');
      // @ts-expect-error - a field is missing
      io.t.set({ lo: 1 });
      // @ts-expect-error - a register takes next, not set
      regs({ r: bool }).r.set(true);
      // @ts-expect-error - a wire takes set, not next
      wires({ w: bool }).w.next(true);
      // @ts-expect-error - no such parameter type
      Dot.inst('u', { lanes: 'x' });
      // @ts-expect-error - outputs of an instance are read only
      Dot.inst('u').busy.set(true);
      // @ts-expect-error - the branches differ in kind
      mux(io.en, io.a, io.s);
    };
    expect(faults).toBeTypeOf('function');
    expectTypeOf(io.a.addWrap(1)).toEqualTypeOf<UIntSig<8>>();
    expectTypeOf(io.a.add(1)).toEqualTypeOf<UIntSig>();
    expectTypeOf(io.a.sub(1)).toEqualTypeOf<SIntSig>();
    expectTypeOf(io.b.trunc(8)).toEqualTypeOf<UIntSig<8>>();
    expectTypeOf(io.v.at(0)).toEqualTypeOf<UIntSig<8>>();
    io.y.set(io.a.add(io.v.at(io.a.bits(1, 0))));
    io.z.set(io.b.trunc(8));
    io.t.set({ lo: 3, hi: io.a.bits(7, 4) });
    expectTypeOf(io.mode.is('Sub')).toExtend<object>();
  },
});

test('the module elaborates', () => {
  const circuit = Typed.elaborate();
  expectTypeOf(circuit).toExtend<Circuit>();
  expect(circuit.warnings.map((w) => w.message)).toEqual([
    'the input `s` is never read',
    'the input `mode` is never read',
    'the input `en` is never read',
  ]);
});

test('testbench values follow from the ports', () => {
  type Ports = ReturnType<typeof Dot.ports>;
  expectTypeOf<StreamInputs<Ports>['in'][number]>().toEqualTypeOf<{
    readonly a: readonly (bigint | number)[];
    readonly b: readonly (bigint | number)[];
    readonly last: boolean;
  }>();
  expectTypeOf<StreamOutputs<Ports>>().toEqualTypeOf<{ readonly out: readonly bigint[] }>();
  const mode = enumOf('Add', 'Sub');
  expectTypeOf<InputValue<typeof mode>>().toEqualTypeOf<'Add' | 'Sub'>();
  const payload = stream(bundle({ x: bool }));
  expectTypeOf(payload.payload.fields.x).toEqualTypeOf(bool);
});
