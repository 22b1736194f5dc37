// The bit-serial array as a unit: one PE, a tile or several: golden model, stimulus, cycle law.
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
import { BitSerialArray } from './array.ts';
import { bitSerialCost } from './cost.ts';
import { type ArrayParams, guardBits, SCALE_BITS } from './params.ts';
import { stimulus } from './stimulus.ts';
import type { ArrayInputs } from './transactions.ts';
import { mapLayer } from './workload.ts';

export const goldenConfig = (p: ArrayParams): BitmodPeConfig => ({
  activation: p.activation === 'int8' ? 'int8' : p.activation === 'fp16' ? FP16 : BF16,
  guardBits: guardBits(p),
  lanes: p.lanes,
  rounding: p.rounding,
});

/** A set of every row and every column. */
interface Set {
  readonly values: ArrayInputs['activations'][number]['values'];
  readonly codes: NonNullable<ArrayInputs['weights_0']>[number];
  readonly last: boolean;
}
type Group = ArrayInputs['group'][number];

/** The sets of each group, with its constants; `done` ends a dot product. */
function groupsOf(p: ArrayParams, inputs: ArrayInputs): { sets: Set[]; group: Group; done: boolean }[] {
  const groups: { sets: Set[]; group: Group; done: boolean }[] = [];
  let open: Set[] = [];
  const banks = Array.from({ length: p.tileColumns }, (_, bank) => inputs[`weights_${bank}`] ?? []);
  for (const [i, { values, last }] of inputs.activations.entries()) {
    if (banks.some((bank) => i >= bank.length)) break;
    const set = { values, codes: banks.flatMap((bank) => bank[i]!), last };
    open.push(set);
    if (!set.last && open.length < p.groupSize / p.lanes) continue;
    const group = inputs.group[groups.length];
    if (!group) break;
    groups.push({ sets: open, group, done: set.last });
    open = [];
  }
  return groups;
}

/** The weights of a column, in units, by group. */
const columnGroups = (dot: ReturnType<typeof groupsOf>, column: number) =>
  dot.map(({ sets, group }) => {
    const datatype: BitmodDatatype = group.datatype;
    const special = specialUnits(group.special[column]!);
    const weights = sets.flatMap((set) =>
      set.codes[column]!.map((code) => bitmodUnits(datatype, Number(code), special)),
    );
    return { weights, unit: bitmodUnit(datatype), scale: Number(group.scale[column]!) };
  });

type Wires = Group['special'][number];
/** What the wires of a special value say, in half units. */
const specialUnits = ({ high, low }: Wires): number => 4 * digitValue(high) + digitValue(low);
const digitValue = (d: Wires['high']): number =>
  (d.negative ? -1 : 1) * ((d.one ? 1 : 0) + (d.two ? 2 : 0) + (d.four ? 4 : 0));

const asActivation = (p: ArrayParams, code: number | bigint): number =>
  p.activation === 'int8' ? Number(BigInt.asIntN(8, BigInt(code))) : Number(code);

export const bitSerial = defineUnit({
  name: 'bit-serial',
  summary: 'Array of bit-serial PEs: mixed 3- to 8-bit weight datatypes x FP16, BF16 or INT8 activations.',
  paper: {
    title: 'BitMoD: Bit-serial Mixture-of-Datatype LLM Acceleration',
    reference: 'arXiv 2411.11745',
  },
  module: BitSerialArray,

  golden(p, inputs) {
    const config = goldenConfig(p);
    const out: bigint[][][] = [];
    let dot: ReturnType<typeof groupsOf> = [];
    for (const part of groupsOf(p, inputs)) {
      dot.push(part);
      if (!part.done) continue;
      const columns = Array.from({ length: p.tileColumns * p.columns }, (_, i) => columnGroups(dot, i));
      const rowOf = (row: number): bigint[] => {
        const activations = dot.flatMap(({ sets }) =>
          sets.flatMap((set) => set.values[row]!.map((code) => asActivation(p, code))),
        );
        return columns.map((groups) => BigInt(bitmodDot(activations, groups, config)));
      };
      for (let row = 0; row < p.rows; row++)
        out.push(Array.from({ length: p.tileRows }, (_, tile) => rowOf(tile * p.rows + row)));
      dot = [];
    }
    return { out };
  },

  stimulus,

  performance(p, inputs) {
    const groups = groupsOf(p, inputs);
    const [rows, columns] = [p.tileRows * p.rows, p.tileColumns * p.columns];
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
      // Sums are captured three cycles and the broadcast after the last term was encoded; then a row takes eight cycles.
      const drained = next + 3 + p.broadcastStages + SCALE_BITS * p.rows;
      // While the last row is scaled, the sums of the next group may already be on their way.
      free = drained - (done ? 0 : DRAIN_OVERLAP + p.broadcastStages);
      if (done) result = drained + 2;
      sets += length;
    }
    // The first set is accepted with its last term.
    const accepted = groups.length ? bitmodTermCount(groups[0]!.group.datatype) - 1 : 0;
    return { cycles: result + 1 - accepted, macs: sets * p.lanes * rows * columns };
  },

  workload(p, gemm) {
    const layer = mapLayer(p, gemm);
    return { inputs: layer.inputs, results: ({ out }) => layer.results(out) };
  },

  cost: bitSerialCost,

  configurations: [
    { rows: 1, columns: 1 },
    { rows: 1, columns: 1, rounding: 'nearest_even', guardBits: 3 },
    { rows: 1, columns: 1, activation: 'bf16' },
    { rows: 1, columns: 1, activation: 'int8' },
    { rows: 2, columns: 3, lanes: 2, groupSize: 32, weightBits: 6 },
    { rows: 8, columns: 8 },
    { rows: 2, columns: 2, tileRows: 2, tileColumns: 3, broadcastStages: 1 },
    { rows: 1, columns: 2, tileColumns: 2, broadcastStages: 3, activation: 'int8', lanes: 2, groupSize: 16 },
  ],
});

/** Cycles by which a group may end before the rows of the one before have left. */
const DRAIN_OVERLAP = 5;
