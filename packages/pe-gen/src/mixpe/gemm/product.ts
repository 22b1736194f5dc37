// A matrix product as a walk over its tiles, those of the first tokens first: what tile sequencers have in common.
// Invariant: the next command may come in the cycle that ends the last tile, so that products follow each other without a gap.

import {
  assume,
  type BoolSig,
  bool,
  bundle,
  mem,
  mux,
  named,
  type Reg,
  regs,
  type SInt,
  type StreamSink,
  type UInt,
  uint,
  type Vec,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FP32, floatWidth } from '@gatewright/parts';
import { z } from 'zod';
import { activationType, type ElementParams } from '../array/params.ts';
import { countBits } from '../array/ring.ts';

/** Bits of the number of tokens and of outputs. */
const SIZE_BITS = 16;

export const maxDepth = z
  .int()
  .min(2)
  .max(65536)
  .default(1024)
  .meta({ description: 'longest K: the activation buffer holds it' });

/** A matrix product, M x N x K. */
export const commandType = (maxDepth: number) =>
  bundle({ tokens: uint(SIZE_BITS), outputs: uint(SIZE_BITS), depth: uint(countBits(maxDepth + 1)) });

/** An activation of each row. */
export const activationsType = (p: ElementParams & { readonly rows: number }) =>
  vec(p.rows, activationType(p));

/** FP32 results that leave together; `keep` tells those that there are, `last` ends the product. */
export const resultsType = (count: number) =>
  bundle({ y: vec(count, uint(floatWidth(FP32))), keep: vec(count, bool), last: bool });

interface Tile {
  readonly tokens: number;
  readonly outputs: number;
}

/** The tile at hand of the product that `command` asked for; a tile has at most the size `most`. */
export function tileWalk(
  command: StreamSink<ReturnType<typeof commandType>>,
  most: Tile & { readonly maxDepth: number },
) {
  const { running } = regs({ running: bool }, { running: false });
  const { depth, outputs, tokens_left, outputs_left } = regs(
    {
      depth: uint(countBits(most.maxDepth + 1)),
      outputs: uint(SIZE_BITS),
      tokens_left: uint(SIZE_BITS),
      outputs_left: uint(SIZE_BITS),
    },
    {},
  );
  const lastAcross = named('last_across', outputs_left.le(most.outputs));
  const lastTile = named('last_tile', lastAcross.and(tokens_left.le(most.tokens)));
  return {
    running,
    depth,
    /** The tile is the first one of its tokens. */
    firstAcross: named('first_across', outputs_left.eq(outputs)),
    lastTile,
    /** Tokens and outputs that the tile has. */
    tokens: tokens_left.min(most.tokens),
    outputs: outputs_left.min(most.outputs),
    /** Goes on to the next tile, or command, where `ends` holds. */
    advance(ends: BoolSig): void {
      when(ends, () => {
        outputs_left.next(mux(lastAcross, outputs, outputs_left.subWrap(most.outputs)));
        when(lastAcross, () => tokens_left.next(tokens_left.subWrap(most.tokens)));
      });
      const finishes = named('finishes', ends.and(lastTile));
      command.ready.set(running.not().or(finishes));
      when(finishes, () => running.next(false));
      when(command.fire, () => {
        const { data } = command;
        assume(
          'size',
          data.tokens.any().and(data.outputs.any()).and(data.depth.any()).and(data.depth.le(most.maxDepth)),
        );
        running.next(true);
        depth.next(data.depth);
        outputs.next(data.outputs);
        outputs_left.next(data.outputs);
        tokens_left.next(data.tokens);
      });
    },
  };
}

/**
 * The activations of step `step` of a tile: of the first tile of its tokens as they pass by, and of the others as they were
 * kept. `step` counts the moves up to the last one of the tile, and begins again.
 */
export function keptActivations(
  p: ElementParams & { readonly rows: number },
  places: number,
  step: Reg<UInt>,
  from: StreamSink<Vec<UInt | SInt>>,
  { first, moves, last }: { readonly first: BoolSig; readonly moves: BoolSig; readonly last: BoolSig },
) {
  const kept = mem('kept', { depth: places, type: activationsType(p), collision: 'new' });
  when(from.fire, () => kept.write(step, from.data));
  const nextStep = named('next_step', mux(moves, mux(last, step.and(0), step.addWrap(1)), step));
  step.next(nextStep);
  const again = kept.readSync(nextStep, { name: 'again' });
  return from.data.map((x, i) => mux(first, x, again.at(i)));
}
