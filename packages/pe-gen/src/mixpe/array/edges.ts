// What the arrays have at their edges, whatever their dataflow: constants of groups, results that leave together, room for them.
// Invariant: results that are let in have room, so nothing inside an array ever waits for `out`.

import { type BoolSig, bundle, named, regs, type UIntSig, uint, vec, when } from '@gatewright/hdl-core';
import { FP16, floatWidth } from '@gatewright/parts';
import { weightType } from '../params.ts';
import type { ArrayParams } from './params.ts';
import { countBits } from './ring.ts';

/** Scales and zero points of a group, for each output. */
export const groupType = (p: Pick<ArrayParams, 'columns' | 'zeroPoint' | 'weightBits' | 'weightSigned'>) =>
  bundle({
    scale: vec(p.columns, uint(floatWidth(FP16))),
    zero: vec(p.columns, p.zeroPoint === 'group' ? weightType(p) : uint(0)),
  });

interface Results<Data> {
  readonly valid: { set(value: BoolSig): void };
  readonly data: { set(values: readonly Data[]): void };
  readonly ready: BoolSig;
}
interface Result<Data> {
  readonly valid: BoolSig;
  readonly data: Data;
  readonly ready: { set(value: BoolSig): void };
}

/** The results of all units leave in one transfer. */
export function leaveTogether(
  out: Results<UIntSig>,
  units: readonly { readonly out: Result<UIntSig> }[],
): void {
  const valid = named(
    'results_valid',
    units.map((unit) => unit.out.valid).reduce((a, b) => a.and(b)),
  );
  out.valid.set(valid);
  out.data.set(units.map((unit) => unit.out.data));
  for (const unit of units) unit.out.ready.set(valid.and(out.ready));
}

/** Counts the room that is left of `depth` results: a tile takes `results`, each that leaves gives one back. */
export function roomFor(depth: number, results: number) {
  const { room } = regs({ room: uint(countBits(depth + 1)) }, { room: depth });
  return {
    fits: (ends: BoolSig): BoolSig => named('fits', ends.not().or(room.ge(results))),
    count(taken: BoolSig, leaves: BoolSig): void {
      const takes = when(taken.and(leaves.not()), () => room.next(room.subWrap(results))).elseWhen(
        leaves.and(taken.not()),
        () => room.next(room.addWrap(1)),
      );
      if (results > 1) takes.elseWhen(taken, () => room.next(room.subWrap(results - 1)));
    },
  };
}
