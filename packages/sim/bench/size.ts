// How the native back end grows with the design: irregular logic of up to a million IR nodes, compiled and run.
// Invariant: each size in a process of its own, one after the other. The slope is that of log time over log nodes between the
// smallest and the largest. `npm run speed:size`; SIZES=1000,2000 for other numbers of registers.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { planModule } from '../src/backend/native/module-plan.ts';
import { openDut } from '../src/index.ts';
import { Irregular } from './designs.ts';

const sizes = (process.env.SIZES ?? '15000,30000,60000,120000').split(',').map(Number);

/** Seconds of cycles before they are measured. */
const WARM = Number(process.env.WARM ?? 8);

interface Measured {
  readonly nodes: number;
  /** Milliseconds: to elaborate, to compile and start, of the first cycle, of each of the next 100, and of each later on. */
  readonly elaborate: number;
  readonly open: number;
  readonly first: number;
  readonly next: number;
  readonly later: number;
}

async function child(registers: number): Promise<Measured> {
  const begin = performance.now();
  const circuit = Irregular.elaborate({ registers });
  const elaborated = performance.now();
  const dut = await openDut(circuit, { backend: 'native' });
  const opened = performance.now();
  let first = 0;
  let next = 0;
  let later = Number.POSITIVE_INFINITY;
  await dut.run(
    (_, t) => {
      const start = performance.now();
      t.tick();
      const begun = performance.now();
      t.tick(100);
      first = begun - start;
      next = (performance.now() - begun) / 100;
      // By then the engine has optimised all functions, which it does on the side.
      while (performance.now() - start < 1000 * WARM) t.tick(20);
      for (let round = 0; round < 10; round++) {
        const warm = performance.now();
        t.tick(20);
        later = Math.min(later, (performance.now() - warm) / 20);
      }
    },
    { reset: false },
  );
  dut.close();
  const { signals, expressions } = planModule(circuit.top);
  return {
    nodes: signals.length + expressions.length,
    elaborate: elaborated - begin,
    open: opened - elaborated,
    first,
    next,
    later,
  };
}

function measure(registers: number): Measured {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), String(registers)];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const line = run.stdout?.trim().split('\n').at(-1);
  if (run.status !== 0 || !line)
    throw new Error(
      `${registers} registers: ended with ${run.status ?? run.signal}: ${run.error?.message ?? ''}\n${run.stderr}`,
    );
  return JSON.parse(line) as Measured;
}

const [chosen] = process.argv.slice(2);
if (chosen !== undefined) console.log(JSON.stringify(await child(Number(chosen))));
else {
  console.log('IR nodes | ms: elaborate | compile, start | first cycle | each of 100 | each later');
  const all = sizes.map((registers) => {
    const m = measure(registers);
    const row = [m.elaborate, m.open, m.first].map((ms) => ms.toFixed(0));
    console.log([m.nodes, ...row, m.next.toFixed(3), m.later.toFixed(3)].join(' | '));
    return m;
  });
  const [small, large] = [all[0]!, all.at(-1)!];
  const slope = (of: (m: Measured) => number): string =>
    (Math.log(of(large) / of(small)) / Math.log(large.nodes / small.nodes)).toFixed(2);
  const columns = ['elaborate', 'open', 'next', 'later'] as const;
  console.log(`slope: ${columns.map((name) => `${name} ${slope((m) => m[name])}`).join(', ')}`);
}
