// The matrix processing engine: pairs x chains, fed by one stream of block-sparse weights, steered by a stream of instructions.
// All chains of a column share weights and indices; each pair has its own activations. A row of weights per cycle; a tile of
// 16 columns is complete when its blocks are through, and leaves while the next ones are computed.
// Invariant: a row enters the chains only when all it needs is there, so nothing behind the issue ever stalls.

import {
  bool,
  bundle,
  cat,
  connect,
  defineModule,
  type Io,
  input,
  literal,
  mem,
  mux,
  named,
  output,
  registered,
  regs,
  requant,
  type SIntSig,
  sint,
  stream,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { BlockScanner, instructionType } from './block-scanner.ts';
import { SparseChain } from './chain.ts';
import { delayedMark } from './delay.ts';
import { codeFields, WeightExpand } from './expand.ts';
import {
  BLOCK,
  bankBits,
  CODE_WIDTHS,
  chainOf,
  columnsOf,
  MAP_BLOCKS,
  type MpeParams,
  mpeParams,
  resultBits,
  SUM_TOTAL_BITS,
  scaleBits,
} from './mpe-params.ts';
import { chainLatency } from './params.ts';
import { PlaceTracker } from './place-tracker.ts';
import { TileSums } from './tile-sums.ts';
import { WeightSkew } from './weight-skew.ts';

const rowsOf = (p: MpeParams): number => 2 * p.pairs;

/** A row of weights as memory holds it. */
const codesType = (p: MpeParams) => {
  const { word, width, shift } = codeFields(BLOCK * p.chains, 8);
  return p.weights === 'packed'
    ? bundle({ word, width, shift })
    : bundle({ word, width: uint(0), shift: uint(0) });
};

const mpePorts = (p: MpeParams) => ({
  program: input(
    stream(instructionType(p)),
    'products to do: depth in blocks, tiles of 16 columns; dense: n is 16 without map and indices; vector: and one column per chain; keep: the sums go on in the next instruction; release: its activations are done with',
  ),
  activations: input(
    stream(bundle({ rows: vec(rowsOf(p), vec(BLOCK, sint(8))), last: bool })),
    'a block of K of all rows; last ends what a run of instructions works on',
  ),
  map: input(stream(vec(MAP_BLOCKS, uint(8))), 'n of 16 blocks along K'),
  values: input(
    stream(codesType(p)),
    'a row of weights side by side, of the first chain lowest, with the width of a code and its shift if they are packed',
  ),
  indices: input(stream(vec(p.chains, vec(BLOCK, uint(4)))), 'their places in their columns of 16'),
  constants: input(
    stream(vec(p.chains, bundle({ bias: sint(SUM_TOTAL_BITS), scale: uint(scaleBits(p)) }))),
    'of the columns in the order of the results',
  ),
  out: output(
    stream(vec(rowsOf(p), vec(p.chains, sint(resultBits(p))))),
    `a column per chain: column i of each chain's share, i = 0..${columnsOf(p) - 1}`,
  ),
});
type MpeIo = Io<ReturnType<typeof mpePorts>>;

export const SparseMpe = defineModule({
  name: 'SparseMpe',
  doc: 'products of INT8 activations with block-sparse weights, n:16 chosen per 16 x 16 block.',
  params: mpeParams,
  ports: mpePorts,
  build(io, p) {
    const window = activationBuffer(io, p);
    const issue = issueRows(io, p, window);
    const tracker = PlaceTracker.inst('u_places', p);
    const { n, row, bank, weights, indices, dense } = issue.entering;
    tracker.n.set(n);
    tracker.row.set(row);
    tracker.bank.set(bank);

    const read = drain(io, p, issue, tracker);
    const skews = Array.from({ length: p.chains }, (_, c) => {
      const skew = WeightSkew.inst(`u_weights_${c}`, chainOf(p));
      skew.weights.set([...weights.at(c)].map((w) => [w]));
      skew.n.set(n);
      return skew;
    });
    const totals: SIntSig[][] = Array.from({ length: rowsOf(p) }, () => []);
    for (let pair = 0; pair < p.pairs; pair++) {
      for (let c = 0; c < p.chains; c++) {
        const chain = SparseChain.inst(`u_chain_${pair}_${c}`, chainOf(p));
        chain.rows.set([window.data.at(2 * pair), window.data.at(2 * pair + 1)]);
        chain.weights.set(skews[c]!.skewed);
        chain.indices.set(indices.at(c));
        chain.dense.set(dense);
        chain.n.set(n);
        if (pair === 0 && c === 0) tracker.done.set(chain.done);
        for (const r of [0, 1]) {
          const sums = TileSums.inst(`u_sums_${2 * pair + r}_${c}`, p);
          sums.sums.set([...chain.sums].map((fields) => fields.at(r)));
          sums.done.set(chain.done);
          sums.place.set(tracker.place);
          sums.first.set(tracker.first);
          sums.read_place.set(read.place);
          sums.read_used.set(tracker.read_used);
          totals[2 * pair + r]!.push(sums.total);
        }
      }
    }
    read.results(totals);
  },
});

/** Two halves of a memory: one is filled while the other is read. */
function activationBuffer(io: MpeIo, p: MpeParams) {
  const address = Math.ceil(Math.log2(p.depth));
  const { fill_half, fill_at, filled, use_half } = regs(
    { fill_half: uint(1), fill_at: uint(address), filled: vec(2, bool), use_half: uint(1) },
    { fill_half: 0, fill_at: 0, filled: [false, false], use_half: 0 },
  );
  const blocks = mem('activation_blocks', {
    depth: 2 ** (address + 1),
    type: vec(rowsOf(p), vec(BLOCK, sint(8))),
    collision: 'undefined',
    style: 'block',
  });
  io.activations.ready.set(filled.at(fill_half).not());
  when(io.activations.fire, () => {
    blocks.write(cat(fill_half, fill_at), io.activations.data.rows);
    fill_at.next(mux(io.activations.data.last, literal(0, uint(address)), fill_at.addWrap(1)));
    when(io.activations.data.last, () => {
      filled.at(fill_half).next(true);
      fill_half.next(fill_half.not());
    });
  });
  const { wanted, give_back } = wires({ wanted: uint(address), give_back: bool });
  when(give_back, () => {
    filled.at(use_half).next(false);
    use_half.next(use_half.not());
  });
  return {
    data: blocks.readSync(cat(use_half, wanted), { name: 'window' }),
    ready: filled.at(use_half),
    wanted,
    give_back,
  };
}

/** The rows of weights as INT8. */
function rowsOfWeights(io: MpeIo, p: MpeParams) {
  const rows = vec(p.chains, vec(BLOCK, sint(8)));
  const perChain = (values: readonly SIntSig[]): SIntSig[][] =>
    Array.from({ length: p.chains }, (_, c) => values.slice(c * BLOCK, (c + 1) * BLOCK));
  if (p.weights === 'int8')
    return io.values.map(rows, ({ word }) =>
      perChain(Array.from({ length: BLOCK * p.chains }, (_, i) => word.bits(8 * i + 7, 8 * i).asSInt())),
    );
  const expand = WeightExpand.inst('u_expand', { lanes: BLOCK * p.chains, widths: [...CODE_WIDTHS] });
  connect(expand.in, io.values);
  return expand.out.map(rows, (values) => perChain([...values]));
}

/** Sends a row of weights into the chains in every cycle in which there is one, its activations, and a free bank. */
function issueRows(io: MpeIo, p: MpeParams, window: ReturnType<typeof activationBuffer>) {
  const scanner = BlockScanner.inst('u_scanner', p);
  connect(scanner.program, io.program);
  connect(scanner.map, io.map);
  const blocks = scanner.blocks.queue(4, { name: 'blocks' });
  const values = rowsOfWeights(io, p).queue(p.bufferRows, { name: 'values_held' });
  const indices = io.indices.queue(p.bufferRows, { name: 'indices_held' });
  const block = blocks.data;

  const { row, bank, waiting, relu } = regs(
    { row: uint(4), bank: uint(bankBits(p)), waiting: vec(p.banks, bool), relu: vec(p.banks, bool) },
    { row: 0, bank: 0, waiting: Array.from({ length: p.banks }, () => false) },
  );
  const any = named('has_row', block.n.any());
  // n / chains rows, the last of them numbered one less.
  const rows = named(
    'rows',
    mux(block.vector, literal(1, uint(5)), block.n.shr(Math.log2(p.chains)).extend(5)),
  );
  const last_row = named('last_row', any.not().or(row.addWrap(1).eq(rows.bits(3, 0))));
  const fed = named('fed', values.valid.and(indices.valid.or(block.dense)).or(any.not()));
  const goes = named('goes', blocks.valid.and(window.ready).and(waiting.at(bank).not()).and(fed));
  const block_done = named('block_done', goes.and(last_row));
  const tile_done = named('tile_done', block_done.and(block.last).and(block.keep.not()));
  when(goes, () => row.next(mux(last_row, literal(0, uint(4)), row.addWrap(1))));
  blocks.ready.set(block_done);
  values.ready.set(goes.and(any));
  indices.ready.set(goes.and(any).and(block.dense.not()));
  window.wanted.set(block.block);
  window.give_back.set(block_done.and(block.last).and(block.release));
  when(tile_done, () => {
    waiting.at(bank).next(true);
    relu.at(bank).next(block.relu);
    bank.next(bank.addWrap(1));
  });

  const { entering_n } = regs({ entering_n: uint(5) }, { entering_n: 0 });
  entering_n.next(mux(goes, block.n, literal(0, uint(5))));
  const entering = registered('entering', {
    row,
    bank,
    weights: values.data,
    indices: indices.data,
    dense: block.dense,
  });
  return { entering: { ...entering, n: entering_n }, tile_done, waiting, relu };
}

/** Reads complete tiles, a column per chain and cycle, and makes results of them. */
function drain(
  io: MpeIo,
  p: MpeParams,
  issue: ReturnType<typeof issueRows>,
  tracker: ReturnType<typeof PlaceTracker.inst>,
) {
  const columns = columnsOf(p);
  // The last row of a tile has left the chains, and its sums are in their places.
  const arrived = delayedMark('tile_arrived', issue.tile_done, chainLatency(chainOf(p)) + 1);
  const { read_bank, read_column, complete } = regs(
    { read_bank: uint(bankBits(p)), read_column: uint(Math.log2(columns)), complete: uint(bankBits(p) + 1) },
    { read_bank: 0, read_column: 0, complete: 0 },
  );
  const { totals } = wires({
    totals: stream(
      bundle({
        sums: vec(rowsOf(p), vec(p.chains, sint(SUM_TOTAL_BITS))),
        constants: io.constants.data.type,
        relu: bool,
      }),
    ),
  });
  const ready = named('tile_ready', complete.any());
  totals.valid.set(ready.and(io.constants.valid));
  io.constants.ready.set(totals.ready.and(ready));
  const reads = named('reads', totals.fire);
  const tile_read = named('tile_read', reads.and(read_column.allOnes()));
  when(reads, () => read_column.next(read_column.addWrap(1)));
  when(tile_read, () => {
    issue.waiting.at(read_bank).next(false);
    read_bank.next(read_bank.addWrap(1));
  });
  when(arrived.and(tile_read.not()), () => complete.next(complete.addWrap(1))).elseWhen(
    tile_read.and(arrived.not()),
    () => complete.next(complete.subWrap(1)),
  );
  const place = named('read_place', cat(read_bank, read_column));
  tracker.read.set(reads);
  tracker.read_place.set(place);

  const results = (sums: SIntSig[][]): void => {
    totals.data.set({ sums, constants: io.constants.data, relu: issue.relu.at(read_bank) });
    totals
      .stage('forward', { name: 'summed' })
      .map(io.out.data.type, ({ sums: rows, constants, relu }) =>
        [...rows].map((row) =>
          [...row].map((sum, c) => {
            const { bias, scale } = constants.at(c);
            const biased = sum.add(bias);
            const result =
              p.output === 'int32'
                ? biased
                : requant(biased, { scale: scale.toSInt(), shift: p.shift, round: 'half-even', to: sint(8) });
            return mux(relu.and(result.isNegative()), literal(0, sint(1)), result);
          }),
        ),
      )
      .stage('forward', { name: 'rescaled' })
      .to(io.out);
  };
  return { place, results };
}
