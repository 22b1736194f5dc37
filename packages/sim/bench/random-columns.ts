// Random values for every input stream of a design, as typed arrays, for designs that a bench knows nothing about.
// Invariant: seeded; every element fits its leaf.

import type { Circuit, Ports, Stream } from '@gatewright/hdl-core';
import { PayloadCodec } from '../src/value/payload-codec.ts';
import { PayloadColumns } from '../src/value/stream-rows.ts';

/** By stream: what `sendColumns` takes. */
export function randomColumns({ top }: Circuit<Ports>, count: number): ReadonlyMap<string, unknown> {
  let seed = 1;
  const next = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed >>> 8;
  };
  const inputs = top.groups.filter(({ type, direction }) => type.kind === 'stream' && direction === 'in');
  return new Map(
    inputs.map(({ name, type }) => {
      const { payload } = type as Stream;
      const columns = new PayloadColumns(payload, new PayloadCodec(payload, name), name);
      const arrays = columns.makeArrays(count);
      columns.typed.forEach((column, i) => {
        const { width } = column.column.type;
        if (width > 32) throw new RangeError(`${name}: the bench makes values of at most 32 bits`);
        const raw = column.raw(arrays[i]!);
        for (let k = 0; k < raw.length; k++) raw[k] = next() & (width >= 24 ? -1 : 2 ** width - 1);
        column.extend(arrays[i]!, 0, count);
      });
      return [name, columns.record(arrays)];
    }),
  );
}
