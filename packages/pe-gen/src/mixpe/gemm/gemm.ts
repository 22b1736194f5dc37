// A tile sequencer on an output-stationary array: whole matrix products, their size given at run time.
// Invariant: the activations of a row of tiles come once, and are kept for the tiles after the first; weights come once per
// tile. The array sees steps back to back, over tiles, rows of tiles and commands alike.

import {
  type BoolSig,
  bool,
  bundle,
  defineModule,
  type Io,
  input,
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
import type { z } from 'zod';
import { MixPeArray } from '../array/array.ts';
import { resultDepth } from '../array/column-unit.ts';
import { groupType } from '../array/edges.ts';
import { arrayParams, columnsPerUnit, drainCycles, unitCount } from '../array/params.ts';
import { countBits } from '../array/ring.ts';
import { weightType } from '../params.ts';
import { activationsType, commandType, keptActivations, maxDepth, resultsType, tileWalk } from './product.ts';

export const gemmParams = arrayParams.safeExtend({ maxDepth });
export type GemmParams = z.output<typeof gemmParams>;

const gemmPorts = (p: GemmParams) => ({
  command: input(stream(commandType(p.maxDepth)), 'a matrix product, M x N x K, none of them 0'),
  activations: input(
    stream(activationsType(p)),
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
    stream(resultsType(unitCount(p))),
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

    const walk = tileWalk(io.command, { tokens: p.rows, outputs: p.columns, maxDepth: p.maxDepth });
    const { step } = regs({ step: uint(countBits(p.maxDepth)) }, { step: 0 });
    const last = named('last_step', step.eq(walk.depth.subWrap(1)));

    // The activations of the first tile of a row pass by and are stored; the others read them again.
    const first = walk.firstAcross;
    const may = named('may', walk.running.and(last.not().or(tile.ready)));
    cells.activations.valid.set(named('offered', may.and(first.not().or(io.activations.valid))));
    io.activations.ready.set(may.and(first).and(cells.activations.ready));
    const moves = named('moves', cells.activations.fire);
    const x = keptActivations(p, p.maxDepth, step, io.activations, { first, moves, last });
    cells.activations.data.set({ x, last });

    const ends = named('tile_ends', moves.and(last));
    tile.valid.set(ends);
    tile.data.set({ tokens: walk.tokens, outputs: walk.outputs, last: walk.lastTile });
    walk.advance(ends);

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
