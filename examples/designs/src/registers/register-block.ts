// An AXI4-Lite register block made from a table of fields: hardware, address map and port types from one declaration.
// Invariant: a write and a read each take one cycle and one response; what is not in the table answers SLVERR.
// It has no AxPROT: a slave may ignore it (ARM IHI 0022, B1.1).

import {
  type BoolSig,
  bool,
  bundle,
  cat,
  defineModule,
  enumOf,
  input,
  literal,
  match,
  mux,
  named,
  output,
  regs,
  replicate,
  type Settable,
  stream,
  type UInt,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/**
 * `rw`: software writes, hardware reads. `ro`: hardware writes, software reads. `w1c`: hardware sets bits, software clears
 * them by writing ones; a bit set in the same cycle stays set. `pulse`: the bits written, for one cycle; reads as 0.
 */
export type Access = 'rw' | 'ro' | 'w1c' | 'pulse';

export interface Field {
  readonly access: Access;
  /** Byte address of its register, a multiple of 4. */
  readonly at: number;
  /** Its lowest bit in the register. */
  readonly low: number;
  readonly width: number;
  readonly reset?: number;
}
type FieldsOf<F extends Record<string, Field>, A extends Access> = {
  readonly [K in keyof F as F[K]['access'] extends A ? K : never]: UInt;
};

const response = enumOf('Okay', 'ExOkay', 'SlvErr', 'DecErr');

/** Defines a module with these registers. Throws a RangeError when two fields share a bit, or one is not in a word. */
export function registerBlock<const F extends Record<string, Field>>(name: string, fields: F) {
  const list = Object.entries(fields).map(([key, f]) => ({ key, top: f.low + f.width - 1, ...f }));
  const addresses = [...new Set(list.map((f) => f.at))].sort((a, b) => a - b);
  for (const at of addresses) checkRegister(list.filter((f) => f.at === at));
  const address = uint(Math.max(3, Math.ceil(Math.log2(addresses.at(-1)! + 4))));
  const typesOf = <A extends Access>(...kinds: readonly A[]): FieldsOf<F, A> => {
    const chosen = list.filter((f) => (kinds as readonly Access[]).includes(f.access));
    return Object.fromEntries(chosen.map((f) => [f.key, uint(f.width)])) as FieldsOf<F, A>;
  };

  return defineModule({
    name,
    doc: `AXI4-Lite registers: ${list.map((f) => f.key).join(', ')}.`,
    params: z.object({}),
    ports: () => ({
      aw: input(stream(address), 'byte address'),
      w: input(stream(bundle({ data: uint(32), strb: uint(4) }))),
      b: output(stream(response)),
      ar: input(stream(address), 'byte address'),
      r: output(stream(bundle({ data: uint(32), resp: response }))),
      settings: output(bundle(typesOf('rw', 'pulse')), 'what software wrote'),
      status: input(bundle(typesOf('ro', 'w1c')), 'what software reads; ones set the bits of w1c fields'),
    }),
    build(io) {
      // Which fields there are is known to the caller's types only; here they are looked up by name.
      const settings = io.settings as unknown as Record<string, Settable<UInt>>;
      const status = io.status as unknown as Record<string, UIntSig>;
      const held = list.filter((f) => f.access !== 'ro');
      const values = regs(
        Object.fromEntries(held.map((f) => [f.key, uint(f.width)])),
        Object.fromEntries(held.map((f) => [f.key, f.reset ?? 0])),
      );
      const { answered, fetched } = regs(
        { answered: bool, fetched: bool },
        { answered: false, fetched: false },
      );
      const { result, found } = regs({ result: response, found: bundle({ data: uint(32), resp: response }) });

      // An address and its data are taken together, once their answer has a place.
      const writes = named('writes', io.aw.valid.and(io.w.valid).and(io.b.ready.or(answered.not())));
      const reads = named('reads', io.ar.valid.and(io.r.ready.or(fetched.not())));
      const { data, strb } = io.w.data;
      const mask = named('mask', cat(...[3, 2, 1, 0].map((lane) => replicate(strb.bit(lane), 8))));
      const isOneOf = (x: UIntSig, places: readonly number[]): BoolSig =>
        places.map((at) => x.eq(at)).reduce((a, b) => a.or(b));

      for (const { key, access, at, low, top } of held) {
        const value = values[key]!;
        const selected = writes.and(io.aw.data.eq(at));
        const lanes = mask.bits(top, low);
        const ones = data.bits(top, low).and(lanes);
        const onesNow = mux(selected, ones, literal(0, value.type));
        if (access === 'rw') when(selected, () => value.next(value.and(lanes.not()).or(ones)));
        if (access === 'pulse') value.next(onesNow);
        if (access === 'w1c') value.next(value.and(named(`clear_${key}`, onesNow).not()).or(status[key]!));
        else settings[key]!.set(value);
      }

      when(io.b.ready, () => answered.next(false));
      when(writes, () => {
        answered.next(true);
        const known = isOneOf(io.aw.data, [...new Set(held.map((f) => f.at))]);
        result.next(mux(known, literal('Okay', response), literal('SlvErr', response)));
      });

      const wordAt = (at: number): UIntSig => {
        const here = list.filter((f) => f.at === at && f.access !== 'pulse').sort((a, b) => a.low - b.low);
        const parts: UIntSig[] = [];
        let bit = 0;
        for (const { key, access, low, top } of here) {
          if (low > bit) parts.push(literal(0, uint(low - bit)));
          parts.push(access === 'ro' ? status[key]! : values[key]!);
          bit = top + 1;
        }
        return cat(...parts.reverse()).extend(32);
      };
      const readers = addresses.map(
        (at) => [at, () => found.next({ data: wordAt(at), resp: 'Okay' })] as const,
      );
      when(io.r.ready, () => fetched.next(false));
      when(reads, () => {
        fetched.next(true);
        match(io.ar.data, {
          ...Object.fromEntries(readers),
          _: () => found.next({ data: 0, resp: 'SlvErr' }),
        });
      });

      io.aw.ready.set(writes);
      io.w.ready.set(writes);
      io.ar.ready.set(reads);
      io.b.valid.set(answered);
      io.b.data.set(result);
      io.r.valid.set(fetched);
      io.r.data.set(found);
    },
  });
}

function checkRegister(fields: readonly (Field & { key: string; top: number })[]): void {
  fields.forEach(({ key, at, low, top, width }, i) => {
    if (at % 4 !== 0 || width < 1 || low < 0 || top > 31)
      throw new RangeError(
        `field ${key}: bits ${top}..${low} at ${at} are not within a 32-bit word at a multiple of 4`,
      );
    const other = fields.slice(0, i).find((f) => f.low <= top && low <= f.top);
    if (other) throw new RangeError(`fields ${other.key} and ${key} share a bit of the register at ${at}`);
  });
}
