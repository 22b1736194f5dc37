// What LUT Tensor Core tiles of every number format share: streams, the tables, and the walk through the bit planes of a transfer.
// Invariant: a stalled result stops the planes, nothing is lost. A table doubles in place from plane to plane, so that the
// shift of a plane is paid for once per entry, not once per column; the codes move down a plane with it.

import {
  type BoolSig,
  bool,
  bundle,
  type Io,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  type SInt,
  stream,
  type UInt,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/** Parameters of a tile of any format. */
export const tileShape = {
  tokens: z.int().min(1).max(16).default(2).meta({ description: 'M: rows of activations, a table each' }),
  outputs: z.int().min(1).max(128).default(8).meta({ description: 'N: columns, which look up every table' }),
  tableInputs: z.int().min(2).max(6).default(4).meta({ description: 'K: activations per table' }),
  weightBits: z.int().min(1).max(8).default(4).meta({ description: 'bit planes, a cycle each' }),
};
export interface TileShape {
  readonly tokens: number;
  readonly outputs: number;
  readonly tableInputs: number;
  readonly weightBits: number;
}

/** Cycles from the transfer of the last operands to that of the result, without stalls, beside the planes. */
export const LUT_LATENCY = 1;

/** Activations of each token and encoded weights of each output in, a matrix of dot products out. */
export const tilePorts = <A extends SInt | UInt, S extends SInt | UInt>(
  p: TileShape,
  activation: A,
  sum: S,
) => ({
  in: input(
    stream(
      bundle({
        a: vec(p.tokens, vec(p.tableInputs, activation)),
        code: vec(p.outputs, vec(p.weightBits, uint(p.tableInputs))),
        last: bool,
      }),
    ),
    'a group of activations of each token, and of encoded weights of each output; last ends the dot products',
  ),
  out: output(stream(vec(p.tokens, vec(p.outputs, sum))), 'dot products'),
});

/** What a number format makes of tables and sums; codes of both are unsigned. */
export interface TileArithmetic<A> {
  readonly entryBits: number;
  readonly sumBits: number;
  /** The 2^(K-1) entries of the table of token `m`, in the order of `signedSums`. */
  table(a: readonly A[], m: number): readonly UIntSig[];
  /** Twice an entry; `place` such as `0_3` tells it from others. */
  doubled(entry: UIntSig, place: string): UIntSig;
  /** sum + entry, or sum - entry where the column negates. */
  add(sum: UIntSig, entry: UIntSig, negate: BoolSig, place: string): UIntSig;
}

type TileIo = Io<ReturnType<typeof tilePorts<UInt, UInt>>>;
/** The streams of a tile as far as the walk needs them. */
interface TileStreams {
  readonly in: Pick<TileIo['in'], 'ready' | 'fire'> & {
    readonly data: Pick<TileIo['in']['data'], 'code' | 'last'>;
  };
  readonly out: Pick<TileIo['out'], 'valid' | 'ready' | 'fire'>;
}

/** The tile but for its output data: the sums of each token and output. */
export function sumPlanes<A>(
  io: TileStreams,
  a: readonly (readonly A[])[],
  p: TileShape,
  format: TileArithmetic<A>,
): UIntSig[][] {
  const entries = 2 ** (p.tableInputs - 1);
  const { table, code, last } = regs({
    table: vec(p.tokens, vec(entries, uint(format.entryBits))),
    code: vec(p.outputs, vec(p.weightBits, uint(p.tableInputs))),
    last: bool,
  });
  const { accumulator } = regs({ accumulator: vec(p.tokens, vec(p.outputs, uint(format.sumBits))) });
  const { busy, done, fresh } = regs(
    { busy: bool, done: bool, fresh: bool },
    { busy: false, done: false, fresh: true },
  );
  const step = named('step', busy.and(done.not().or(io.out.ready)));
  const final = p.weightBits === 1 ? step : lastPlane(step, p.weightBits);
  io.in.ready.set(busy.not().or(final));
  io.out.valid.set(done);

  const twice =
    p.weightBits === 1
      ? []
      : [...table].map((row, m) => [...row].map((entry, i) => format.doubled(entry, `${m}_${i}`)));
  when(io.out.fire, () => done.next(false));
  when(step, () => {
    fresh.next(final.and(last));
    for (let n = 0; n < p.outputs; n++)
      for (let b = 1; b < p.weightBits; b++)
        code
          .at(n)
          .at(b - 1)
          .next(code.at(n).at(b));
    twice.forEach((row, m) => {
      row.forEach((entry, i) => {
        table.at(m).at(i).next(entry);
      });
    });
  });
  when(final, () => {
    busy.next(false);
    done.next(last);
  });
  const made = a.map((row, m) => format.table(row, m));
  when(io.in.fire, () => {
    busy.next(true);
    last.next(io.in.data.last);
    code.next(io.in.data.code);
    made.forEach((row, m) => {
      row.forEach((entry, i) => {
        table.at(m).at(i).next(entry);
      });
    });
  });

  const columns = Array.from({ length: p.outputs }, (_, n) => {
    const now = code.at(n).at(0);
    // A code means the table in which the top activation is subtracted, which is this one negated, all bits turned over.
    return {
      negate: named(`negate_${n}`, now.bit(p.tableInputs - 1).not()),
      index: named(`index_${n}`, now.trunc(p.tableInputs - 1).not()),
    };
  });
  return a.map((_, m) =>
    columns.map(({ negate, index }, n) => {
      const sum = accumulator.at(m).at(n);
      const found = named(`found_${m}_${n}`, table.at(m).at(index));
      const previous = named(`previous_${m}_${n}`, mux(fresh, literal(0, uint(format.sumBits)), sum));
      const next = format.add(previous, found, negate, `${m}_${n}`);
      when(step, () => sum.next(next));
      return sum;
    }),
  );
}

/** Whether this step is the last of its transfer. */
function lastPlane(step: BoolSig, planes: number): BoolSig {
  const bits = Math.ceil(Math.log2(planes));
  const { plane } = regs({ plane: uint(bits) }, { plane: 0 });
  const final = named('last_plane', step.and(plane.eq(planes - 1)));
  when(step, () => plane.next(mux(final, literal(0, uint(bits)), plane.addWrap(1))));
  return final;
}
