// The ports of a chain: what it takes in a cycle, and the sums of its groups.
// Invariant: types follow from the parameters alone.

import { bool, input, output, sint, uint, vec } from '@gatewright/hdl-core';
import {
  type ChainParams,
  countBits,
  groupLatency,
  groupsOf,
  indexBits,
  modesOf,
  operandsOf,
  packingOf,
  sumBits,
  weightDelay,
} from './params.ts';

/** What a chain takes per cycle; n = 0 is a cycle in which nothing is computed. */
export const chainInputs = (p: ChainParams) => {
  const { rows, columns, activationBits, weightBits } = operandsOf(p);
  return {
    rows: vec(rows, vec(p.taps, sint(activationBits))),
    weights: vec(p.taps, vec(columns, sint(weightBits))),
    indices: vec(p.taps, uint(indexBits(p))),
    dense: bool,
    n: uint(countBits(p)),
  };
};
/** The sums of one group: field c * rows + r is row r times column c. */
export const groupSums = (p: ChainParams) => vec(packingOf(p).fields, sint(sumBits(p)));

export const chainPorts = (p: ChainParams) => {
  const inputs = chainInputs(p);
  return {
    rows: input(inputs.rows, 'activations that every tap chooses from'),
    weights: input(
      inputs.weights,
      p.weightSkew === 'inside'
        ? ''
        : `tap by tap ${Array.from({ length: p.taps }, (_, tap) => weightDelay(p, tap)).join(', ')} cycles after everything else`,
    ),
    indices: input(inputs.indices, 'which activation a tap multiplies'),
    dense: input(inputs.dense, 'tap i multiplies activation i, whatever its index'),
    n: input(inputs.n, `taps of a dot product: ${modesOf(p).join(', ')}, or 0 for none`),
    sums: output(vec(groupsOf(p), groupSums(p))),
    done: output(
      vec(groupsOf(p), bool),
      `the group ends a dot product; group g follows its inputs by ${groupsOf(p) === 1 ? '' : 'its own latency, '}${Array.from({ length: groupsOf(p) }, (_, g) => groupLatency(p, g)).join(', ')} cycles`,
    ),
  };
};
