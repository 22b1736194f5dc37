// The cost of every part: measures the catalogue on each target and rewrites the table of docs/parts.md.
//   npm run cost -w @gatewright/parts [-- <part> …]
// With names only their rows are made anew; the others stay as they are. Each row is written once it is known, and a figure
// that was measured before comes from the cache that `gatewright cost` uses.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clockOf } from '@gatewright/hdl-core';
import { cacheDir } from '@gatewright/verilator';
import { type CostFigures, measureCost, YosysPool } from '@gatewright/yosys';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { COST_PAGE, type PartFigures, pageWith, readRows, rowKey, rowText } from './cost-page.ts';

/** Cells are mapped for it: slow enough for the longest combinational path. */
const CLOCK_MHZ = 25;

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !catalogue.some((e) => e.group === name));
if (unknown.length > 0) {
  const names = [...new Set(catalogue.map((e) => e.group))].join(', ');
  console.error(`there is no part ${unknown.join(', ')}; there are ${names}`);
  process.exit(2);
}

const pool = new YosysPool();
const cacheFolder = join(cacheDir(), 'cost');

async function measure({ module, params, large }: CatalogueEntry): Promise<PartFigures> {
  const circuit = module.elaborate(params);
  const design = {
    files: circuit.verilog({ locations: false }),
    top: module.name,
    clock: clockOf(circuit.top),
  };
  const on = async (target: string): Promise<CostFigures> => {
    const options = { clockMhz: CLOCK_MHZ, run: pool.run, cacheFolder };
    const { figures, unavailable } = await measureCost(design, target, options);
    if (unavailable) throw new Error(unavailable);
    return figures;
  };
  const [xc7, xcup] = await Promise.all([on('xc7'), on('xcup')]);
  // A memory is no logic: its words would become flip-flops, which says nothing.
  if (xcup.ram || large) return { xc7, xcup };
  const [gates, osu018] = await Promise.all([on('gates'), on('osu018')]);
  return { xc7, xcup, gates, osu018 };
}

// Round by round, a row of each part, so that a run that is cut short has seen every part.
const rank = (e: CatalogueEntry): number => catalogue.filter((o) => o.group === e.group).indexOf(e);
const known = readRows();
for (const entry of catalogue.toSorted((a, b) => rank(a) - rank(b))) {
  if (chosen.length > 0 && !chosen.includes(entry.group)) continue;
  const row = rowText(entry, await measure(entry));
  known.set(rowKey(entry), row);
  console.log(row);
  writeFileSync(COST_PAGE, pageWith(catalogue.flatMap((e) => known.get(rowKey(e)) ?? [])));
}
pool.close();
