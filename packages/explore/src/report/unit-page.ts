// The page of a unit in a report: Verilog beside the TypeScript that made it, a timing diagram of a real run, a block diagram.
// Invariant: everything comes from the unit's contract and its elaborated design.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Circuit, clockOf, placeOfLine, typeText } from '@gatewright/hdl-core';
import { type AnyUnit, openDut, type WaveDrom, waveSvg, whyNotNative } from '@gatewright/sim';
import { blockDiagram } from './block-diagram.ts';
import type { ReportFile, ReportSource, ReportUnit } from './report-data.ts';

/** Cycles after reset that the timing diagram shows. */
const CYCLES = 28;
const SIGNALS = 14;

export async function unitPage(
  unit: AnyUnit,
  params: Record<string, unknown>,
  point: { readonly number: number; readonly generate: string; readonly verify: string },
): Promise<ReportUnit> {
  const circuit = unit.module.elaborate(params);
  const { files, sources } = sourcesOf(circuit);
  return {
    ...{ name: unit.name, summary: unit.summary, paper: `${unit.paper.title} (${unit.paper.reference})` },
    ...{ point: point.number, generate: point.generate, verify: point.verify },
    ports: circuit.top.groups.map((g) => [g.name, g.direction, typeText(g.type), g.doc ?? '']),
    ...{ files, sources },
    wave: await waveOf(unit, params, circuit),
    diagram: blockDiagram(circuit.top),
  };
}

function sourcesOf(circuit: Circuit): { files: ReportFile[]; sources: ReportSource[] } {
  const sources: ReportSource[] = [];
  const index = new Map<string, number>();
  const place = (path: string): number | undefined => {
    const known = index.get(path);
    if (known !== undefined) return known;
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      // Installed without its sources: the Verilog is shown alone.
      return undefined;
    }
    index.set(path, sources.length);
    sources.push({ name: basename(path), lines: text.trimEnd().split('\n') });
    return sources.length - 1;
  };
  const files = circuit.verilog({ locations: false }).map((file): ReportFile => {
    const lines = file.text.trimEnd().split('\n');
    return {
      name: file.name,
      lines,
      places: lines.map((_, i) => {
        const found = placeOfLine(file, i + 1);
        const source = found && place(found.file);
        return found && source !== undefined ? [source, found.line] : null;
      }),
    };
  });
  return { files, sources };
}

/** The first cycles of the unit's first scenario. */
async function waveOf(unit: AnyUnit, params: Record<string, unknown>, circuit: Circuit): Promise<string> {
  if (clockOf(circuit.top) === undefined) return '';
  const [scenario] = unit.stimulus(params).directed;
  if (!scenario) return '';
  const dut = await openDut(circuit, { backend: whyNotNative(circuit.top) ? 'verilator' : 'native' });
  try {
    const wave = await dut.run(
      async (handles, t) => {
        const ends = handles as Record<
          string,
          { sendAll?(v: readonly unknown[]): Promise<void>; take?(n: number): Promise<unknown> }
        >;
        for (const group of circuit.top.groups) {
          if (group.type.kind !== 'stream') continue;
          const end = ends[group.name]!;
          if (group.direction === 'in') end.sendAll!(scenario.inputs[group.name] ?? []).catch(() => {});
          else end.take!(1_000_000).catch(() => {});
        }
        await t.step(CYCLES);
        return t.waveDrom({ last: CYCLES });
      },
      { timeout: CYCLES + 1, history: CYCLES },
    );
    return await waveSvg(shown(wave));
  } finally {
    dut.close();
  }
}

/** Handshakes first, then as much of the payloads as there is room for. */
function shown(wave: WaveDrom): WaveDrom {
  const important = (name: string): boolean => /(^clk|valid|ready|last)$/.test(name);
  let room = SIGNALS - wave.signal.filter((s) => important(s.name)).length;
  return { ...wave, signal: wave.signal.filter((s) => important(s.name) || room-- > 0) };
}
