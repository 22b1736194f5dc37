// Resource figures module by module, counted once per instance; modules that were mapped before are black boxes.
// Invariant: the figures are those of a hierarchical synthesis of the whole (no logic crosses a module's ports in either);
// a module that was mapped before, in this design or another, is not mapped again.
//
// This is what makes sweeps affordable: their points differ in few modules, and the rest is most of the work.

import { type Family, type FpgaResources, fpgaFigures } from './fpga-figures.ts';
import { runScript, type SourceFile, writtenFile } from './run-yosys.ts';

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
  return fpgaFigures(total(top), family);
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
