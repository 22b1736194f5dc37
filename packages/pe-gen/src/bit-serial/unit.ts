// The bit-serial tile as a unit: golden model, stimulus, cycle law.
// The golden model is the integer PE of `golden`; nothing here computes an expected value from the circuit.

import {
  BF16,
  type BitmodDatatype,
  type BitmodPeConfig,
  bitmodDot,
  bitmodTermCount,
  bitmodUnit,
  bitmodUnits,
  FP16,
} from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import { guardBits, SCALE_BITS, type TileParams } from './params.ts';
import { stimulus } from './stimulus.ts';
import { BitSerialTile } from './tile.ts';
import type { TileInputs } from './transactions.ts';

export const goldenConfig = (p: TileParams): BitmodPeConfig => ({
  activation: p.activation === 'int8' ? 'int8' : p.activation === 'fp16' ? FP16 : BF16,
  guardBits: guardBits(p),
  lanes: p.lanes,
  rounding: p.rounding,
});

type Set = TileInputs['in'][number];
type Group = TileInputs['group'][number];

/** The sets of each group, with its constants; `done` ends a dot product. */
function groupsOf(p: TileParams, inputs: TileInputs): { sets: Set[]; group: Group; done: boolean }[] {
  const groups: { sets: Set[]; group: Group; done: boolean }[] = [];
  let open: Set[] = [];
  for (const set of inputs.in) {
    open.push(set);
    if (!set.last && open.length < p.groupSize / p.lanes) continue;
    const group = inputs.group[groups.length];
    if (!group) break;
    groups.push({ sets: open, group, done: set.last });
    open = [];
  }
  return groups;
}

type Wires = Group['special'][number];
/** What the wires of a special value say, in half units. */
const specialUnits = ({ high, low }: Wires): number => 4 * digitValue(high) + digitValue(low);
const digitValue = (d: Wires['high']): number =>
  (d.negative ? -1 : 1) * ((d.one ? 1 : 0) + (d.two ? 2 : 0) + (d.four ? 4 : 0));

const asActivation = (p: TileParams, code: number | bigint): number =>
  p.activation === 'int8' ? Number(BigInt.asIntN(8, BigInt(code))) : Number(code);

export const bitSerial = defineUnit({
  name: 'bit-serial',
  summary: 'Tile of bit-serial PEs: mixed 3- to 8-bit weight datatypes x FP16, BF16 or INT8 activations.',
  paper: {
    title: 'BitMoD: Bit-serial Mixture-of-Datatype LLM Acceleration',
    reference: 'arXiv 2411.11745',
  },
  module: BitSerialTile,

  golden(p, inputs) {
    const config = goldenConfig(p);
    const out: bigint[][] = [];
    let dot: ReturnType<typeof groupsOf> = [];
    for (const part of groupsOf(p, inputs)) {
      dot.push(part);
      if (!part.done) continue;
      for (let row = 0; row < p.rows; row++) {
        const activations = dot.flatMap(({ sets }) =>
          sets.flatMap((set) => set.activations[row]!.map((code) => asActivation(p, code))),
        );
        out.push(
          Array.from({ length: p.columns }, (_, column) => {
            const groups = dot.map(({ sets, group }) => {
              const datatype: BitmodDatatype = group.datatype;
              const special = specialUnits(group.special[column]!);
              const weights = sets.flatMap((set) =>
                set.codes[column]!.map((code) => bitmodUnits(datatype, Number(code), special)),
              );
              return { weights, unit: bitmodUnit(datatype), scale: Number(group.scale[column]!) };
            });
            return BigInt(bitmodDot(activations, groups, config));
          }),
        );
      }
      dot = [];
    }
    return { out };
  },

  stimulus,

  performance(p, inputs) {
    const groups = groupsOf(p, inputs);
    let next = 0;
    let free = 0;
    let result = -1;
    let sets = 0;
    for (const {
      sets: { length },
      group,
      done,
    } of groups) {
      const terms = bitmodTermCount(group.datatype);
      const ending = Math.max(next + terms * (length - 1), free);
      next = ending + terms;
      // Sums are captured three cycles after the last term was encoded; then a row takes eight cycles.
      const drained = next + 3 + SCALE_BITS * p.rows;
      // While the last row is scaled, the sums of the next group may already be on their way.
      free = drained - (done ? 0 : DRAIN_OVERLAP);
      if (done) result = drained + 2;
      sets += length;
    }
    // The first set is accepted with its last term.
    const accepted = groups.length ? bitmodTermCount(groups[0]!.group.datatype) - 1 : 0;
    return { cycles: result + 1 - accepted, macs: sets * p.lanes * p.rows * p.columns };
  },

  configurations: [
    { rows: 1, columns: 1 },
    { rows: 1, columns: 1, rounding: 'nearest_even', guardBits: 3 },
    { rows: 1, columns: 1, activation: 'bf16' },
    { rows: 1, columns: 1, activation: 'int8' },
    { rows: 2, columns: 3, lanes: 2, groupSize: 32, weightBits: 6 },
    { rows: 8, columns: 8 },
  ],
});

/** Cycles by which a group may end before the rows of the one before have left. */
const DRAIN_OVERLAP = 5;
