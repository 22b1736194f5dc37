// An AXI4-Lite register block made from a table of fields: hardware, address map and port types from one declaration.
// Invariant: a write and a read each take one cycle and one response; what is not in the table answers SLVERR.
// It has no AxPROT: a slave may ignore it (ARM IHI 0022, B1.1).

import {
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

export function registerBlock<const F extends Record<string, Field>>(name: string, fields: F) {
  const list = Object.entries(fields).map(([key, f]) => ({ key, ...f }));
  const typesOf = <A extends Access>(...kinds: A[]): FieldsOf<F, A> =>
    Object.fromEntries(
      list.filter((f) => (kinds as Access[]).includes(f.access)).map((f) => [f.key, uint(f.width)]),
    ) as FieldsOf<F, A>;
  const addresses = [...new Set(list.map((f) => f.at))].sort((a, b) => a - b);
  const addressWidth = Math.max(3, Math.ceil(Math.log2(addresses.at(-1)! + 4)));

  return defineModule({
    name,
    doc: `AXI4-Lite registers ${list.map((f) => f.key).join(', ')}.`,
    params: z.object({}),
    ports: () => ({
      aw: input(stream(uint(addressWidth)), 'byte address'),
      w: input(stream(bundle({ data: uint(32), strb: uint(4) }))),
      b: output(stream(response)),
      ar: input(stream(uint(addressWidth)), 'byte address'),
      r: output(stream(bundle({ data: uint(32), resp: response }))),
      settings: output(bundle(typesOf('rw', 'pulse')), 'what software wrote'),
      status: input(bundle(typesOf('ro', 'w1c')), 'what software reads; ones set the bits of w1c fields'),
    }),
    build(io) {
      const settings = io.settings as unknown as Record<string, { set(source: UIntSig): void }>;
      const status = io.status as unknown as Record<string, UIntSig>;
      const held = list.filter((f) => f.access !== 'ro');
      const values = regs(
        Object.fromEntries(held.map((f) => [f.key, uint(f.width)])),
        Object.fromEntries(held.map((f) => [f.key, f.reset ?? 0])),
      );
      const { answered, fetched } = regs({ answered: bool, fetched: bool }, { answered: false, fetched: false });
      const { bResp, rResp, rData } = regs({ bResp: response, rResp: response, rData: uint(32) });

      // An address and its data are taken together, when their answer has a place.
      const writes = named('writes', io.aw.valid.and(io.w.valid).and(io.b.ready.or(answered.not())));
      const reads = named('reads', io.ar.valid.and(io.r.ready.or(fetched.not())));
      const lanes = named('lanes', cat(...[3, 2, 1, 0].map((i) => replicate(io.w.data.strb.bit(i), 8))));

      for (const f of held) if (f.access === 'pulse') values[f.key]!.next(0);
      when(io.b.ready, () => answered.next(false));
      when(writes, () => {
        answered.next(true);
        bResp.next('Okay');
        match(io.aw.data, {
          ...perRegister((f) => {
            const value = values[f.key]!;
            const [data, mask] = [io.w.data.data, lanes].map((x) => x.bits(f.low + f.width - 1, f.low));
            if (f.access === 'rw') value.next(data.and(mask).or(value.and(mask.not())));
            if (f.access === 'w1c') value.next(value.and(data.and(mask).not()));
            if (f.access === 'pulse') value.next(data.and(mask));
          }),
          _: () => bResp.next('SlvErr'),
        });
      });
    },
  });
}
