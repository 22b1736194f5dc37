// A program that prints, as JSON, what some designs become: run by determinism.test.ts in processes that differ.
// Its names and numbers are such that locales sort and write them differently. TURNED: parameters in the other order.
// TWICE: everything is elaborated once before.

import {
  bool,
  type Circuit,
  DesignError,
  defineModule,
  input,
  output,
  sourceMapOf,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { AsyncFifo } from './constructs/crossings.ts';
import { ByteLanes, Rom } from './constructs/memories.ts';
import { Handshake } from './constructs/state-machines.ts';
import { Arithmetic, Control, Hierarchy } from './constructs.ts';
import { Dot } from './dot.ts';

const { TURNED, TWICE } = process.env;
const turned = <T extends object>(p: T): T =>
  TURNED ? (Object.fromEntries(Object.entries(p).reverse()) as T) : p;

const Leaf = defineModule({
  name: 'Leaf',
  params: z.object({ width: z.int(), i_z: z.int(), I_y: z.int(), ij: z.int() }),
  ports: (p) => ({
    zeta: input(uint(p.width)),
    Alpha: input(uint(p.I_y)),
    iota: output(uint(p.width)),
  }),
  build: (io) => io.iota.set(io.zeta),
});
/** One Leaf, as its instances have equal parameters. */
const Pair = defineModule({
  name: 'Pair',
  params: z.object({}),
  ports: () => ({ a: input(uint(4)), y: output(uint(4)), z: output(uint(4)) }),
  build(io) {
    const given = [
      { width: 4, i_z: 1_000_000, I_y: 2, ij: 3 },
      { ij: 3, I_y: 2, i_z: 1_000_000, width: 4 },
    ];
    for (const [i, p] of given.entries()) {
      const leaf = Leaf.inst(`u_leaf${i}`, turned(p));
      leaf.zeta.set(io.a);
      leaf.Alpha.set(3);
      (i ? io.z : io.y).set(leaf.iota);
    }
  },
});
const Faulty = defineModule({
  name: 'Faulty',
  params: z.object({}),
  ports: () => ({ zähler: input(bool), z: output(uint(4)), I: output(uint(4)), i: output(bool) }),
  build: (io) => io.z.set(1_234_567),
});

function faults(): unknown {
  try {
    return Faulty.elaborate();
  } catch (e) {
    if (!(e instanceof DesignError)) throw e;
    return e.diagnostics;
  }
}
const files = (circuit: Circuit): unknown =>
  circuit.verilog().map((f) => ({ ...f, map: sourceMapOf(f), warnings: circuit.warnings }));
const designs = (): unknown => ({
  files: [
    Dot.elaborate(turned({ width: 5, lanes: 3, accWidth: 20 })),
    Pair.elaborate(),
    ...[Arithmetic, Control, Hierarchy, ByteLanes, Rom, AsyncFifo, Handshake].map((M) => M.elaborate()),
  ].map((c) => files(c)),
  faults: faults(),
});

if (TWICE) designs();
const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
process.stdout.write(JSON.stringify({ place: [process.cwd(), locale, timeZone], designs: designs() }));
