// A tile sequencer on a weight-stationary array: whole matrix products, their size given at run time.
// Invariant: the activations of up to maxTokens tokens come once, and are kept for their tiles after the first; weights come once
// per tile. The array sees passes back to back, over tiles and commands alike, and takes the weights of the next one meanwhile.

import {
  assertAlways,
  bool,
  bundle,
  defineModule,
  input,
  join,
  mux,
  named,
  output,
  regs,
  replicate,
  stream,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import type { z } from 'zod';
import { groupType } from '../array/edges.ts';
import { countBits } from '../array/ring.ts';
import { weightType } from '../params.ts';
import { MixPeStationary } from '../stationary/array.ts';
import { resultLatency, stationaryParams } from '../stationary/params.ts';
import { activationsType, commandType, keptActivations, maxDepth, resultsType, tileWalk } from './product.ts';

export const stationaryGemmParams = stationaryParams.safeExtend({ maxDepth });
export type StationaryGemmParams = z.output<typeof stationaryGemmParams>;

const stationaryGemmPorts = (p: StationaryGemmParams) => ({
  command: input(stream(commandType(p.maxDepth)), 'a matrix product, M x N x K, none of them 0'),
  activations: input(
    stream(activationsType(p)),
    'for every maxTokens tokens ceil(K / rows) passes: of each token the next `rows` activations along K; beyond K they do not matter',
  ),
  weights: input(
    stream(vec(p.columns, weightType(p))),
    'for every maxTokens tokens, and every tile of outputs, ceil(K / rows) passes of `rows` steps, the last one first; beyond K they do not matter',
  ),
  group: input(stream(groupType(p)), 'FP16 scales (finite) and zero points of each group of each tile'),
  out: output(
    stream(resultsType(p.columns)),
    'FP32 results of each tile, a token at a time; keep tells the outputs that there are, last ends the product',
  ),
});

export const MixPeStationaryGemm = defineModule({
  name: 'MixPeStationaryGemm',
  doc: 'runs whole matrix products on a weight-stationary systolic array.',
  params: stationaryGemmParams,
  ports: stationaryGemmPorts,
  build(io, p) {
    const { maxDepth: _, ...array } = p;
    const cells = MixPeStationary.inst('u_array', array);
    const walk = tileWalk(io.command, { tokens: p.maxTokens, outputs: p.columns, maxDepth: p.maxDepth });

    // The place in the tile: steps of K before this pass, a token of the pass, and the move within the tile.
    const moveCount = p.maxTokens * Math.ceil(p.maxDepth / p.rows);
    const { depth_before, token, step } = regs(
      {
        depth_before: uint(countBits(p.maxDepth)),
        token: uint(countBits(p.maxTokens)),
        step: uint(countBits(moveCount)),
      },
      { depth_before: 0, token: 0, step: 0 },
    );
    const left = named('left', walk.depth.subWrap(depth_before));
    const done = named('last_pass', left.le(p.rows));
    const last = named('last_token', token.eq(walk.tokens.subWrap(1)));
    const lastStep = named('last_step', done.and(last));

    const first = walk.firstAcross;
    cells.activations.valid.set(named('offered', walk.running.and(first.not().or(io.activations.valid))));
    io.activations.ready.set(walk.running.and(first).and(cells.activations.ready));
    const moves = named('moves', cells.activations.fire);
    const kept = keptActivations(p, moveCount, step, io.activations, { first, moves, last: lastStep });
    // Zeros beyond K add nothing to any sum.
    const x = kept.map((value, i) => {
      const bits = value.asUInt();
      const there = bits.and(replicate(left.gt(i), bits.type.width));
      return value.kind === 'sint' ? there.asSInt() : there;
    });
    cells.activations.data.set({ x, last, done });

    when(moves, () => {
      token.next(mux(last, token.and(0), token.addWrap(1)));
      when(last, () => depth_before.next(mux(done, depth_before.and(0), depth_before.addWrap(p.rows))));
    });
    walk.advance(named('tile_ends', moves.and(lastStep)));

    io.weights.to(cells.weights);
    io.group.to(cells.group);

    // What is known of a result when it is let in, until it comes: the array has room for so many.
    const { tile } = wires({ tile: stream(bundle({ outputs: uint(countBits(p.columns + 1)), last: bool })) });
    tile.valid.set(moves.and(done));
    tile.data.set({ outputs: walk.outputs, last: walk.lastTile.and(lastStep) });
    assertAlways('tile_room', tile.valid.not().or(tile.ready));
    join('result', { y: cells.out, tile: tile.queue(resultLatency(p) + 1) })
      .map(resultsType(p.columns), (result) => ({
        y: result.y,
        keep: Array.from({ length: p.columns }, (_, c) => result.tile.outputs.gt(c)),
        last: result.tile.last,
      }))
      .to(io.out);
  },
});
