// Resource figures module by module, counted once per instance; modules that were mapped before are black boxes.
// Invariant: the figures are those of a hierarchical synthesis of the whole (no logic crosses a module's ports in either);
// a module that was mapped before, in this design or another, is not mapped again.
//
// This is what makes sweeps affordable: their points differ in few modules, and the rest is most of the work.

import { runScript, type SourceFile, writtenFile } from './run-yosys.ts';
import type { FpgaResources } from './synthesise.ts';

/** FPGA families whose cells are counted. */
export type Family = 'xcup' | 'xc7' | 'ecp5' | 'ice40';

/** Counts of every cell type, instances of modules among them, per text of a module. */
export type ModuleCache = Map<string, Readonly<Record<string, number>>>;

const SYNTHESIS: Readonly<Record<Family, (top: string) => string>> = {
  xcup: (top) => `synth_xilinx -family xcup -top ${top} -noiopad -noclkbuf`,
  xc7: (top) => `synth_xilinx -family xc7 -top ${top} -noiopad -noclkbuf`,
  ecp5: (top) => `synth_ecp5 -noflatten -top ${top}`,
  ice40: (top) => `synth_ice40 -noflatten -top ${top}`,
};

/** Cells of a family that a design may bring a model of, for simulators: synthesis counts them and looks no further. */
const PRIMITIVES: Readonly<Partial<Record<Family, readonly string[]>>> = { xcup: ['DSP48E2'] };

/** The family has no such cells. */
const NONE = /^$/;

/** Cell types per figure; inverters, which a LUT takes in, and constants are not counted. */
const FIGURES: Readonly<Record<Family, Readonly<Record<keyof Omit<FpgaResources, 'cells'>, RegExp>>>> = {
  xcup: {
    lut: /^LUT\d$/,
    ff: /^FD[RSCP]E$/,
    carry: /^CARRY4$/,
    dsp: /^DSP48/,
    muxf: /^MUXF\d$/,
    ram: /^RAM/,
    srl: /^SRL/,
  },
  xc7: {
    lut: /^LUT\d$/,
    ff: /^FD[RSCP]E$/,
    carry: /^CARRY4$/,
    dsp: /^DSP48/,
    muxf: /^MUXF\d$/,
    ram: /^RAM/,
    srl: /^SRL/,
  },
  ecp5: {
    lut: /^LUT4$/,
    ff: /^TRELLIS_FF$/,
    carry: /^CCU2C$/,
    dsp: /^MULT/,
    muxf: /MUX/,
    ram: /^(DP16KD|TRELLIS_DPR)/,
    srl: NONE,
  },
  ice40: {
    lut: /^SB_LUT4$/,
    ff: /^SB_DFF/,
    carry: /^SB_CARRY$/,
    dsp: /^SB_MAC16$/,
    muxf: NONE,
    ram: /^SB_(RAM|SPRAM)/,
    srl: NONE,
  },
};

/**
 * Maps a design to an FPGA family. `files` hold one module each, named as the file, children before parents (as hdl-core
 * prints them). `cache` may be shared by any number of designs.
 */
export async function synthesiseModules(
  files: readonly SourceFile[],
  top: string,
  family: Family,
  cache: ModuleCache = new Map(),
): Promise<FpgaResources> {
  const named = files.map((file) => [file.name.replace(/\.s?v$/, ''), file] as const);
  const modules = new Map(named.filter(([name]) => !PRIMITIVES[family]?.includes(name)));
  if (!modules.has(top)) throw new Error(`synthesiseModules: there is no module ${top}`);
  const keys = new Map([...modules].map(([name, file]) => [name, keyOf(name, file, modules, family)]));
  if (!cache.has(keys.get(top)!)) await mapNew(modules, top, family, keys, cache);
  const totals = new Map<string, Readonly<Record<string, number>>>();
  const total = (name: string): Readonly<Record<string, number>> => {
    const known = totals.get(name);
    if (known) return known;
    const sum: Record<string, number> = {};
    for (const [type, count] of Object.entries(cache.get(keys.get(name)!)!)) {
      const parts = modules.has(type) ? total(type) : { [type]: 1 };
      for (const [cell, n] of Object.entries(parts)) sum[cell] = (sum[cell] ?? 0) + n * count;
    }
    totals.set(name, sum);
    return sum;
  };
  const cells = total(top);
  const figures = FIGURES[family];
  const sum = (pattern: RegExp): number =>
    Object.entries(cells).reduce((n, [type, count]) => n + (pattern.test(type) ? count : 0), 0);
  return {
    lut: sum(figures.lut),
    ff: sum(figures.ff),
    // In blocks of four bits on AMD devices, where UltraScale+ has CARRY8.
    carry: sum(figures.carry) + 2 * sum(/^CARRY8$/),
    dsp: sum(figures.dsp),
    muxf: sum(figures.muxf),
    ram: sum(figures.ram),
    srl: sum(figures.srl),
    cells,
  };
}

/** A module's own text, and the ports of the modules that it names. */
function keyOf(
  name: string,
  { text }: SourceFile,
  modules: ReadonlyMap<string, SourceFile>,
  family: Family,
): string {
  const words = new Set(text.match(/\w+/g));
  const children = [...modules].filter(([child]) => child !== name && words.has(child));
  return [family, text, ...children.map(([, f]) => f.text.slice(0, f.text.indexOf(');')))].join('\0');
}

/** Maps what the cache does not have, in one run, into the cache. */
async function mapNew(
  modules: ReadonlyMap<string, SourceFile>,
  top: string,
  family: Family,
  keys: ReadonlyMap<string, string>,
  cache: ModuleCache,
): Promise<void> {
  const known = [...modules].filter(([name]) => cache.has(keys.get(name)!)).map(([, file]) => file.name);
  const fresh = [...modules].filter(([name]) => !cache.has(keys.get(name)!)).map(([, file]) => file.name);
  const sv = fresh.some((name) => name.endsWith('.sv')) ? '-sv ' : '';
  const script = [
    ...(known.length > 0 ? [`read_verilog ${sv}-lib ${known.join(' ')}`] : []),
    `read_verilog ${sv}${fresh.join(' ')}`,
    SYNTHESIS[family](top),
    'tee -q -o stat.json stat -json',
  ].join('; ');
  const run = await runScript(script, [...modules.values()]);
  const stat = JSON.parse(writtenFile(run, 'stat.json')) as {
    modules: Record<string, { num_cells_by_type: Record<string, number> }>;
  };
  for (const [name, key] of keys) {
    const mapped = stat.modules[`\\${name}`];
    if (mapped && !cache.has(key)) cache.set(key, mapped.num_cells_by_type);
  }
}
