// A tile sequencer on an output-stationary array: whole matrix products, their size given at run time.
// Invariant: the activations of a row of tiles come once, and are kept for the tiles after the first; weights come once per
// tile. The array sees steps back to back, over tiles, rows of tiles and commands alike.

import {
  assume,
  type BoolSig,
  bool,
  bundle,
  defineModule,
  type Io,
  input,
  mem,
  mux,
  named,
  output,
  regs,
  stream,
  type UIntSig,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { FP32, floatWidth } from '@gatewright/parts';
import { z } from 'zod';
import { MixPeArray } from '../array/array.ts';
import { resultDepth } from '../array/column-unit.ts';
import { groupType } from '../array/edges.ts';
import { activationType, arrayParams, columnsPerUnit, drainCycles, unitCount } from '../array/params.ts';
import { countBits } from '../array/ring.ts';
import { weightType } from '../params.ts';

/** Bits of the number of tokens and of outputs. */
export const SIZE_BITS = 16;

export const gemmParams = arrayParams.safeExtend({
  maxDepth: z
    .int()
    .min(2)
    .max(65536)
    .default(1024)
    .meta({ description: 'longest K: steps that the activation buffer holds' }),
});
export type GemmParams = z.output<typeof gemmParams>;

const gemmPorts = (p: GemmParams) => ({
  command: input(
    stream(
      bundle({ tokens: uint(SIZE_BITS), outputs: uint(SIZE_BITS), depth: uint(countBits(p.maxDepth + 1)) }),
    ),
    'a matrix product, M x N x K, none of them 0',
  ),
  activations: input(
    stream(vec(p.rows, activationType(p))),
    'for every row of tiles K steps, each an activation of its tokens',
  ),
  weights: input(
    stream(vec(p.columns, weightType(p))),
    'for every row of tiles, and every tile in it, K steps, each a weight code of its outputs',
  ),
  group: input(
    stream(groupType(p)),
    'FP16 scales (finite) and zero points of each group, with its last step',
  ),
  out: output(
    stream(
      bundle({
        y: vec(unitCount(p), uint(floatWidth(FP32))),
        keep: vec(unitCount(p), bool),
        last: bool,
      }),
    ),
    'FP32 results of each tile: of the first column of every unit, token by token, then of the second; keep tells the ' +
      'outputs that there are, last ends the product',
  ),
});
type GemmIo = Io<ReturnType<typeof gemmPorts>>;

/** What is known of a tile when its results come: how many tokens and outputs it has, and whether it is the last. */
const tileType = (p: GemmParams) =>
  bundle({ tokens: uint(countBits(p.rows + 1)), outputs: uint(countBits(p.columns + 1)), last: bool });

export const MixPeGemm = defineModule({
  name: 'MixPeGemm',
  doc: 'runs whole matrix products on an output-stationary systolic array.',
  params: gemmParams,
  ports: gemmPorts,
  build(io, p) {
    const { maxDepth: _, ...array } = p;
    const cells = MixPeArray.inst('u_array', array);
    const { tile } = wires({ tile: stream(tileType(p)) });

    // The place in the product: a step of a tile, and what is left to do from this tile on.
    const { running } = regs({ running: bool }, { running: false });
    const { depth, step, outputs, tokens_left, outputs_left } = regs(
      {
        depth: uint(countBits(p.maxDepth + 1)),
        step: uint(countBits(p.maxDepth)),
        outputs: uint(SIZE_BITS),
        tokens_left: uint(SIZE_BITS),
        outputs_left: uint(SIZE_BITS),
      },
      { step: 0 },
    );
    const lastStep = named('last_step', step.eq(depth.subWrap(1)));
    const lastAcross = named('last_across', outputs_left.le(p.columns));
    const lastTile = named('last_tile', lastAcross.and(tokens_left.le(p.rows)));
    const firstAcross = named('first_across', outputs_left.eq(outputs));

    // The activations of the first tile of a row pass by and are stored; the others read them again.
    const may = named('may', running.and(lastStep.not().or(tile.ready)));
    const offered = named('offered', may.and(firstAcross.not().or(io.activations.valid)));
    cells.activations.valid.set(offered);
    io.activations.ready.set(may.and(firstAcross).and(cells.activations.ready));
    const moves = named('moves', cells.activations.fire);
    const kept = mem('kept', {
      depth: p.maxDepth,
      type: vec(p.rows, activationType(p)),
      collision: 'new',
    });
    when(io.activations.fire, () => kept.write(step, io.activations.data));
    const nextStep = named('next_step', mux(moves, mux(lastStep, step.and(0), step.addWrap(1)), step));
    step.next(nextStep);
    const again = kept.readSync(nextStep, { name: 'again' });
    cells.activations.data.x.set(io.activations.data.map((x, i) => mux(firstAcross, x, again.at(i))));
    cells.activations.data.last.set(lastStep);

    const tileEnds = named('tile_ends', moves.and(lastStep));
    when(tileEnds, () => {
      outputs_left.next(mux(lastAcross, outputs, outputs_left.subWrap(p.columns)));
      when(lastAcross, () => tokens_left.next(tokens_left.subWrap(p.rows)));
    });
    const finishes = named('finishes', tileEnds.and(lastTile));
    io.command.ready.set(running.not().or(finishes));
    when(finishes, () => running.next(false));
    when(io.command.fire, () => {
      const { data } = io.command;
      assume(
        'size',
        data.tokens.any().and(data.outputs.any()).and(data.depth.any()).and(data.depth.le(p.maxDepth)),
      );
      running.next(true);
      depth.next(data.depth);
      outputs.next(data.outputs);
      outputs_left.next(data.outputs);
      tokens_left.next(data.tokens);
    });

    tile.valid.set(tileEnds);
    tile.data.set({
      tokens: tokens_left.min(p.rows),
      outputs: outputs_left.min(p.columns),
      last: lastTile,
    });

    io.weights.to(cells.weights);
    io.group.to(cells.group);
    // As many tiles as can have results in the array, and the one whose results leave.
    const tiles = Math.ceil(resultDepth(array) / drainCycles(array)) + 1;
    results(io.out, p, cells.out, tile.queue(tiles));
  },
});

interface Source<D> {
  readonly valid: BoolSig;
  readonly data: D;
  readonly ready: { set(value: BoolSig): void };
  readonly fire: BoolSig;
}

/** Passes results on, without those of tokens and outputs that there are not. */
function results(
  out: GemmIo['out'],
  p: GemmParams,
  from: Source<{ at(i: number): UIntSig }>,
  tile: Source<{ readonly tokens: UIntSig; readonly outputs: UIntSig; readonly last: BoolSig }>,
): void {
  const columns = columnsPerUnit(p);
  const { token, column } = regs(
    { token: uint(countBits(p.rows)), column: uint(countBits(columns)) },
    { token: 0, column: 0 },
  );
  const lastToken = named('last_token', token.eq(p.rows - 1));
  const lastColumn = named('last_column', column.eq(columns - 1));
  const { data } = tile;
  // The first unit has the lowest outputs: where it has none, there are none.
  const exists = named('exists', token.lt(data.tokens).and(column.lt(data.outputs)));
  const both = named('both', from.valid.and(tile.valid));
  out.valid.set(both.and(exists));
  from.ready.set(tile.valid.and(out.ready.or(exists.not())));
  tile.ready.set(from.fire.and(lastToken).and(lastColumn));
  when(from.fire, () => {
    token.next(mux(lastToken, token.and(0), token.addWrap(1)));
    when(lastToken, () => column.next(mux(lastColumn, column.and(0), column.addWrap(1))));
  });
  const units = Array.from({ length: unitCount(p) }, (_, u) => u);
  const lastOfTile = token
    .add(1)
    .eq(data.tokens)
    .and(lastColumn.or(column.add(1).eq(data.outputs)));
  out.data.set({
    y: units.map((u) => from.data.at(u)),
    keep: units.map((u) => column.add(u * columns).lt(data.outputs)),
    last: data.last.and(lastOfTile),
  });
}
