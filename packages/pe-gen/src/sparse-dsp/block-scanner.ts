// The scanner: instructions and block maps in, one descriptor per block with n > 0 out. Blocks of zeros take no time.
// Invariant: descriptors come in the order of the weights; the last one of a tile says so, and is sent even if its n is 0.

import {
  assertAlways,
  bool,
  bundle,
  cat,
  defineModule,
  input,
  literal,
  msg,
  mux,
  named,
  oneHotMux,
  output,
  priorityEncode,
  regs,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { BLOCK, blockBits, MAP_BLOCKS, type MpeParams, mpeParams, TILE_BITS } from './mpe-params.ts';

/** A product of the loaded activations (16 * blocks deep) with weights of 16 * tiles columns. */
export const instructionType = (p: MpeParams) =>
  bundle({
    blocks: uint(blockBits(p)),
    tiles: uint(TILE_BITS),
    dense: bool,
    vector: bool,
    keep: bool,
    release: bool,
    relu: bool,
  });

/** A block to multiply with: n = 0 only ends a tile. */
export const descriptorType = (p: MpeParams) =>
  bundle({
    block: uint(Math.ceil(Math.log2(p.depth))),
    n: uint(5),
    dense: bool,
    vector: bool,
    last: bool,
    keep: bool,
    release: bool,
    relu: bool,
  });

export const BlockScanner = defineModule({
  name: 'BlockScanner',
  doc: 'finds the blocks with nonzeros in the block map, one per cycle.',
  params: mpeParams,
  ports: (p) => ({
    program: input(stream(instructionType(p))),
    map: input(stream(vec(MAP_BLOCKS, uint(8))), 'n of up to 16 blocks along K; a tile begins a new word'),
    blocks: output(stream(descriptorType(p))),
  }),
  build(io, p) {
    const work = io.program.data;
    const { base, tile, taken } = regs(
      { base: uint(blockBits(p)), tile: uint(TILE_BITS), taken: uint(MAP_BLOCKS) },
      { base: 0, tile: 0, taken: 0 },
    );
    const valid = named('word_valid', io.program.valid.and(io.map.valid.or(work.dense)));
    const left = named('left', work.blocks.subWrap(base));
    const last_word = named('last_word', left.le(MAP_BLOCKS));
    const open = Array.from({ length: MAP_BLOCKS }, (_, i) =>
      left
        .gt(i)
        .and(work.dense.or(io.map.data.at(i).any()))
        .and(taken.bit(i).not()),
    );
    const candidates = named('candidates', cat(...open.toReversed()));
    const chosen = named('chosen', candidates.lowestOne());
    const any = named('any_block', candidates.any());
    const finishes = named('finishes', candidates.xor(chosen).any().not());
    const { index } = priorityEncode(candidates);
    const counts = [...io.map.data].map((n) => n.bits(4, 0));
    const n = named('n', mux(work.dense, literal(BLOCK, uint(5)), oneHotMux(chosen, counts)));

    when(io.map.valid.and(io.program.valid).and(work.dense.not()), () => {
      for (const [i, count] of [...io.map.data].entries())
        assertAlways(
          `n_${i}_is_a_mode`,
          [0, 2, 4, 8, BLOCK].map((m) => count.eq(m)).reduce((a, b) => a.or(b)),
          msg`n of block ${i} is ${count}`,
        );
    });

    const ends = named('ends', finishes.and(last_word));
    const out = io.blocks;
    out.valid.set(valid.and(any.or(last_word)));
    out.data.set({
      block: base.addWrap(index.extend(blockBits(p))).trunc(Math.ceil(Math.log2(p.depth))),
      n: mux(any, n, literal(0, uint(5))),
      dense: work.dense,
      vector: work.vector,
      last: ends,
      keep: work.keep,
      release: work.release.and(tile.addWrap(1).eq(work.tiles)),
      relu: work.relu,
    });
    const moves = named('moves', valid.and(any.or(last_word).not().or(out.ready)));
    const next_word = named('next_word', moves.and(finishes));
    const done = named('done', next_word.and(last_word));
    const last_tile = named('last_tile', tile.addWrap(1).eq(work.tiles));
    when(moves, () => taken.next(taken.or(chosen)));
    when(next_word, () => {
      taken.next(0);
      base.next(base.addWrap(MAP_BLOCKS));
    });
    when(done, () => {
      base.next(0);
      tile.next(mux(last_tile, literal(0, uint(TILE_BITS)), tile.addWrap(1)));
    });
    io.map.ready.set(next_word.and(work.dense.not()));
    io.program.ready.set(done.and(last_tile));
  },
});
