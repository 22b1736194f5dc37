// A FIFO whose words are in a memory, as a module of its own; `.queue()` is its form inside a module.
// Invariant: a word is read no earlier than the cycle after it was written, so the memory needs no collision rule.

import {
  bool,
  defineModule,
  input,
  mem,
  named,
  output,
  regs,
  stream,
  uint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/**
 * First in, first out; a word appears at the output two cycles after it was accepted. Full throughput. `level` counts the
 * words in the memory; one more may stand at the output, so `depth` + 1 words fit.
 */
export const StreamFifo = defineModule({
  name: 'StreamFifo',
  doc: 'first-in first-out queue in a memory with synchronous reads.',
  params: z.object({
    width: z.int().min(1).max(4096).default(32).meta({ description: 'payload bits' }),
    depth: z.int().min(2).max(65_536).default(512).meta({ description: 'words in the memory' }),
    style: z.enum(['auto', 'block', 'distributed']).default('auto').meta({ description: 'kind of memory' }),
  }),
  ports: (p) => ({
    in: input(stream(uint(p.width))),
    out: output(stream(uint(p.width))),
    level: output(uint(bitsFor(p.depth + 1)), 'words in the memory'),
  }),
  build(io, p) {
    const words = mem('words', {
      depth: p.depth,
      type: uint(p.width),
      collision: 'undefined',
      style: p.style,
    });
    const { tail, head, stored, full } = regs(
      {
        tail: uint(bitsFor(p.depth)),
        head: uint(bitsFor(p.depth)),
        stored: uint(bitsFor(p.depth + 1)),
        full: bool,
      },
      { tail: 0, head: 0, stored: 0, full: false },
    );
    const advance = (pointer: typeof tail): void => {
      if (Number.isInteger(Math.log2(p.depth))) pointer.next(pointer.addWrap(1));
      else
        when(pointer.eq(p.depth - 1), () => pointer.next(0)).otherwise(() =>
          pointer.next(pointer.addWrap(1)),
        );
    };

    io.in.ready.set(stored.ne(p.depth));
    when(io.in.fire, () => {
      words.write(tail, io.in.data);
      advance(tail);
    });
    const load = named('load', stored.ne(0).and(full.not().or(io.out.ready)));
    io.out.data.set(words.readSync(head, { en: load }));
    io.out.valid.set(full);
    when(load, () => {
      full.next(true);
      advance(head);
    }).elseWhen(io.out.ready, () => full.next(false));
    when(io.in.fire.and(load.not()), () => stored.next(stored.addWrap(1))).elseWhen(
      load.and(io.in.fire.not()),
      () => stored.next(stored.subWrap(1)),
    );
    io.level.set(stored);
  },
});

const bitsFor = (values: number): number => Math.max(1, Math.ceil(Math.log2(values)));
