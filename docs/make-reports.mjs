// Runs the sweeps of docs/sweeps and puts the report and the table of each into docs/reports.
// Invariant: results in out/ are taken up again, so that a second run only measures what changed.

import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Sweeps with the options that they need: DSP48E2 slices are Verilog, which the native simulator does not read. */
const sweeps = { mixpe: [], 'bit-serial': [], sparse: ['--backend', 'verilator'], 'attention-window': [] };
const wanted = process.argv.slice(2);

for (const [name, options] of Object.entries(sweeps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const words = ['gatewright', 'sweep', `docs/sweeps/${name}.json`, ...options];
  const { status } = spawnSync('npx', words, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  copyFileSync(`${root}out/${name}/report.html`, `${root}docs/reports/${name}.html`);
  copyFileSync(`${root}out/${name}/results.csv`, `${root}docs/reports/${name}.csv`);
}
