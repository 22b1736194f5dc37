// A buffer of whole rows in front of the array: elements arrive one per cycle, rows are read in any order of elements.
// Invariant: a row is read only after it is complete and claimed, and its place is free again only when it is let go.

import {
  type BoolSig,
  bool,
  cat,
  defineModule,
  input,
  mem,
  named,
  output,
  regs,
  stream,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const bitsFor = (values: number): number => Math.max(1, Math.ceil(Math.log2(values)));

export const RowBuffer = defineModule({
  name: 'RowBuffer',
  doc: 'rows of a stream, read by element.',
  params: z.object({
    width: z.int().min(1).max(64).default(16).meta({ description: 'bits of an element' }),
    headDim: z.int().min(2).max(256).default(64).meta({ description: 'elements of a row' }),
    header: z
      .int()
      .min(0)
      .max(4)
      .default(0)
      .meta({ description: 'elements in front of a row, kept beside it' }),
    rows: z.int().min(2).max(8).default(2).meta({ description: 'rows, a power of two' }),
  }),
  ports: (p) => ({
    in: input(stream(uint(p.width))),
    available: output(bool, 'a complete row that nobody has claimed'),
    claim: input(bool),
    address: input(uint(bitsFor(p.headDim)), 'element of the oldest row'),
    data: output(uint(p.width), 'a cycle after its address'),
    header: output(uint(p.header * p.width), 'of the oldest row, its first element lowest'),
    done: input(bool, 'the oldest row has been read'),
  }),
  build(io, p) {
    const elementBits = bitsFor(p.headDim);
    const countBits = bitsFor(p.header + p.headDim);
    const words = mem('words', {
      depth: p.rows * 2 ** elementBits,
      type: uint(p.width),
      collision: 'undefined',
      style: 'distributed',
    });
    const { write_row, write_element, read_row, held, unclaimed } = regs(
      {
        write_row: uint(bitsFor(p.rows)),
        write_element: uint(countBits),
        read_row: uint(bitsFor(p.rows)),
        held: uint(bitsFor(p.rows + 1)),
        unclaimed: uint(bitsFor(p.rows + 1)),
      },
      { write_row: 0, write_element: 0, read_row: 0, held: 0, unclaimed: 0 },
    );
    const writeElement = (data: UIntSig): void => {
      if (p.header === 0) words.write(cat(write_row, write_element), data);
      else
        when(write_element.ge(p.header), () =>
          words.write(cat(write_row, write_element.subWrap(p.header).trunc(elementBits)), data),
        );
    };
    io.in.ready.set(held.ne(p.rows));
    const complete = named('complete', io.in.fire.and(write_element.eq(p.header + p.headDim - 1)));
    when(io.in.fire, () => {
      writeElement(io.in.data);
      write_element.next(write_element.addWrap(1));
    });
    when(complete, () => {
      write_element.next(0);
      write_row.next(write_row.addWrap(1));
    });
    when(io.done, () => read_row.next(read_row.addWrap(1)));
    const count = (counter: typeof held, down: typeof io.done): void => {
      when(complete.and(down.not()), () => counter.next(counter.addWrap(1))).elseWhen(
        down.and(complete.not()),
        () => counter.next(counter.subWrap(1)),
      );
    };
    count(held, io.done);
    count(unclaimed, io.claim);
    io.available.set(unclaimed.any());
    if (p.header === 0) io.header.set(0);
    else io.header.set(headers(p, io.in.fire, io.in.data, write_element, write_row).at(read_row));
    io.data.set(words.readSync(cat(read_row, io.address)));
  },
});

/** The headers of all rows: elements come lowest first, shifted in from above. */
function headers(
  p: { readonly header: number; readonly width: number; readonly rows: number },
  fire: BoolSig,
  data: UIntSig,
  element: UIntSig,
  row: UIntSig,
) {
  const { kept } = regs({ kept: vec(p.rows, uint(p.header * p.width)) });
  const before = kept.at(row);
  when(fire.and(element.lt(p.header)), () =>
    kept.at(row).next(cat(data, before.bits(p.header * p.width - 1, p.width))),
  );
  return kept;
}
